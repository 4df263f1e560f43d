// The evidence for verdicts, and helpers that the verdicts share.

import type { Cell } from '../../cells/cell.ts';
import type { NonFinitePlace } from '../../errors.ts';
import type { Compiled } from '../../training/train-step.ts';
import type { GradientFlow, LayerFlow } from '../gradient-flow.ts';

/** The evidence for verdicts. */
export interface Evidence {
  readonly flow: Omit<GradientFlow, 'verdicts'>;
  /** Cells of the recurrent layers, by name. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly compiled: Compiled;
  /** Finite global norms of recent steps. */
  readonly recentNorms: readonly number[];
  /** Place of the first NaN or infinity; undefined if all numbers are finite. */
  readonly place: NonFinitePlace | undefined;
}

/** If the rates of two layers differ by at most this share, one may be the cause of the other. */
const NEARLY = 0.1;

/** Formats a number with three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Mean of all activations of a gate; NaN if the layer has no such gate. */
export function meanOf({ gates }: Pick<LayerFlow, 'gates'>, gate: string): number {
  const mean = gates[gate]?.mean;
  return mean === undefined ? Number.NaN : average(mean.data);
}

/** Mean of a list; NaN if it is empty. */
export function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]!;
  return sum / values.length;
}

/** The largest finite norm; 0 if there is none. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let j = 0; j < values.length; j++) if (values[j]! > largest && values[j]! < Infinity) largest = values[j]!;
  return largest;
}

/**
 * Returns the layers in which a problem originates. A gradient that grows or shrinks along time in one layer also does
 * so in the layers below, at the same rate. So a layer is omitted if a layer above it has nearly the same rate.
 */
export function causes(found: readonly LayerFlow[]): LayerFlow[] {
  return found.filter(({ decay: { rate } }, i) => {
    const above = found.slice(i + 1).map(({ decay }) => decay.rate);
    return !above.some((other) => Math.abs(other - rate) <= NEARLY * rate);
  });
}
