// Adaptive clipping of gradients: each unit by the norm of its own weights.

import { requireNumber } from '../checks.ts';
import { number, optional, readOptions, type Schema } from '../options.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { allocate, type FloatArray } from '../tensor/storage.ts';
import type { ClippingFunction } from './clip-gradients.ts';
import { clipFactors, norm2 } from './norm.ts';

/** Options of `adaptiveClipping`. */
export interface AdaptiveClippingOptions {
  /** ε, the least norm of the weights of a unit, above 0, so that weights of 0 can grow; default 0.001. */
  readonly epsilon?: number;
}

const OPTIONS: Schema<AdaptiveClippingOptions> = {
  epsilon: optional(number({ min: 0, minOpen: true }), 0.001),
};

/**
 * Returns the adaptive clipping of Brock et al. 2021: the norm of the gradient of each unit is at most λ times that of its
 * weights: (C6) g ← g·c / max(‖g‖, c), c = λ·max(‖w‖, ε). A unit is a column of a kernel, the weights of one output; of a
 * table of `Embedding` it is a row; a bias is one unit. As `adaptive_grad_clip` of optax.
 *
 * @param ratio - λ, finite and above 0; 0.01 is common
 * @param options - `epsilon`: ε, default 0.001
 * @returns a function for `clip` of `compile`, and for `clipGradients`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 2, inputSize: 1, useBias: false }).build();
 * dense.parameters.get('kernel').assign(tensor([[4, 1]]));
 * dense.parameters.get('kernel').gradient.set(0, 0, 1);
 * dense.parameters.get('kernel').gradient.set(0, 1, 1);
 * clipGradients(dense.parameters, adaptiveClipping(0.25));
 * dense.parameters.get('kernel').gradient.toArray(); // [[1, 0.25]]
 * ```
 */
export function adaptiveClipping(ratio: number, options: AdaptiveClippingOptions = {}): ClippingFunction {
  const where = 'adaptiveClipping';
  const lambda = requireNumber(where, 'ratio', ratio, { min: 0, minOpen: true });
  const { epsilon } = readOptions(where, options, OPTIONS);
  return (list) => {
    for (const parameters of list) {
      const { data } = parameters.arena;
      for (const parameter of parameters) {
        for (const unit of unitsOf(parameter)) clipUnit(data, unit, lambda, epsilon);
      }
    }
  };
}

/** Elements of one unit: the first weight, its gradient, and both steps from one element to the next. */
interface Unit {
  readonly at: number;
  readonly gradientAt: number;
  readonly step: number;
  readonly size: number;
}

function unitsOf({ at, gradientAt, size, value, sparse }: Parameter): Unit[] {
  if (sparse !== undefined) {
    const { width } = sparse;
    return sparse.used.map((row) => ({ at: at + row * width, gradientAt: sparse.at(row), step: 1, size: width }));
  }
  const columns = value.dimension < 2 ? 1 : value.shape.at(-1)!;
  return Array.from({ length: columns }, (_, column) => ({
    at: at + column,
    gradientAt: gradientAt + column,
    step: columns,
    size: size / columns,
  }));
}

/** (C6) */
function clipUnit(data: FloatArray, { at, gradientAt, step, size }: Unit, lambda: number, epsilon: number): void {
  const limit = lambda * Math.max(normOf(data, at, step, size), epsilon);
  const dtype = data.BYTES_PER_ELEMENT === 8 ? 'float64' : 'float32';
  for (const factor of clipFactors(normOf(data, gradientAt, step, size), limit, dtype, dtype)) {
    const rounded = dtype === 'float32' ? Math.fround(factor) : factor;
    for (let i = 0, j = gradientAt; i < size; i++, j += step) data[j]! *= rounded;
  }
}

/** Norm of `size` elements, `step` apart, in float64. */
function normOf(data: FloatArray, at: number, step: number, size: number): number {
  let sum = 0;
  for (let i = 0, j = at; i < size; i++, j += step) sum += data[j]! * data[j]!;
  if (sum > 1e-280 && sum < Infinity) return Math.sqrt(sum);
  const copy = allocate('float64', size, 'adaptiveClipping', 'ratio');
  for (let i = 0, j = at; i < size; i++, j += step) copy[i] = data[j]!;
  return norm2(copy); // a sum that overflowed or underflowed
}
