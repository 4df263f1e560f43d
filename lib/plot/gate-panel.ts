// The heat map of one gate.

import type { GateFlow } from '../flow/gradient-flow.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Axis } from './axes.ts';
import type { Panel } from './figure.ts';
import type { StepRange } from './gate-input.ts';
import { blockSizes, blocks, type HeatCell, heatMap, meanOf } from './heat-map.ts';
import { inWords, ticksBetween } from './numbers.ts';
import type { RampName } from './palette.ts';
import { requireObject, requireTensor, withNumbers } from './requirements.ts';

/** The quantities of a gate that can be drawn, by field. */
export const QUANTITIES = { mean: 'mean activation', saturated: 'share of rows saturated' } as const;

const RAMPS = { mean: 'magnitude', saturated: 'share' } as const satisfies Record<string, RampName>;

/** Settings that all gates of a figure share. */
export interface GatesDrawn {
  readonly T: number;
  readonly H: number;
  readonly quantity: keyof typeof QUANTITIES;
  readonly steps: StepRange;
  readonly x: Axis;
}

/** A checked gate. */
export interface Activations {
  readonly name: string;
  /** [T, H] */
  readonly values: Tensor;
  /** Ends of the ramp. */
  readonly range: readonly [low: number, high: number];
}

/** Checks the drawn quantity of a gate. */
export function requireActivations(
  where: string,
  argument: string,
  name: string,
  gate: Partial<GateFlow>,
  { T, H, quantity }: GatesDrawn,
): Activations {
  const checked = requireObject(where, argument, gate, 'be a gate');
  const values = requireTensor(where, `${argument}.${quantity}`, checked[quantity], [T, H]);
  if (quantity === 'saturated') return { name, values, range: [0, 1] };
  const at = `${argument}.histogram`;
  const histogram = requireObject(where, at, checked.histogram, 'be { low, high, counts }');
  const { low, high } = withNumbers(where, at, histogram, ['low', 'high']);
  if (!(low < high)) return { name, values, range: [low, low + 1] };
  const reach = Math.max(-low, high);
  return { name, values, range: low < 0 ? [-reach, reach] : [low, high] };
}

/** The heat map of a gate. The lowest panel has the x axis of all. */
export function gatePanel(
  { name, values, range: [low, high] }: Activations,
  drawn: GatesDrawn,
  lowest: boolean,
): Panel {
  const { H, quantity, x } = drawn;
  const ramp = RAMPS[quantity];
  const cells = cellsOf(values, drawn).map((cell) => ({ ...cell, share: (cell.share - low) / (high - low) }));
  const y: Axis = { label: 'unit', domain: [-0.5, H - 0.5], ticks: ticksBetween(0, H - 1, 4, 1), reverse: true };
  const { label: _, ...unlabelled } = x;
  const bottom = lowest ? {} : { bottom: 6 };
  const draw: Panel['draw'] = (width, height) =>
    heatMap({ cells, ramp, x: lowest ? x : unlabelled, y, ...bottom }, width, height);
  const ticks = [low, (low + high) / 2, high].map((v) => inWords(v));
  const height = Math.min(180, Math.max(48, 7 * H)) + 12 + (lowest ? 38 : 0);
  return { heading: `${name} gate`, ramp: { name: ramp, label: '', ticks }, height, draw };
}

const counting = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The cells of a heat map, with means of blocks as `share`. */
function cellsOf(values: Tensor, { H, steps: [first, last] }: GatesDrawn): HeatCell[] {
  const [wide, tall] = blockSizes(last - first + 1, H);
  return blocks(last - first + 1, wide).flatMap(([from, to]) =>
    blocks(H, tall).map(([top, end]): HeatCell => {
      const block = counting(from, to).flatMap((t) => counting(top, end).map((j) => values.get(first - 1 + t, j)));
      return { x: [first + from - 0.5, first + to - 0.5], y: [top - 0.5, end - 0.5], share: meanOf(block) };
    }),
  );
}

/** Notes on values that the heat maps do not show. */
export function notesOn(all: readonly Activations[], { H, steps: [first, last] }: GatesDrawn): string[] {
  const [wide, tall] = blockSizes(last - first + 1, H);
  const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const inBlocks = wide * tall > 1;
  const missing = all.flatMap(({ name, values }) => {
    const found = counting(first - 1, last).flatMap((t) =>
      counting(0, H).filter((j) => Number.isNaN(values.get(t, j))),
    );
    const of = `${name}: ${found.length} of ${(last - first + 1) * H} values are NaN`;
    return found.length === 0 ? [] : [`${of} and ${inBlocks ? 'ignored' : 'not drawn'}.`];
  });
  return [
    ...(inBlocks ? [`Each cell is the mean over ${counted(wide, 'step')} × ${counted(tall, 'unit')}.`] : []),
    ...missing,
  ];
}
