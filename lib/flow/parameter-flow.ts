import { applyClipping } from '../clip/clip-gradients.ts';
import { norm2 } from '../clip/norm.ts';
import type { Compiled } from '../model/train-step.ts';
import type { Parameters } from '../tensor/parameters.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { ParameterFlow } from './gradient-flow.ts';
import { histogramOf } from './histogram.ts';

/** ‖Δw‖ of each parameter and ‖w‖, in order. */
type Ratios = readonly (number | undefined)[];

/** Norms and histograms of every parameter and its gradient, as the way back has left them. */
export function parameterFlows(parameters: Parameters): ParameterFlow[] {
  const { data } = parameters.arena;
  return [...parameters].map(({ name, at, gradientAt, size }) => ({
    name,
    norm: normAt(parameters, at, size),
    gradientNorm: normAt(parameters, gradientAt, size),
    updateRatio: undefined,
    values: histogramOf(data, at, size),
    gradients: histogramOf(data, gradientAt, size),
  }));
}

/** By the kernel, unless squares of float64 have under- or overflown. */
function normAt({ arena }: Parameters, at: number, size: number): number {
  const sum = arena.kernels.sumOfSquares(at, size);
  return sum > 1e-280 && sum < Infinity ? Math.sqrt(sum) : norm2(arena.data.subarray(at, at + size));
}

/**
 * ‖Δw‖/‖w‖ of the step that training would take now, clipping included. Gradients are left clipped; parameters, the
 * optimizer's state and its count of steps are as before. Infinity for weights that are all 0.
 */
export function updateRatios(parameters: Parameters, { optimizer, clip }: Compiled, gradientNorm: number): Ratios {
  if (clip !== undefined) applyClipping(parameters, clip, gradientNorm);
  const { arena, at: start, size } = parameters;
  const before = arena.data.slice(start, start + size);
  let ratios: Ratios = [];
  optimizer.preview(parameters, () => {
    ratios = [...parameters].map(({ at, size }) => {
      const from = at - start;
      return ratioOf(before.subarray(from, from + size), arena.data.subarray(at, at + size));
    });
  });
  return ratios;
}

function ratioOf(old: FloatArray, next: FloatArray): number {
  let moved = 0;
  let norm = 0;
  for (let j = 0; j < old.length; j++) {
    const step = next[j]! - old[j]!;
    moved += step * step;
    norm += old[j]! * old[j]!;
  }
  return moved === 0 ? 0 : Math.sqrt(moved / norm);
}
