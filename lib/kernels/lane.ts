// The arithmetic of gates, steps, update rules and losses, so that each formula is written once. Here a lane is one
// number, and the heap a Float32Array or a Float64Array. The WebAssembly build replaces this file by simd/lane.ts, where a
// lane is four float32. Write the files that use it in the common subset of TypeScript and AssemblyScript.

import * as arithmetic from './arithmetic.ts';

/** The numbers that one operation computes with. */
export type Lane = number;
/** The memory that a kernel reads and writes. */
export type Heap = Float32Array | Float64Array;
/** A position in the heap, or a number of elements. */
export type Offset = number;
/** A factor that is the same for every lane. */
export type Scalar = number;

/** Number of elements in a lane. */
export const LANES: Offset = 1;

const { fround, max: larger, min: smaller, sqrt: squareRoot } = Math;

/** Whether every result is rounded to float32, as in vector units. Otherwise it stays float64, for verification. */
let single = true;

/** Sets the rounding to the element type of `heap`. It is called once before each kernel, never inside one. */
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
/** Stores a lane, or only its first `left` elements if fewer remain in the row. */
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
/** The larger number, where 0 > -0; NaN if either is NaN. */
export function max(a: Lane, b: Lane): Lane {
  return larger(a, b);
}
/** The smaller number, where -0 < 0; NaN if either is NaN. */
export function min(a: Lane, b: Lane): Lane {
  return smaller(a, b);
}
/** 1 if a > 0, else 0. */
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
