// Colors of numbers in pictures.

const [LOW, MIDDLE, HIGH] = [
  [33, 102, 172],
  [247, 247, 247],
  [178, 82, 20],
];

/** Red, green, blue and opacity, from blue (0) by white (1/2) to orange (1); black for numbers that are not finite. */
export function pixelOf(share) {
  if (!Number.isFinite(share)) return BLACK;
  return PALETTE[Math.round((PALETTE.length - 1) * Math.min(1, Math.max(0, share)))];
}

const BLACK = [0, 0, 0, 255];
const PALETTE = Array.from({ length: 511 }, (_, k) => {
  const share = k / 510;
  const [from, to, part] = share < 0.5 ? [LOW, MIDDLE, 2 * share] : [MIDDLE, HIGH, 2 * share - 1];
  return [...from.map((channel, c) => Math.round(channel + part * (to[c] - channel))), 255];
});

/** The same as a color of CSS. */
export function colorOf(share) {
  return `rgb(${pixelOf(share).slice(0, 3).join(',')})`;
}
