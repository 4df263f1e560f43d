// Properties of clipping functions.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { requireFunction } from '../checks.ts';
import { readOptions, required, type Schema } from '../options.ts';
import { type DType, TENSOR_OPTIONS, type TensorOptions } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { arbitraries } from './arbitraries.ts';
import { elementsOf } from './elements.ts';
import { expectBits, PropertyError } from './expect-equal.ts';
import type { Properties } from './properties/property.ts';

const { abs, max, sqrt } = Math;

/** The clipping functions to check. */
export interface ClipFunctions {
  /** Clips every entry to [min, max]. */
  clipByValue(t: Tensor, min: number, max: number): Tensor;
  /** Scales an array so that its norm is at most `clipNorm`. */
  clipByNorm(t: Tensor, clipNorm: number): Tensor;
  /** Scales all arrays by one factor so that their global norm is at most `clipNorm`; also returns the norm before. */
  clipByGlobalNorm(list: Tensor[], clipNorm: number): readonly [readonly Tensor[], number];
}

/** A function that clips a list of arrays to a threshold. */
type Clip = (list: Tensor[], threshold: number) => readonly Tensor[];

const FUNCTIONS: Schema<ClipFunctions> = {
  clipByValue: required(requireFunction<ClipFunctions['clipByValue']>),
  clipByNorm: required(requireFunction<ClipFunctions['clipByNorm']>),
  clipByGlobalNorm: required(requireFunction<ClipFunctions['clipByGlobalNorm']>),
};

interface ClipCase {
  readonly list: Tensor[];
  readonly threshold: number;
}

/**
 * Returns properties of clipping, each a fast-check property for `fc.assert`: norms are at most the threshold, arrays
 * within it keep their bits, clipping twice equals clipping once, and neither the direction nor the input changes.
 *
 * @param functions - `clipByValue`, `clipByNorm`, `clipByGlobalNorm`, with TensorFlow's semantics
 * @param options - `dtype` of the arrays; default `'float32'`
 * @throws ArgumentError for a missing function
 *
 * @example
 * ```ts
 * for (const [name, property] of Object.entries(clipProperties({ clipByValue, clipByNorm, clipByGlobalNorm }))) {
 *   test(name, () => fc.assert(property));
 * }
 * ```
 */
export function clipProperties(functions: ClipFunctions, options: TensorOptions = {}): Properties {
  const where = 'clipProperties';
  const { clipByValue, clipByNorm, clipByGlobalNorm } = readOptions(where, functions, FUNCTIONS, 'functions');
  const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
  const byNorm: Clip = ([t], threshold) => [clipByNorm(t!, threshold)];
  const byGlobalNorm: Clip = (list, threshold) => clipByGlobalNorm(list, threshold)[0];
  return {
    ...normProperties('clipByNorm', byNorm, clipCase(dtype, 1), dtype),
    ...normProperties('clipByGlobalNorm', byGlobalNorm, clipCase(dtype, 3), dtype),
    'clipByGlobalNorm returns the norm before clipping': returnedNorm(clipByGlobalNorm, dtype),
    'clipByValue keeps entries within the bounds and moves the others to them': byValue(clipByValue, dtype),
  };
}

/** Generates up to `most` arrays, some all zeros, some huge, and a threshold. */
function clipCase(dtype: DType, most: number): Arbitrary<ClipCase> {
  const array = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }), fc.constantFrom(1, 1e-8, 1e8))
    .chain(([shape, scale]) => arbitraries.tensor(shape, { dtype, scale, special: 'small' }));
  const threshold = fc.constantFrom(1, 0.5, 1e-3, 10, 1e6);
  return fc.record({ list: fc.array(array, { minLength: 1, maxLength: most }), threshold });
}

/** √Σv² of all arrays, in float64. The generated numbers neither overflow nor underflow it. */
function norm(list: readonly Tensor[]): number {
  return sqrt(inner(list, list));
}

function inner(a: readonly Tensor[], b: readonly Tensor[]): number {
  let sum = 0;
  a.forEach((array, i) => {
    const [u, v] = [elementsOf(array), elementsOf(b[i]!)];
    for (let k = 0; k < u.length; k++) sum += u[k]! * v[k]!;
  });
  return sum;
}

function normProperties(name: string, clip: Clip, cases: Arbitrary<ClipCase>, dtype: DType): Properties {
  const slack = 1 + (dtype === 'float64' ? 2 ** -50 : 2 ** -21);
  const property = (check: (list: Tensor[], threshold: number) => void): Properties[string] =>
    fc.property(cases, ({ list, threshold }) => check(list, threshold)) as Properties[string];
  return {
    [`${name} gives a norm of at most the threshold`]: property((list, threshold) => {
      const after = norm(clip(list, threshold));
      if (!(after <= threshold * slack)) throw new PropertyError(name, `clip to ${threshold}`, `norm ${after}`);
    }),
    [`${name} keeps the bits of arrays within the threshold`]: property((list, threshold) => {
      fc.pre(norm(list) <= threshold);
      clip(list, threshold).forEach((array, i) => {
        expectBits(name, array, list[i]!);
      });
    }),
    [`${name} twice equals ${name} once`]: property((list, threshold) => {
      const once = [...clip(list, threshold)];
      clip(once, threshold).forEach((array, i) => {
        expectBits(name, array, once[i]!);
      });
    }),
    [`${name} keeps the direction and the input`]: property((list, threshold) => {
      const before = list.map((array) => array.copy());
      const clipped = clip(list, threshold);
      list.forEach((array, i) => {
        expectBits('input', array, before[i]!);
      });
      const lengths = norm(list) * norm(clipped);
      const cosine = lengths === 0 ? 1 : inner(list, clipped) / lengths;
      if (!(cosine >= 1 - 1e-6)) throw new PropertyError(name, 'keep the direction', `cosine ${cosine}`);
    }),
  };
}

function returnedNorm(clip: ClipFunctions['clipByGlobalNorm'], dtype: DType): Properties[string] {
  return fc.property(clipCase(dtype, 3), ({ list, threshold }) => {
    const [, returned] = clip(list, threshold);
    const expected = norm(list);
    if (!(abs(returned - expected) <= 1e-12 * max(expected, 1e-30))) {
      throw new PropertyError('clipByGlobalNorm', `return ${expected}`, `${returned}`);
    }
  }) as Properties[string];
}

function byValue(clip: ClipFunctions['clipByValue'], dtype: DType): Properties[string] {
  return fc.property(clipCase(dtype, 1), ({ list: [t], threshold }) => {
    const expected = t!.copy();
    expected.data.forEach((value, k) => {
      if (abs(value) > threshold) expected.data[k] = value < 0 ? -threshold : threshold;
    });
    const once = clip(t!, -threshold, threshold);
    expectBits('clipByValue', once, expected);
    expectBits('clipByValue twice', clip(once, -threshold, threshold), once);
  }) as Properties[string];
}
