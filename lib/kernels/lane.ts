import * as arithmetic from './arithmetic.ts';

/**
 * The numbers that gates, steps and update rules compute with. Here a lane is one number and the heap a Float32Array
 * or a Float64Array; the WebAssembly build replaces this file by one whose lane is four float32, so the formulas are
 * written once. Write those files in the subset of TypeScript that AssemblyScript accepts too.
 */
export type Lane = number;
/** What a kernel computes on. */
export type Heap = Float32Array | Float64Array;
/** A place in the heap, or a count of elements. */
export type Offset = number;
/** A factor that is the same for every lane. */
export type Scalar = number;

/** Elements in a lane. */
export const LANES: Offset = 1;

const { fround, max: larger, min: smaller, sqrt: squareRoot } = Math;

/** Whether every result is rounded to float32, as the vector units do, or kept in float64 for verification. */
let single = true;

/** Rounds from now on as `heap` stores; called once before each kernel, never inside one. */
export function roundLike(heap: Heap): void {
  single = heap.BYTES_PER_ELEMENT === 4;
}

/** `x` in every lane. */
export function lane(x: Scalar): Lane {
  return single ? fround(x) : x;
}
export function load(heap: Heap, at: Offset): Lane {
  return heap[at] as number;
}
export function loadScalar(heap: Heap, at: Offset): Scalar {
  return heap[at] as number;
}
/** Stores a lane, or as much of it as the `left` elements up to the end of a row take. */
export function store(heap: Heap, at: Offset, value: Lane, _left: Offset): void {
  heap[at] = value;
}
export function add(a: Lane, b: Lane): Lane {
  return single ? fround(a + b) : a + b;
}
export function sub(a: Lane, b: Lane): Lane {
  return single ? fround(a - b) : a - b;
}
export function mul(a: Lane, b: Lane): Lane {
  return single ? fround(a * b) : a * b;
}
export function div(a: Lane, b: Lane): Lane {
  return single ? fround(a / b) : a / b;
}
export function sqrt(a: Lane): Lane {
  return single ? fround(squareRoot(a)) : squareRoot(a);
}
/** The larger of both, 0 above -0; NaN when either is. */
export function max(a: Lane, b: Lane): Lane {
  return larger(a, b);
}
/** The smaller of both, -0 below 0; NaN when either is. */
export function min(a: Lane, b: Lane): Lane {
  return smaller(a, b);
}
/** 1 where a > 0, else 0. */
export function isPositive(a: Lane): Lane {
  return a > 0 ? 1 : 0;
}
export function exp(a: Lane): Lane {
  return single ? arithmetic.exp(a) : arithmetic.exp64(a);
}
/** σ(a) = 1 / (1 + e⁻ᵃ) */
export function sigmoid(a: Lane): Lane {
  return single ? arithmetic.sigmoid(a) : arithmetic.sigmoid64(a);
}
export function tanh(a: Lane): Lane {
  return single ? arithmetic.tanh(a) : arithmetic.tanh64(a);
}
