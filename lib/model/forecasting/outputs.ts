// What the outputs of a model say about the next values: the loss that it was trained with decides.

import { refuse } from '../../checks.ts';
import { exp } from '../../kernels/exp.ts';
import { GaussianNLL } from '../../losses/gaussian-nll.ts';
import type { Loss } from '../../losses/loss.ts';
import { QuantileLoss } from '../../losses/quantile-loss.ts';
import type { Random } from '../../random/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A row of outputs as the distribution of F values. */
export interface OutputDistribution {
  /** Values of a time step. */
  readonly size: number;
  /** Whether `draw` draws. */
  readonly draws: boolean;
  /** Probabilities of the quantiles that a row of outputs holds, in blocks of F. */
  readonly levels: readonly number[];
  /** The point forecast of value j: the mean or the median. The row begins at `at`. */
  point(row: ArrayLike<number>, at: number, j: number): number;
  /** Value j, drawn at random. */
  draw(row: ArrayLike<number>, at: number, j: number, random: Random): number;
}

const { abs, floor, max, sqrt } = Math;

/** The distribution that a model with `width` outputs describes, trained with `loss`; or with past errors [R, F]. */
export function distributionOf(
  where: string,
  width: number,
  loss: Loss | undefined,
  residuals: Tensor | undefined,
): OutputDistribution {
  if (loss instanceof QuantileLoss) return quantiles(where, width, loss.quantiles);
  if (loss instanceof GaussianNLL) return gaussian(where, width, loss);
  return points(width, residuals);
}

function blocksOf(where: string, width: number, blocks: number, of: string): number {
  if (width % blocks !== 0) refuse(where, 'model', `have a multiple of ${blocks} outputs, for ${of}`, width);
  return width / blocks;
}

/** A mean and a logarithm of the variance, or a variance, for each value. */
function gaussian(where: string, width: number, { spread, minVariance }: GaussianNLL): OutputDistribution {
  const size = blocksOf(where, width, 2, 'GaussianNLL');
  const deviation = (given: number): number =>
    spread === 'logVariance' ? exp(given / 2) : sqrt(max(given, minVariance));
  return {
    size,
    draws: true,
    levels: [],
    point: (row, at, j) => row[at + j]!,
    draw: (row, at, j, random) => row[at + j]! + deviation(row[at + size + j]!) * random.normal(),
  };
}

/** Quantiles. Between them, the distribution function is linear; outside of them there is nothing. */
function quantiles(where: string, width: number, levels: readonly number[]): OutputDistribution {
  const size = blocksOf(where, width, levels.length, 'QuantileLoss');
  const nearest = levels.reduce((best, q, k) => (abs(q - 0.5) < abs(levels[best]! - 0.5) ? k : best), 0);
  return {
    size,
    draws: true,
    levels,
    point: (row, at, j) => row[at + nearest * size + j]!,
    draw: (row, at, j, random) => {
      const u = random.uniform();
      const above = levels.findIndex((q) => q > u);
      const valueAt = (k: number): number => row[at + k * size + j]!;
      if (above <= 0) return valueAt(above < 0 ? levels.length - 1 : 0);
      const share = (u - levels[above - 1]!) / (levels[above]! - levels[above - 1]!);
      return valueAt(above - 1) + share * (valueAt(above) - valueAt(above - 1));
    },
  };
}

/** Values; random ones by adding a past error. Errors of all values of a step are drawn together. */
function points(width: number, residuals: Tensor | undefined): OutputDistribution {
  let chosen = 0;
  return {
    size: width,
    draws: residuals !== undefined,
    levels: [],
    point: (row, at, j) => row[at + j]!,
    draw: (row, at, j, random) => {
      if (j === 0) chosen = random.integer(residuals!.shape[0]!);
      return row[at + j]! + residuals!.data[chosen * width + j]!;
    },
  };
}

/** The quantile q of sorted numbers, between the two nearest ones (Hyndman and Fan 1996, type 7). */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const below = floor(place);
  const low = sorted[below]!;
  return below + 1 < sorted.length ? low + (place - below) * (sorted[below + 1]! - low) : low;
}
