// Random predictions with targets, for properties of losses and of metrics.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { reading, refuse } from '../../checks.ts';
import { integer, number, optional, type Schema, type Settings } from '../../options.ts';
import { Tensor } from '../../tensor/tensor.ts';

/** Rows for `metricProperties` and `lossProperties`. */
export interface ScoredOptions {
  /** Number of features of a prediction; default 3. */
  readonly features?: number;
  /** Number of targets of a row; default: as many as features. */
  readonly targets?: number;
  /** Targets are class numbers from 0 to below this, one a row; default: they are numbers. */
  readonly classes?: number;
  /** Elements of predictions; default: odd multiples of 1/256 from −3 to 3, which equal no target. */
  readonly prediction?: Arbitrary<number>;
  /** Elements of targets; default: multiples of 1/128 from −3 to 3. */
  readonly target?: Arbitrary<number>;
  /** Largest difference of two figures, relative to the larger or to 1; 0: none at all; default 1e-12. */
  readonly tolerance?: number;
}

type Open = 'targets' | 'classes' | 'prediction' | 'target';

/** @internal The schema of `ScoredOptions`. */
export const SCORED_OPTIONS: Schema<ScoredOptions, Open> = {
  features: optional(integer(), 3),
  targets: optional(integer()),
  classes: optional(integer(2)),
  prediction: optional(requireArbitrary),
  target: optional(requireArbitrary),
  tolerance: optional(number({ min: 0 }), 1e-12),
};

/** Checked options. */
export type ScoredSettings = Settings<ScoredOptions, Open>;

function requireArbitrary(where: string, argument: string, value: unknown): Arbitrary<number> {
  if (!reading(where, argument, () => value instanceof fc.Arbitrary))
    refuse(where, argument, 'be an arbitrary of fast-check: fc.double()', value);
  return value as Arbitrary<number>;
}

/** A row: the prediction, its targets, its weight. */
export interface ScoredRow {
  readonly y: readonly number[];
  /** One class number, or numbers. */
  readonly t: readonly number[];
  readonly weight: number;
}

/** Rows of weights from 1/4 to 3. */
export function scoredRows(settings: ScoredSettings, minLength: number, maxLength: number): Arbitrary<ScoredRow[]> {
  return fc.array(scoredRow(settings), { minLength, maxLength });
}

function scoredRow({
  features,
  targets = features,
  classes,
  prediction,
  target,
}: ScoredSettings): Arbitrary<ScoredRow> {
  const y = prediction ?? fc.integer({ min: -384, max: 383 }).map((k) => (2 * k + 1) / 256);
  const t = target ?? fc.integer({ min: -384, max: 384 }).map((k) => k / 128);
  const list = (of: Arbitrary<number>, length: number): Arbitrary<number[]> =>
    fc.array(of, { minLength: length, maxLength: length });
  return fc.record({
    y: list(y, features),
    t: classes === undefined ? list(t, targets) : list(fc.nat(classes - 1), 1),
    weight: fc.integer({ min: 1, max: 12 }).map((k) => k / 4),
  });
}

/** Predictions, targets and weights of a batch, in float64. */
export interface ScoredBatch {
  readonly prediction: Tensor;
  readonly target: Tensor;
  readonly weights: Tensor;
}

/** A batch of rows: [...outer, F], targets [...outer, S] or class numbers [...outer], weights [...outer]. */
export function batchOf(
  { classes }: ScoredSettings,
  rows: readonly ScoredRow[],
  outer: readonly number[] = [rows.length],
): ScoredBatch {
  const make = (elements: readonly number[], ...rest: number[]): Tensor =>
    new Tensor({ data: Float64Array.from(elements) }, [...outer, ...rest]);
  const targets = rows.flatMap(({ t }) => t);
  return {
    prediction: make(
      rows.flatMap(({ y }) => y),
      rows[0]!.y.length,
    ),
    target: classes === undefined ? make(targets, rows[0]!.t.length) : make(targets),
    weights: make(rows.map(({ weight }) => weight)),
  };
}

/** Sequences of rows, and which of their time steps count: at least one. */
export interface ScoredSequences {
  readonly rows: readonly ScoredRow[];
  readonly outer: readonly [B: number, T: number];
  readonly counts: readonly boolean[];
}

/** Up to three sequences of up to four time steps. */
export function scoredSequences(settings: ScoredSettings): Arbitrary<ScoredSequences> {
  const sizes = fc.record({ B: fc.integer({ min: 1, max: 3 }), T: fc.integer({ min: 1, max: 4 }) });
  return sizes.chain(({ B, T }) =>
    fc.record({
      rows: scoredRows(settings, B * T, B * T),
      outer: fc.constant([B, T] as const),
      counts: fc
        .array(fc.boolean(), { minLength: B * T, maxLength: B * T })
        .map((list) => (list.includes(true) ? list : list.map(() => true))),
    }),
  );
}

/** A mask [B, T] of 1 and 0. */
export function maskOf({ outer, counts }: ScoredSequences): Tensor {
  return new Tensor({ data: Float64Array.from(counts, Number) }, outer);
}

/** The row with a prediction of NaN and infinities. */
export function brokenRow({ y, t, weight }: ScoredRow): ScoredRow {
  return { y: y.map((_, j) => (j % 2 === 0 ? Number.NaN : Infinity)), t, weight };
}

/** The same elements with the time axis first in memory. */
export function timeMajor(array: Tensor): Tensor {
  const [B = 1, T = 1, ...rest] = array.shape;
  const size = rest.reduce((product, length) => product * length, 1);
  const data = new Float64Array(B * T * size);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let j = 0; j < size; j++) data[(t * B + b) * size + j] = array.data[(b * T + t) * size + j]!;
    }
  }
  const whole = new Tensor({ data }, [T, B, ...rest]);
  return whole.transpose(1, 0, ...rest.map((_, axis) => axis + 2));
}
