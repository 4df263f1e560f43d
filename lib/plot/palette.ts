// Colours for light and dark pages.

import { scale } from '@observablehq/plot';

/** A colour for light pages, and its replacement on dark pages. */
export type Colour = readonly [light: string, dark: string];

export const PAPER: Colour = ['#ffffff', '#14171c'];
export const INK: Colour = ['#1d2430', '#e6e9ee'];
/** Colour of notes and axis labels. */
export const SOFT: Colour = ['#5b6472', '#a0a9b6'];
/** Colour of secondary content. */
export const FAINT: Colour = ['#b4bac4', '#6b7484'];
export const GRID: Colour = ['#e4e7ec', '#2b313a'];

/** Colours of series. Colour-blind readers can distinguish them; in greyscale print, dashes distinguish the series. */
export const SERIES: readonly Colour[] = [
  ['#0b62c4', '#6db1ff'],
  ['#c2410c', '#ff9d6b'],
  ['#7a5c00', '#e0bd4f'],
  ['#0f766e', '#5fd3c4'],
  ['#7c3aed', '#c4a5ff'],
  ['#be185d', '#f9a8d4'],
];

export const DASHES: readonly (string | undefined)[] = [undefined, '6 3', '2 3', '8 3 2 3', '4 2', '1 2'];

/**
 * Colour ramps of heat maps. `magnitude`: from dark to bright, for values in a range. `share`: from the background
 * colour to the text colour. `diverging`: from blue through the background colour to orange. `quality`: from pale to strong,
 * for lines, which are visible on the background in all of its colours.
 */
export type RampName = 'magnitude' | 'share' | 'diverging' | 'quality';

/** Number of colours of a ramp; odd, so that one is the middle. */
export const LEVELS = 33;

const ANCHORS: Readonly<Record<RampName, readonly [light: readonly string[], dark: readonly string[]]>> = {
  magnitude: [
    ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'], // viridis
    ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
  ],
  share: [
    ['#e3ecf7', '#7aa8d8', '#08306c'],
    ['#1f2a3a', '#3f78b5', '#dcebfb'],
  ],
  diverging: [
    ['#08407e', '#6fa3d8', '#f4f4f5', '#e5935a', '#8f2f00'],
    ['#a9d4ff', '#3c7fc4', '#22262d', '#c06a2b', '#ffc9a1'],
  ],
  quality: [
    ['#b9cfe8', '#4f8ac9', '#0a2d64'],
    ['#34495f', '#5b96d6', '#e3f0ff'],
  ],
};

/** Interpolates the anchors in the Lab colour space, where equal distances look equal. */
function interpolated(anchors: readonly string[]): string[] {
  const domain = anchors.map((_, i) => i / (anchors.length - 1));
  const colour = scale({ color: { type: 'linear', domain, range: anchors, interpolate: 'lab' } });
  return Array.from({ length: LEVELS }, (_, i) => hex(String(colour.apply(i / (LEVELS - 1)))));
}

/** Converts `rgb(11, 98, 196)` to `#0b62c4`. */
function hex(rgb: string): string {
  return `#${[...rgb.matchAll(/\d+/g)].map(([part]) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}

const made = new Map<RampName, readonly Colour[]>();

/** The colours of a ramp, lowest first. */
export function ramp(name: RampName): readonly Colour[] {
  const known = made.get(name);
  if (known !== undefined) return known;
  const [light, dark] = ANCHORS[name].map(interpolated) as [string[], string[]];
  const colours = light.map((colour, i): Colour => [colour, dark[i]!]);
  made.set(name, colours);
  return colours;
}

/** The colour at a share of a ramp. Shares outside [0, 1] get the colour at the end. */
export function rampColour(name: RampName, share: number): string {
  const level = Math.round(Math.min(1, Math.max(0, share)) * (LEVELS - 1));
  return ramp(name)[level]![0];
}

/**
 * CSS rules that replace the colours of a drawing by the dark ones on dark pages. The elements themselves have the
 * light colours, for print and for programs without CSS.
 */
export function styleFor(drawing: string): string {
  const all = [PAPER, INK, SOFT, FAINT, GRID, ...SERIES, ...(Object.keys(ANCHORS) as RampName[]).flatMap(ramp)];
  const rules = all.flatMap(([light, dark]) =>
    light === dark
      ? []
      : ['fill', 'stroke']
          .filter((kind) => drawing.includes(`${kind}="${light}"`))
          .map((kind) => `.bptt-plot [${kind}="${light}"]{${kind}:${dark}}`),
  );
  return (
    `.bptt-plot{background:${PAPER[0]};color:${INK[0]}}.bptt-plot text{white-space:pre}` +
    `@media screen and (prefers-color-scheme:dark){.bptt-plot{background:${PAPER[1]};color:${INK[1]}}${rules.join('')}}`
  );
}
