// The plot of ‖∂h_t/∂h_i‖ for all pairs of steps.

import { refuse, requireInteger, requireOneOf } from '../checks.ts';
import { integer, oneOf, optional, readOptions, type Schema } from '../options.ts';
import type { Axis } from './axes.ts';
import type { DrawnJacobians, DrawnNorm } from './drawn.ts';
import { figure } from './figure.ts';
import { requireJacobians, requireLayer } from './flows.ts';
import { blockSizes, blocks, type HeatCell, heatMap, meanOf } from './heat-map.ts';
import type { Ramp } from './legend.ts';
import { extent, inWords, ticksBetween } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { requireList, requireObject, withNumbers } from './requirements.ts';

/** Options of `flowTriangle`. */
export interface FlowTriangleOptions extends FigureOptions {
  /** Name of the state, such as `'h'`; default: the first state with norms. */
  readonly state?: string;
  /** Row of the batch; default: the first row with norms. */
  readonly row?: number;
  /** What to draw: the norm, its bound for a SimpleRNN, or an LSTM's direct path through c; default `'norm'`. */
  readonly quantity?: 'norm' | 'bound' | 'directPath';
}

const QUANTITIES = { norm: '‖∂{s}ₜ/∂{s}ᵢ‖', bound: '∏‖diag φ′‖·‖Wₕₕ‖', directPath: '‖∏ diag f‖' } as const;

type Quantity = keyof typeof QUANTITIES;

const OPTIONS: Schema<FlowTriangleOptions, keyof FigureOptions | 'state' | 'row'> = {
  ...FIGURE_OPTIONS,
  state: optional(requireString),
  row: optional(integer(0)),
  quantity: optional(oneOf('norm', 'bound', 'directPath'), 'norm'),
};

/**
 * Draws ‖∂h_t/∂h_i‖ for every pair of steps, as a heat map of powers of ten: blue below 1, where the gradient vanishes,
 * orange and dotted above 1, where it explodes.
 *
 * @param layer - `flow.layers[0]`, with norms of Jacobians
 * @param options - see FlowTriangleOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const norm = (from: number, to: number) => ({ from, to, row: 0, norm: 0.5 ** (to - from) });
 * const jacobians = { h: [norm(0, 0), norm(0, 1), norm(0, 2), norm(1, 1), norm(1, 2), norm(2, 2)] };
 * flowTriangle({ name: 'rnn1', jacobians }); // SVG
 * ```
 */
export function flowTriangle(layer: DrawnJacobians, options: FlowTriangleOptions = {}): string {
  const where = 'flowTriangle';
  const { quantity, state: wantedState, row: wantedRow, ...given } = readOptions(where, options, OPTIONS);
  const checked = requireLayer(where, 'layer', layer);
  const { name } = checked;
  const { state, row, norms } = requireNorms(where, checked, wantedState, wantedRow);
  const values = norms.map((entry) => entry[quantity]);
  if (values.some((value) => value === undefined)) {
    refuse(where, 'quantity', `be available in the Jacobians of "${name}"`, quantity, "Choose 'norm'");
  }
  const label = QUANTITIES[quantity].replaceAll('{s}', state);
  const steps = [...new Set(norms.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const decades = decadesOf(values as number[]);
  const [size] = blockSizes(steps.length, steps.length);
  const cells = cellsOf(norms, quantity, steps, size, decades);
  const domain: [number, number] = [-0.5, steps.length - 0.5];
  const ticks = ticksBetween(0, steps.length - 1, 8, 1);
  const axis: Axis = { label: '', domain, ticks, format: (i) => String(steps[i] ?? '') };
  const x = { ...axis, label: `from step i` };
  const y = { ...axis, label: `to step t`, reverse: true };
  const frame = { width: 560, title: `${label} of ${name}`, ...given };
  return figure(frame, {
    summary: `Row ${row} of the batch. Below 1 gradients vanish, above 1 (dotted) they explode.`,
    panels: [
      {
        heading: '',
        ramp: rampOf(label, decades),
        height: frame.width - 34,
        draw: (width, height) => heatMap({ cells, ramp: 'diverging', x, y }, width, height),
      },
    ],
    notes: notesOn(values as number[], size),
  });
}

/** Checks and returns the norms of one state and one row of the batch. */
function requireNorms(
  where: string,
  { jacobians }: DrawnJacobians,
  state: string | undefined,
  row: number | undefined,
): { state: string; row: number; norms: readonly DrawnNorm[] } {
  const byState = requireJacobians(where, 'layer.jacobians', jacobians);
  const first = Object.keys(byState).find((each) => byState[each]!.length > 0);
  if (first === undefined) {
    return refuse(where, 'layer.jacobians', 'contain norms', jacobians, 'Call gradientFlow with the option jacobians');
  }
  const name = requireOneOf(where, 'state', state ?? first, Object.keys(byState));
  const argument = `layer.jacobians.${name}`;
  const all = requireList(where, argument, byState[name], 'norms of Jacobians');
  const read = all.map((given, i) => {
    const entry = requireObject(where, `${argument}[${i}]`, given, 'be { from, to, row, norm }');
    requireInteger(where, `${argument}[${i}].from`, entry.from, 0);
    requireInteger(where, `${argument}[${i}].to`, entry.to, entry.from);
    requireInteger(where, `${argument}[${i}].row`, entry.row, 0);
    const keys = (Object.keys(QUANTITIES) as Quantity[]).filter((key) => key === 'norm' || entry[key] !== undefined);
    return withNumbers(where, `${argument}[${i}]`, entry, keys);
  });
  const chosen = row ?? read[0]!.row;
  const norms = read.filter((entry) => entry.row === chosen);
  if (norms.length > 0) return { state: name, row: chosen, norms };
  return refuse(where, 'row', `be one with norms: ${[...new Set(read.map((entry) => entry.row))].join(', ')}`, row);
}

/** Number of powers of ten that the ramp covers in either direction. */
function decadesOf(norms: readonly number[]): number {
  const [low, high] = extent(norms.filter((v) => v > 0).map(Math.log10)) ?? [0, 0];
  return Math.max(1, Math.ceil(Math.max(-low, high) - 1e-9));
}

/** Makes a cell for each pair of blocks of steps, with the geometric mean of its norms. */
function cellsOf(
  norms: readonly DrawnNorm[],
  quantity: Quantity,
  steps: readonly number[],
  size: number,
  decades: number,
): HeatCell[] {
  const place = new Map(steps.map((step, i) => [step, Math.floor(i / size)]));
  const edges = blocks(steps.length, size).map(([from, to]) => [from - 0.5, to - 0.5] as const);
  const gathered = new Map<string, DrawnNorm[]>();
  for (const norm of norms) {
    const key = `${place.get(norm.from)} ${place.get(norm.to)}`;
    const list = gathered.get(key);
    if (list === undefined) gathered.set(key, [norm]);
    else list.push(norm);
  }
  return [...gathered].map(([key, list]) => {
    const [i, t] = key.split(' ').map(Number) as [number, number];
    const exponent =
      list.length === 1 ? Math.log10(list[0]![quantity]!) : meanOf(list.map((n) => Math.log10(n[quantity]!)));
    const { from, to } = list[0]!;
    const hint = size === 1 ? `from ${from} to ${to}: ${inWords(list[0]![quantity]!)}` : undefined;
    return {
      x: edges[i]!,
      y: edges[t]!,
      share: 0.5 + exponent / (2 * decades),
      dotted: exponent > 1e-6,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

function rampOf(label: string, decades: number): Ramp {
  const power = (exponent: number): string => (exponent === 0 ? '1' : inWords(Number(`1e${exponent}`), 2));
  const half = decades % 2 === 0 ? [decades / 2] : [];
  const above = [...half, decades];
  return { name: 'diverging', label, ticks: [...above.map((e) => -e).reverse(), 0, ...above].map(power) };
}

function notesOn(values: readonly number[], size: number): string[] {
  const zeros = values.filter((v) => v <= 0).length;
  const infinite = values.filter((v) => v === Infinity).length;
  const missing = values.filter(Number.isNaN).length;
  return [
    ...(size > 1 ? [`Each cell is the geometric mean over ${size} × ${size} pairs of steps.`] : []),
    ...(zeros > 0 ? [`${zeros} of ${values.length} values are 0, and have the lowest colour of the ramp.`] : []),
    ...(infinite > 0 ? [`${infinite} of ${values.length} values are ∞, and have the highest colour of the ramp.`] : []),
    ...(missing > 0 ? [`${missing} of ${values.length} values are NaN and not drawn.`] : []),
  ];
}
