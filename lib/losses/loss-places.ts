// Where the arrays of one evaluation of a loss are.

import type { FloatArray } from '../tensor/storage.ts';

/** Offsets of the arrays of one evaluation in an arena. Row k of each array belongs to row k of the others. */
export interface LossPlaces {
  /** Gradient of the prediction [rows, F], written. */
  readonly dOutput: number;
  /** Loss of each position, written; −1: not written. */
  readonly each: number;
  /** Prediction [rows, F]. */
  readonly output: number;
  /** Targets [rows, targetSize(F)], or [rows] if sparse; a loss may overwrite them, and has room for rows · F elements. */
  readonly target: number;
  readonly rows: number;
  readonly F: number;
  /** Whether targets are class numbers. */
  readonly sparse: boolean;
  /** Weight of each row, or of each sequence of a loss of whole sequences; undefined if all count 1. */
  readonly weights?: Float64Array;
  /** The sequences that the rows are the time steps of, for a loss of whole sequences. */
  readonly sequences?: Sequences;
}

/** Whole sequences of an evaluation. Targets are [B, labels]. */
export interface Sequences {
  readonly B: number;
  /** Number of labels of a sequence, padding included. */
  readonly labels: number;
  /** Number of time steps of sequence b that count. */
  lengthOf(b: number): number;
  /** The row of time step t of sequence b. */
  rowOf(b: number, t: number): number;
}

/**
 * Adds up runs of rows of equal weight: the weight times the `sum` of each. The last run comes first, because a loss may
 * overwrite targets after its own, and losses: those of each run are kept until the end. `sizes`: elements of a row of
 * targets, and of losses.
 */
export function weightedSum(
  data: FloatArray,
  places: LossPlaces,
  sizes: { readonly targets: number; readonly losses: number },
  sum: (run: LossPlaces, weight: number) => number,
): number {
  const { dOutput, each, output, target, rows, F, sparse } = places;
  const weights = places.weights!;
  const losses = each < 0 ? undefined : new Float64Array(rows * sizes.losses);
  let total = 0;
  for (let end = rows, from = rows - 1; end > 0; end = from, from--) {
    const weight = weights[from]!;
    while (from > 0 && weights[from - 1] === weight) from--;
    const run = {
      dOutput: dOutput + from * F,
      each: each < 0 ? each : each + from * sizes.losses,
      output: output + from * F,
      target: target + from * sizes.targets,
      rows: end - from,
      F,
      sparse,
    };
    total += weight * sum(run, weight);
    losses?.set(data.subarray(run.each, run.each + run.rows * sizes.losses), from * sizes.losses);
  }
  if (losses !== undefined) data.set(losses, each);
  return total;
}
