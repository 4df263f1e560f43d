// The twin of ../lane.ts in AssemblyScript: a lane is four float32, and the heap is the whole memory.
// scripts/build-wasm.mjs replaces ../lane.ts by this file.
import * as arithmetic from './arithmetic.ts';

export type Lane = v128;
export type Heap = i32;
export type Offset = i32;
export type Scalar = f32;

export const LANES: Offset = 4;

// @ts-expect-error: decorator
@inline
export function lane(x: Scalar): Lane {
  return f32x4.splat(x);
}
// @ts-expect-error: decorator
@inline
export function load(_heap: Heap, at: Offset): Lane {
  return v128.load(<usize>at << 2);
}
/** The lane after the one at `at`, for the loops over pairs of lanes that scripts/wasm/pairs.mjs makes. */
// @ts-expect-error: decorator
@inline
export function loadNext(_heap: Heap, at: Offset): Lane {
  return v128.load(<usize>at << 2, 16);
}
/** Stores two adjacent lanes, without a branch between them. */
// @ts-expect-error: decorator
@inline
export function storePair(_heap: Heap, at: Offset, value: Lane, next: Lane): void {
  v128.store(<usize>at << 2, value);
  v128.store(<usize>at << 2, next, 16);
}
// @ts-expect-error: decorator
@inline
export function loadScalar(_heap: Heap, at: Offset): Scalar {
  return f32.load(<usize>at << 2);
}
// @ts-expect-error: decorator
@inline
export function store(_heap: Heap, at: Offset, value: Lane, left: Offset): void {
  storeUpTo(<usize>at << 2, value, left);
}
/** Stores the first `left` elements of a vector, or all four. */
// @ts-expect-error: decorator
@inline
export function storeUpTo(at: usize, value: v128, left: i32): void {
  if (left >= LANES) v128.store(at, value);
  else storePart(at, value, left);
}
function storePart(at: usize, value: Lane, left: Offset): void {
  if (left == 1) v128.store_lane<f32>(at, value, 0);
  else {
    v128.store_lane<f64>(at, value, 0);
    if (left == 3) v128.store_lane<f32>(at, value, 2, 8);
  }
}
// @ts-expect-error: decorator
@inline
export function add(a: Lane, b: Lane): Lane {
  return f32x4.add(a, b);
}
// @ts-expect-error: decorator
@inline
export function sub(a: Lane, b: Lane): Lane {
  return f32x4.sub(a, b);
}
// @ts-expect-error: decorator
@inline
export function mul(a: Lane, b: Lane): Lane {
  return f32x4.mul(a, b);
}
// @ts-expect-error: decorator
@inline
export function div(a: Lane, b: Lane): Lane {
  return f32x4.div(a, b);
}
// @ts-expect-error: decorator
@inline
export function sqrt(a: Lane): Lane {
  return f32x4.sqrt(a);
}
// @ts-expect-error: decorator
@inline
export function max(a: Lane, b: Lane): Lane {
  return f32x4.max(a, b);
}
// @ts-expect-error: decorator
@inline
export function min(a: Lane, b: Lane): Lane {
  return f32x4.min(a, b);
}
// @ts-expect-error: decorator
@inline
export function isPositive(a: Lane): Lane {
  return v128.and(f32x4.gt(a, f32x4.splat(0)), f32x4.splat(1));
}
// @ts-expect-error: decorator
@inline
export function exp(a: Lane): Lane {
  return arithmetic.exp(a);
}
// @ts-expect-error: decorator
@inline
export function sigmoid(a: Lane): Lane {
  return arithmetic.sigmoid(a);
}
// @ts-expect-error: decorator
@inline
export function tanh(a: Lane): Lane {
  return arithmetic.tanh(a);
}
