// `lossProperties`: what a loss promises.

import fc from 'fast-check';
import { requireFunction } from '../checks.ts';
import { readOptions } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { expectBits, expectClose, PropertyError } from './expect-equal.ts';
import { assertGradients } from './gradcheck.ts';
import type { Properties } from './properties/property.ts';
import {
  batchOf,
  maskOf,
  SCORED_OPTIONS,
  type ScoredBatch,
  type ScoredOptions,
  type ScoredRow,
  type ScoredSettings,
  scoredRows,
  scoredSequences,
} from './properties/scored.ts';

/** What `evaluate` of a loss returns. */
export interface CheckedLossResult {
  /** The reduced loss. */
  readonly loss: number;
  /** Gradient of `loss` with respect to the prediction, in its shape. */
  readonly gradient: Tensor;
  /** The losses before weights and reduction: one a row, or several. */
  readonly each: Tensor;
}

/** The interface of a loss: that of `ElementwiseLoss`. */
export interface CheckedLoss {
  /** How losses are reduced to one number; default `'mean'`. */
  readonly reduction?: 'mean' | 'sum';
  /** Computes the loss of a prediction, and its gradient. */
  evaluate(
    prediction: NdArrayLike,
    target: NdArrayLike,
    options?: { mask?: NdArrayLike; weights?: NdArrayLike },
  ): CheckedLossResult;
}

/**
 * Returns what a loss promises, each a fast-check property for `fc.assert`: the gradient agrees with finite differences in
 * float64, with and without weights; the loss is the weighted mean, or sum, of the losses of rows, which do not depend on
 * other rows; masked time steps and rows of weight 0 do not count; arguments do not change, and a second call gives the
 * same bits. Rows are checked one by one, so a loss of whole sequences (`CTCLoss`) and one with class weights do not fit.
 *
 * @param make - creates a loss
 * @param options - see ScoredOptions; `prediction` and `target` should avoid kinks, where no derivative exists
 * @throws ArgumentError for an unknown option or a value outside its range
 *
 * @example
 * ```ts
 * for (const [name, property] of Object.entries(lossProperties(() => new Huber()))) {
 *   test(name, () => fc.assert(property));
 * }
 * ```
 */
export function lossProperties(make: () => CheckedLoss, options: ScoredOptions = {}): Properties {
  const where = 'lossProperties';
  requireFunction(where, 'make', make);
  const settings = readOptions(where, options, SCORED_OPTIONS);
  return { ...valueProperties(make, settings), ...maskedProperties(make, settings) };
}

type Make = () => CheckedLoss;

const { abs, max } = Math;

function scalar(value: number): Tensor {
  return new Tensor({ data: Float64Array.of(value) }, [1]);
}

/** Compares the gradient of the loss of a batch with finite differences. */
function requireGradient(loss: CheckedLoss, { prediction, target, weights }: ScoredBatch, weighted: boolean): void {
  const evaluate = (): CheckedLossResult => loss.evaluate(prediction, target, weighted ? { weights } : {});
  assertGradients({
    variables: { prediction },
    forward: () => ({ loss: scalar(evaluate().loss) }),
    backward: ({ loss: upstream }) => {
      const gradient = evaluate().gradient.copy();
      gradient.data.forEach((value, k) => {
        gradient.data[k] = value * upstream!.get(0);
      });
      return { prediction: gradient };
    },
  });
}

/** Throws unless the loss is the weighted mean or sum of those of its rows. */
function requireReduced(
  { reduction = 'mean' }: CheckedLoss,
  result: CheckedLossResult,
  rows: readonly ScoredRow[],
  tolerance: number,
): void {
  const { loss, each } = result;
  const perRow = each.data.length / rows.length;
  if (!Number.isInteger(perRow) || perRow === 0) {
    throw new PropertyError('each', `have a multiple of ${rows.length} elements`, `${each.data.length}`);
  }
  let [sum, size, total] = [0, 0, 0];
  each.data.forEach((value, k) => {
    const { weight } = rows[Math.floor(k / perRow)]!;
    sum += weight * value;
    size += abs(weight * value);
    total += weight;
  });
  const divisor = reduction === 'mean' ? total : 1;
  if (abs(loss - sum / divisor) <= tolerance * max(1, size / divisor)) return;
  throw new PropertyError('loss', `be ${sum / divisor}, the weighted ${reduction} of each`, `${loss}`);
}

function valueProperties(make: Make, settings: ScoredSettings): Properties {
  const { tolerance } = settings;
  const rows = scoredRows(settings, 1, 4);
  const evaluate = (all: readonly ScoredRow[]): CheckedLossResult => {
    const { prediction, target, weights } = batchOf(settings, all);
    return make().evaluate(prediction, target, { weights });
  };
  return {
    'the gradient agrees with finite differences': fc.property(rows, fc.boolean(), (all, weighted) => {
      requireGradient(make(), batchOf(settings, all), weighted);
    }) as Properties[string],
    'the loss is the weighted mean or sum of those of rows': fc.property(rows, (all) => {
      requireReduced(make(), evaluate(all), all, tolerance);
      const { prediction, target } = batchOf(settings, all);
      const equal = all.map((row) => ({ ...row, weight: 1 }));
      requireReduced(make(), make().evaluate(prediction, target), equal, tolerance);
    }) as Properties[string],
    'a row has the same loss alone': fc.property(rows, (all) => {
      const { each } = evaluate(all);
      const parts = all.flatMap((row) => [...evaluate([row]).each.data]);
      expectClose('each', flat(parts), flat([...each.data]), tolerance, 1);
    }) as Properties[string],
    'arguments do not change, and a second call gives the same bits': fc.property(rows, (all) => {
      const [given, copy] = [batchOf(settings, all), batchOf(settings, all)];
      const loss = make();
      const once = loss.evaluate(given.prediction, given.target, { weights: given.weights });
      const kept = { gradient: once.gradient.copy(), each: once.each.copy() };
      for (const name of ['prediction', 'target', 'weights'] as const) expectBits(name, given[name], copy[name]);
      const again = loss.evaluate(given.prediction, given.target, { weights: given.weights });
      expectBits('loss', scalar(again.loss), scalar(once.loss));
      for (const name of ['gradient', 'each'] as const) {
        expectBits(name, again[name], kept[name]);
        expectBits(`${name} of the first call`, once[name], kept[name]);
      }
    }) as Properties[string],
  };
}

function flat(numbers: readonly number[]): Tensor {
  return new Tensor({ data: Float64Array.from(numbers) }, [numbers.length]);
}

/** Rows of a result that count, and 0 expected at the others. */
function requireCounted(
  name: string,
  array: Tensor,
  counts: readonly boolean[],
  expected: Tensor,
  tolerance: number,
): void {
  const size = array.data.length / counts.length;
  const counted = [...array.data].filter((_, k) => counts[Math.floor(k / size)]);
  const others = [...array.data].filter((_, k) => !counts[Math.floor(k / size)]);
  expectClose(name, flat(counted), flat([...expected.data]), tolerance, 1);
  if (others.some((value) => value !== 0)) throw new PropertyError(name, 'be 0 where no row counts', `${others}`);
}

function maskedProperties(make: Make, settings: ScoredSettings): Properties {
  const { tolerance } = settings;
  return {
    'rows of weight 0 do not count': fc.property(
      scoredRows(settings, 1, 4),
      scoredRows(settings, 1, 4),
      (all, others) => {
        const rows = [...all, ...others.map((row) => ({ ...row, weight: 0 }))];
        const [some, every] = [all, rows].map((list) => {
          const { prediction, target, weights } = batchOf(settings, list);
          return make().evaluate(prediction, target, { weights });
        });
        const counts = rows.map(({ weight }) => weight > 0);
        requireCounted('gradient', every!.gradient, counts, some!.gradient, tolerance);
        expectClose('loss', scalar(every!.loss), scalar(some!.loss), tolerance, 1);
      },
    ) as Properties[string],
    'masked time steps do not count, whatever they hold': fc.property(scoredSequences(settings), (sequences) => {
      const { rows: all, outer, counts } = sequences;
      const [none, counted] = [Number.NaN, all.filter((_, k) => counts[k])];
      const held = all.map((row, k) =>
        counts[k] ? row : { ...row, y: row.y.map(() => none), t: row.t.map(() => none) },
      );
      const [whole, part] = [batchOf(settings, held, outer), batchOf(settings, counted)];
      const masked = make().evaluate(whole.prediction, whole.target, {
        weights: whole.weights,
        mask: maskOf(sequences),
      });
      const expected = make().evaluate(part.prediction, part.target, { weights: part.weights });
      for (const name of ['gradient', 'each'] as const) {
        requireCounted(name, masked[name], counts, expected[name], tolerance);
      }
      expectClose('loss', scalar(masked.loss), scalar(expected.loss), tolerance, 1);
    }) as Properties[string],
  };
}
