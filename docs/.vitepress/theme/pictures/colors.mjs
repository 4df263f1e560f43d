// Colors of numbers in pictures.

const [LOW, MIDDLE, HIGH] = [
  [33, 102, 172],
  [247, 247, 247],
  [178, 82, 20],
];

/** From blue (0) by white (1/2) to orange (1); black for numbers that are not finite. */
export function colorOf(share) {
  if (!Number.isFinite(share)) return '#000';
  const bounded = Math.min(1, Math.max(0, share));
  const [from, to, part] = bounded < 0.5 ? [LOW, MIDDLE, 2 * bounded] : [MIDDLE, HIGH, 2 * bounded - 1];
  return `rgb(${from.map((channel, k) => Math.round(channel + part * (to[k] - channel))).join(',')})`;
}
