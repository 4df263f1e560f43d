import type { Cell } from '../../cells/cell.ts';
import type { NonFinitePlace } from '../../errors.ts';
import type { Compiled } from '../../training/train-step.ts';
import type { GradientFlow, LayerFlow } from '../gradient-flow.ts';

/** What verdicts rest on. */
export interface Evidence {
  readonly flow: Omit<GradientFlow, 'verdicts'>;
  /** Of the recurrent layers, by name. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly compiled: Compiled;
  /** Global norms of recent steps, the finite ones. */
  readonly recentNorms: readonly number[];
  /** Where the first number that is not finite arose; undefined where all are finite. */
  readonly place: NonFinitePlace | undefined;
}

/** Rates of layers that differ by no more than this share may have one cause. */
const NEARLY = 0.1;

/** Three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Mean of the gate's activations over everything; NaN where the layer has no such gate. */
export function meanOf({ gates }: Pick<LayerFlow, 'gates'>, gate: string): number {
  const mean = gates[gate]?.mean;
  return mean === undefined ? Number.NaN : average(mean.data);
}

/** NaN of nothing. */
export function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]!;
  return sum / values.length;
}

/** The largest finite of some norms, 0 of none. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let j = 0; j < values.length; j++) if (values[j]! > largest && values[j]! < Infinity) largest = values[j]!;
  return largest;
}

/**
 * The layers in which it begins: a gradient that grows or shrinks along time in one layer does
 * so at the same rate in those below it. Of layers found, those are left out that have one of nearly their rate above.
 */
export function causes(found: readonly LayerFlow[]): LayerFlow[] {
  return found.filter(({ decay: { rate } }, i) => {
    const above = found.slice(i + 1).map(({ decay }) => decay.rate);
    return !above.some((other) => Math.abs(other - rate) <= NEARLY * rate);
  });
}
