// The plot of the eigenvalues of W_hh.

import { dot, line, ruleX, ruleY } from '@observablehq/plot';
import { refuse } from '../checks.ts';
import { readOptions } from '../options.ts';
import { type Axis, coordinates, MARGIN } from './axes.ts';
import type { DrawnSpectrum } from './drawn.ts';
import { figure } from './figure.ts';
import { requireLayer } from './flows.ts';
import { MARKS } from './legend.ts';
import { inWords, largestOf, ticksBetween } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { FAINT, SERIES, SOFT } from './palette.ts';
import { requireObject, requireTensor, withNumbers } from './requirements.ts';

type Complex = readonly [re: number, im: number];

/** Points on the unit circle. */
const CIRCLE = Array.from({ length: 181 }, (_, i): Complex => {
  const angle = (2 * Math.PI * i) / 180;
  return [Math.cos(angle), Math.sin(angle)];
});

/** Largest modulus that counts as on the circle: rounding to float32 changes it by about 1e-7. */
const ON_CIRCLE = 1 + 1e-6;

/**
 * Draws the eigenvalues of W_hh in the complex plane, with the unit circle. Eigenvalues outside it can make gradients
 * explode. If all lie well inside, gradients vanish.
 *
 * @param layer - `flow.layers[0]` of a SimpleRNN
 * @param options - see FigureOptions
 * @returns SVG
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const recurrent = { eigenvalues: tensor([[0, 1.1], [0, -1.1], [0.4, 0]]), spectralRadius: 1.1, norm: 1.3 };
 * eigenvalues({ name: 'rnn1', recurrent }); // SVG
 * ```
 */
export function eigenvalues(layer: DrawnSpectrum, options: FigureOptions = {}): string {
  const where = 'eigenvalues';
  const given = readOptions(where, options, FIGURE_OPTIONS);
  const checked = requireLayer(where, 'layer', layer);
  const { all, spectralRadius, norm } = requireSpectrum(where, checked);
  const shown = all.filter((each) => each.every(Number.isFinite));
  const reach = 1.1 * largestOf(shown.flat().map(Math.abs), 1.05);
  const outside = shown.filter(([re, im]) => Math.hypot(re, im) > ON_CIRCLE);
  const inside = shown.filter(([re, im]) => !(Math.hypot(re, im) > ON_CIRCLE));
  const [one, other] = [SERIES[0]![0], SERIES[1]![0]];
  const unshown = all.length - shown.length;
  const frame = { width: 460, title: `Eigenvalues of Wₕₕ, ${checked.name}`, ...given };
  return figure(frame, {
    summary: `Spectral radius ${inWords(spectralRadius)}, ‖Wₕₕ‖₂ ${inWords(norm)}.`,
    legend: [
      { name: `|λ| ≤ 1 (${inside.length})`, colour: one, width: 0, mark: MARKS.dot },
      { name: `|λ| > 1 (${outside.length})`, colour: other, width: 0, mark: MARKS.diamond },
      { name: 'unit circle', colour: SOFT[0], width: 1.2 },
    ],
    panels: [
      {
        height: frame.width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom,
        draw: (width, height) => plane(width, height, reach, [inside, one], [outside, other]),
      },
    ],
    notes: unshown > 0 ? [`${unshown} of ${all.length} eigenvalues are not shown, because they are not finite.`] : [],
  });
}

/** Checks that a layer has eigenvalues, and returns them. */
function requireSpectrum(
  where: string,
  { kind, recurrent }: DrawnSpectrum,
): { readonly all: Complex[]; readonly spectralRadius: number; readonly norm: number } {
  if (recurrent === undefined) {
    const expected = 'belong to a SimpleRNN, whose only recurrent matrix is W_hh';
    refuse(where, 'layer', expected, kind, 'Draw its flowTriangle instead');
  }
  const at = 'layer.recurrent';
  const spectrum = requireObject(where, at, recurrent, 'be a spectrum');
  const { eigenvalues: values, ...found } = withNumbers(where, at, spectrum, ['spectralRadius', 'norm']);
  const pairs = requireTensor(where, `${at}.eigenvalues`, values, ['H', 2]).toArray() as number[][];
  return { all: pairs.map(([re, im]): Complex => [re!, im!]), ...found };
}

/** Both axes with the same scale, so that a circle is round at any height of the figure. */
function plane(
  width: number,
  height: number,
  reach: number,
  ...groups: readonly (readonly [readonly Complex[], colour: string])[]
): ReturnType<typeof coordinates> {
  const [wide, high] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  const unit = reach / Math.min(wide, high);
  const axis = (label: string, size: number): Axis => {
    const end = size * unit;
    return { label, domain: [-end, end], ticks: ticksBetween(-end, end, Math.min(8, size / 60)) };
  };
  const marks = groups.map(([values, fill], i) =>
    dot(values, {
      r: 4,
      fill,
      fillOpacity: 0.85,
      symbol: i === 0 ? 'circle' : 'diamond',
      title: ([re, im]: Complex) =>
        `${inWords(re)} ${im < 0 ? '−' : '+'} ${inWords(Math.abs(im))}i, |λ| = ${inWords(Math.hypot(re, im))}`,
    }),
  );
  return coordinates({
    width,
    height,
    x: axis('real part', wide),
    y: axis('imaginary part', high),
    marks: [
      ruleX([0], { stroke: FAINT[0], strokeWidth: 0.7 }),
      ruleY([0], { stroke: FAINT[0], strokeWidth: 0.7 }),
      line(CIRCLE, { stroke: SOFT[0], strokeWidth: 1.2 }),
      ...marks,
    ],
  });
}
