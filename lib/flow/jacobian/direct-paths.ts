// Bounds and direct paths of ∂s_t/∂s_i, from values of the forward pass.

import type { Cell } from '../../cells/cell.ts';
import type { StepValues } from '../../cells/facts.ts';
import { simpleActivation } from '../facts.ts';
import type { Pair } from './pair.ts';
import { largestSlope } from './simple-rnn.ts';
import { matrixOperator, spectralNorm } from './spectral-norm.ts';
import { sweepBack } from './sweeps.ts';
import { recurrentKernelOf } from './tangents.ts';

/** Bounds and direct paths of each ∂s_t/∂s_i, by pair. */
export interface Paths {
  /** (F8), for the state of a simple recurrent network. */
  readonly bound?: readonly number[];
  /** (F9), for a memory with a keep gate. */
  readonly direct?: readonly number[];
}

export function pathsOf(cell: Cell, steps: readonly StepValues[], pairs: readonly Pair[]): Paths {
  const { units: H, gates, memory } = cell;
  const activation = simpleActivation(cell);
  if (activation !== undefined) {
    const { norm } = spectralNorm(matrixOperator(recurrentKernelOf(cell), H));
    const factors = steps.map(({ next: [h] }) => largestSlope(activation, h!) * norm);
    const multiply = (path: Float64Array, step: number): void => {
      path[0]! *= factors[step]!;
    };
    return { bound: largestPaths(pairs, 1, multiply) };
  }
  if (memory?.keep === undefined) return {};
  const keep = gates.indexOf(memory.keep) * H;
  const alongKeep = (path: Float64Array, step: number): void => {
    const values = steps[step]!.gates;
    for (let j = 0; j < H; j++) path[j]! *= values[keep + j]!;
  };
  return { direct: largestPaths(pairs, H, alongKeep) };
}

/** The largest entry of an elementwise product of `size` factors per step, from t back to i. */
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
