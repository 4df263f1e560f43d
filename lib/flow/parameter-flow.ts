// Norms, histograms and update ratios of parameters.

import { applyClipping } from '../clip/clip-gradients.ts';
import { norm2, rangeNorm } from '../clip/norm.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Compiled } from '../training/train-step.ts';
import type { ParameterFlow } from './gradient-flow.ts';
import { histogramOf } from './histogram.ts';

/** ‖Δw‖/‖w‖ of each parameter, in order. */
type Ratios = readonly (number | undefined)[];

/** Norms and histograms of every parameter and its gradient after the backward pass. */
export function parameterFlows(parameters: Parameters): ParameterFlow[] {
  const { arena } = parameters;
  const { data } = arena;
  return [...parameters].map(({ name, at, gradient, size }) => ({
    name,
    norm: rangeNorm(arena, at, size),
    gradientNorm: norm2(gradient.data, gradient.offset, size),
    updateRatio: undefined,
    values: histogramOf(data, at, size),
    gradients: histogramOf(gradient.data, gradient.offset, size),
  }));
}

/**
 * Computes ‖Δw‖/‖w‖ of the next training step, with clipping; Infinity if all weights are 0. It clips the gradients,
 * and restores the parameters and the optimizer.
 */
export function updateRatios(parameters: Parameters, { optimizer, clip }: Compiled, gradientNorm: number): Ratios {
  if (clip !== undefined) applyClipping([optimizer.trained(parameters)], clip, gradientNorm);
  const { arena } = parameters;
  const before = [...parameters].map(({ at, size }) => arena.data.slice(at, at + size));
  let ratios: Ratios = [];
  optimizer.preview(parameters, () => {
    ratios = [...parameters].map(({ at, size }, k) => ratioOf(before[k]!, arena.data.subarray(at, at + size)));
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
