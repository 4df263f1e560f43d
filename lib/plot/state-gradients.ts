// The plot of ‖∂L/∂h_t‖ over time.

import { refuse, requireOneOf } from '../checks.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import type { DrawnStates } from './drawn.ts';
import { figure } from './figure.ts';
import { requireFlow, requireStates } from './flows.ts';
import { type Band, lines } from './lines.ts';
import { inWords, largestOf, leastOf, median } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { requireTensor } from './requirements.ts';
import type { Point, Series } from './series.ts';

/** Options of `stateGradients`. */
export interface StateGradientsOptions extends FigureOptions {
  /** Name of the state, such as `'c'`; default: the first state of each layer. */
  readonly state?: string;
}

const OPTIONS: Schema<StateGradientsOptions, keyof StateGradientsOptions> = {
  ...FIGURE_OPTIONS,
  state: optional(requireString),
};

/**
 * Draws ‖∂L/∂h_t‖ over time for each recurrent layer, on a logarithmic axis: the median over the rows of the batch,
 * with a band from the least to the largest. If a line falls to the left, gradients vanish towards the past; if it
 * rises to the left, they explode.
 *
 * @param flow - result of `gradientFlow`
 * @param options - see StateGradientsOptions
 * @returns SVG
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const tensors = { h: tensor([[0.001], [0.01], [0.1]]) }; // T = 2, one row
 * const layer = { name: 'lstm1', T: 2, B: 1, stateGradients: tensors, decay: { rate: 0.1, horizon: 3 } };
 * stateGradients({ layers: [layer] }); // SVG
 * ```
 */
export function stateGradients(flow: DrawnStates, options: StateGradientsOptions = {}): string {
  const where = 'stateGradients';
  const { state, ...frame } = readOptions(where, options, OPTIONS);
  const layers = requireFlow(where, 'flow', flow).layers.map((layer, i) => {
    return requireStates(where, `flow.layers[${i}]`, layer);
  });
  const names = new Set(layers.flatMap(({ stateGradients }) => Object.keys(stateGradients)));
  if (layers.length === 0) refuse(where, 'flow.layers', 'contain a recurrent layer', layers);
  if (state !== undefined) requireOneOf(where, 'state', state, [...names]);

  const symbol = state ?? 'h';
  const drawn = layers.flatMap((layer, i) => {
    const name = state ?? Object.keys(layer.stateGradients)[0]!;
    if (!Object.hasOwn(layer.stateGradients, name)) return [];
    return [seriesOf(where, `flow.layers[${i}]`, layer, name, layer.stateGradients[name])];
  });
  const { panel, legend, notes } = lines({
    series: drawn,
    xLabel: 'time step t (0: the initial state)',
    yLabel: `‖∂L/∂${symbol}ₜ‖ (log scale)`,
    yScale: 'log',
  });
  const spread = layers.some(({ B }) => B > 1)
    ? ['Line: median over the rows of the batch; band: from the least to the largest.']
    : [];
  return figure(
    { width: 720, title: `‖∂L/∂${symbol}ₜ‖ over time`, ...frame },
    { summary: state === undefined ? inShort(layers) : '', legend, panels: [panel], notes: [...spread, ...notes] },
  );
}

function seriesOf(
  where: string,
  argument: string,
  { name, T, B }: DrawnStates['layers'][number],
  state: string,
  value: unknown,
): Series & { readonly band?: Band } {
  const norms = requireTensor(where, `${argument}.stateGradients.${state}`, value, [T + 1, B]);
  const rows = Array.from({ length: T + 1 }, (_, t) => Array.from({ length: B }, (_, b) => norms.get(t, b)));
  const points = rows.map((row, t): Point => [t, median(row)]);
  if (B === 1) return { name, points };
  const band = rows.map((row, t) => {
    const found = row.filter((v) => !Number.isNaN(v));
    return [t, leastOf(found), largestOf(found)] as const;
  });
  return { name, points, band: band.filter(([, low]) => low !== Infinity) };
}

/** Describes the decay of each layer towards the past. */
function inShort(layers: DrawnStates['layers']): string {
  return layers
    .map(({ name, decay: { rate, horizon } }) => {
      const reach = Number.isFinite(horizon) ? `; horizon: ${inWords(horizon)} steps` : '';
      return `${name}: × ${inWords(rate)} per step towards the past${reach}.`;
    })
    .join(' ');
}
