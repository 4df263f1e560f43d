import type { Cell } from '../../cells/cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import type { RowTrace } from '../row-trace.ts';
import { isExactly, recurrentKernelOf } from './layer-products.ts';
import { alongForget } from './lstm.ts';
import { largestSlope } from './simple-rnn.ts';
import { matrixOperator, spectralNorm } from './spectral-norm.ts';

/** A number for the steps from slot i to slot t. */
type AlongTime = (from: number, to: number) => number;

/** What is known of ∂s_t/∂s_i without computing it. */
export interface Paths {
  /** (F8), of a SimpleRNN. */
  readonly bound?: AlongTime;
  /** (F9), of an LSTM. */
  readonly forget?: AlongTime;
}

export function pathsOf(cell: Cell, { steps }: RowTrace): Paths {
  if (isExactly(cell, SimpleRNNCell)) {
    const { norm } = spectralNorm(matrixOperator(recurrentKernelOf(cell), cell.units));
    const factors = steps.map(({ next: [h] }) => largestSlope(cell, h!) * norm);
    return { bound: (from, to) => factors.slice(from, to).reduce((product, factor) => product * factor, 1) };
  }
  if (isExactly(cell, LSTMCell)) {
    const forget: AlongTime = (from, to) => {
      const path = new Float64Array(cell.units).fill(1);
      for (const values of steps.slice(from, to)) alongForget(cell, values, path);
      return path.reduce((largest, factor) => Math.max(largest, factor), 0);
    };
    return { forget };
  }
  return {};
}
