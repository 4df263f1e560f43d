// The entry `bptt/ndarray`: conversions to and from ndarrays, and `ndarray-ops` for tensors.

import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import ndarrayOps from 'ndarray-ops';
import { refuse } from './checks.ts';
import { readOptions } from './options.ts';
import { tensor } from './tensor/create.ts';
import type { NdArrayLike } from './tensor/ndarray-like.ts';
import { requireNdArray } from './tensor/ndarray-like.ts';
import type { FloatArray, TensorOptions } from './tensor/storage.ts';
import { isFloatArray, TENSOR_OPTIONS } from './tensor/storage.ts';
import type { Tensor } from './tensor/tensor.ts';

type Operator = 'add' | 'sub' | 'mul' | 'div' | 'mod' | 'band' | 'bor' | 'bxor' | 'lshift' | 'rshift' | 'rrshift';
type Comparison = 'and' | 'or' | 'eq' | 'neq' | 'lt' | 'gt' | 'leq' | 'geq';
/** Operations on two arrays, or on an array and a number. */
export type Binary = Operator | Comparison | 'max' | 'min' | 'atan2' | 'pow' | 'atan2op' | 'powop';
type Maths =
  | 'abs'
  | 'acos'
  | 'asin'
  | 'atan'
  | 'ceil'
  | 'cos'
  | 'exp'
  | 'floor'
  | 'log'
  | 'round'
  | 'sin'
  | 'sqrt'
  | 'tan';
/** Operations on one array. */
export type Unary = 'not' | 'bnot' | 'neg' | 'recip' | Maths;
/** Operations that return one number. */
export type Reduction = 'sum' | 'prod' | 'norm1' | 'norm2' | 'norm2squared' | 'norminf' | 'sup' | 'inf';

/** Functions of `ndarray-ops`, typed for tensors and ndarrays. Each writes to its first argument and returns it. */
export type NdarrayOps = {
  /** `add(out, a, b)`: out = a + b. */
  readonly [K in Binary]: <A extends NdArray>(output: A, a: NdArray, b: NdArray) => A;
} & {
  /** `adds(out, a, 2)`: out = a + 2. */
  readonly [K in `${Binary}s`]: <A extends NdArray>(output: A, a: NdArray, scalar: number) => A;
} & {
  /** `addeq(out, a)`: out += a. */
  readonly [K in `${Binary}eq`]: <A extends NdArray>(output: A, a: NdArray) => A;
} & {
  /** `addseq(out, 2)`: out += 2. */
  readonly [K in `${Binary}seq`]: <A extends NdArray>(output: A, scalar: number) => A;
} & {
  /** `exp(out, a)`: out = exp(a). */
  readonly [K in Unary]: <A extends NdArray>(output: A, a: NdArray) => A;
} & {
  /** `expeq(out)`: out = exp(out). */
  readonly [K in `${Unary}eq`]: <A extends NdArray>(output: A) => A;
} & {
  /** `sum(a)`: one number computed from all elements. */
  readonly [K in Reduction]: (a: NdArray) => number;
} & {
  /** Whether any element differs from 0. */
  readonly any: (a: NdArray) => boolean;
  /** Whether all elements differ from 0. */
  readonly all: (a: NdArray) => boolean;
  /** Whether all elements are equal. */
  readonly equals: (a: NdArray, b: NdArray) => boolean;
  /** Index of the smallest element. */
  readonly argmin: (a: NdArray) => number[];
  /** Index of the largest element. */
  readonly argmax: (a: NdArray) => number[];
  /** `assign(out, a)`: out = a. */
  readonly assign: <A extends NdArray>(output: A, a: NdArray) => A;
  /** `assigns(out, 2)`: every element is 2. */
  readonly assigns: <A extends NdArray>(output: A, scalar: number) => A;
  /** Fills an array with `Math.random()`, which is not reproducible. Use `randomUniform` for reproducible numbers. */
  readonly random: <A extends NdArray>(output: A) => A;
};

/**
 * The functions of scijs' `ndarray-ops` 1.2: elementwise operations, comparisons and reductions on tensors and
 * ndarrays, also mixed. **The output is the first argument**; it must have the right shape, and is returned. The
 * functions compile code at run time, so a content security policy must allow `unsafe-eval`. They use the engine's
 * `Math`, so bits may differ between engines. For invalid arguments, ndarray-ops throws its own errors.
 *
 * @example
 * ```ts
 * import { tensor, zeros } from 'bptt';
 * import { ops } from 'bptt/ndarray';
 *
 * const a = tensor([[1, 2], [3, 4]]);
 * const sum = ops.add(zeros([2, 2]), a, a.transpose(1, 0));
 * sum.toArray();        // [[2, 5], [5, 8]]
 * ops.mulseq(sum, 0.5); // in place
 * ops.sup(sum);         // 4
 * ```
 */
export const ops: NdarrayOps = ndarrayOps as unknown as NdarrayOps;

/**
 * Returns an ndarray over the elements of a tensor, without copying: writes to one are visible in the other. If the
 * tensor belongs to a model, its `data` changes when the model's memory grows, and the ndarray keeps the old one:
 * convert a `copy()` of a tensor that you keep.
 *
 * @param tensor - tensor, or ndarray over a Float32Array or Float64Array
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const x = zeros([2, 3]);
 * toNdarray(x).set(0, 1, 5);
 * x.get(0, 1); // 5
 * ```
 */
export function toNdarray(tensor: Tensor | NdArrayLike): NdArray<FloatArray> {
  const source = requireNdArray('toNdarray', 'tensor', tensor);
  if (!isFloatArray(source.data)) {
    return refuse('toNdarray', 'tensor', 'contain a Float32Array or Float64Array', source.data);
  }
  return ndarray(source.data, source.shape.slice(), source.stride.slice(), source.offset);
}

/**
 * Returns a tensor with a copy of an ndarray's elements, with any strides.
 *
 * @param array - ndarray over a typed array of numbers or a plain array
 * @param options - `dtype`: `'float32'` (default for every array) or `'float64'`
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * fromNdarray(ndarray([1, 2, 3]).step(-1)).toArray(); // [3, 2, 1]
 * ```
 */
export function fromNdarray(array: NdArrayLike | NdArray, options: TensorOptions = {}): Tensor {
  const given = readOptions('fromNdarray', options, TENSOR_OPTIONS);
  return tensor(requireNdArray('fromNdarray', 'array', array), given);
}
