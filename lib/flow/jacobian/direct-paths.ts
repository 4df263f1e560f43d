import type { Cell } from '../../cells/cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { isExactly, recurrentKernelOf } from './layer-products.ts';
import { alongForget } from './lstm.ts';
import type { Pair } from './pair.ts';
import { largestSlope } from './simple-rnn.ts';
import { matrixOperator, spectralNorm } from './spectral-norm.ts';
import type { StepValues } from './step-values.ts';
import { sweepBack } from './sweeps.ts';

/** What is known of each ∂s_t/∂s_i without computing it, pair by pair. */
export interface Paths {
  /** (F8), of a SimpleRNN. */
  readonly bound?: readonly number[];
  /** (F9), of an LSTM. */
  readonly forget?: readonly number[];
}

export function pathsOf(cell: Cell, steps: readonly StepValues[], pairs: readonly Pair[]): Paths {
  if (isExactly(cell, SimpleRNNCell)) {
    const { norm } = spectralNorm(matrixOperator(recurrentKernelOf(cell), cell.units));
    const factors = steps.map(({ next: [h] }) => largestSlope(cell, h!) * norm);
    const multiply = (path: Float64Array, step: number): void => {
      path[0]! *= factors[step]!;
    };
    return { bound: largestPaths(pairs, 1, multiply) };
  }
  if (isExactly(cell, LSTMCell)) {
    return { forget: largestPaths(pairs, cell.units, (path, step) => alongForget(cell, steps[step]!, path)) };
  }
  return {};
}

/** The largest entry of a product of `size` factors a step, from t back to i. */
function largestPaths(
  pairs: readonly Pair[],
  size: number,
  multiply: (path: Float64Array, step: number) => void,
): number[] {
  return sweepBack<Float64Array, number>(pairs, {
    begin: () => new Float64Array(size).fill(1),
    back: (paths, step) => {
      for (const path of paths) multiply(path, step);
    },
    read: (path) => path.reduce((largest, factor) => Math.max(largest, factor), 0),
  });
}
