// Tiles of the matrix product, which fit into sixteen registers of 128 bits. AssemblyScript.
import { storeUpTo } from './lane.ts';

// A tile adds the products of `depth` columns of A and rows of a packed panel to a part of C, or assigns them. `row` is
// the distance of two rows of C in bytes; `step`, `next` and `pair` are those of `block` in matmul.ts. depth > 0.

// The sums start as C & keep, where keep is 0 or all ones. With a branch instead, V8 loads C in another basic block and
// does not pack all pairs of sums.

/** All ones if the tile adds to C, 0 if it assigns. */
// @ts-expect-error: decorator
@inline
export function keepIf(add: bool): v128 {
  return i32x4.splat(0 - <i32>add);
}
// @ts-expect-error: decorator
@inline
export function start(at: usize, keep: v128): v128 {
  return v128.and(v128.load(at), keep);
}

// @ts-expect-error: decorator
@inline
export function tile2x16(c: usize, row: i32, a: usize, next: i32, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  const d = c + row;
  let e = a + next;
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + 16, keep), c2 = start(c + 32, keep), c3 = start(c + 48, keep);
  let d0 = start(d, keep), d1 = start(d + 16, keep), d2 = start(d + 32, keep), d3 = start(d + 48, keep);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, b0)); c1 = f32x4.add(c1, f32x4.mul(s, b1));
    c2 = f32x4.add(c2, f32x4.mul(s, b2)); c3 = f32x4.add(c3, f32x4.mul(s, b3));
    s = v128.load_splat<f32>(e);
    d0 = f32x4.add(d0, f32x4.mul(s, b0)); d1 = f32x4.add(d1, f32x4.mul(s, b1));
    d2 = f32x4.add(d2, f32x4.mul(s, b2)); d3 = f32x4.add(d3, f32x4.mul(s, b3));
    a += step; e += step; b += 64;
  } while (b < end);
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
  v128.store(d, d0); v128.store(d, d1, 16); v128.store(d, d2, 32); v128.store(d, d3, 48);
}

// @ts-expect-error: decorator
@inline
export function tile1x16(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool): void {
  const end = b + (depth << 6);
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + 16, keep), c2 = start(c + 32, keep), c3 = start(c + 48, keep);
  do {
    const s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
    c2 = f32x4.add(c2, f32x4.mul(s, v128.load(b, 32))); c3 = f32x4.add(c3, f32x4.mul(s, v128.load(b, 48)));
    a += step; b += 64;
  } while (b < end);
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
}

/** Stores `left` columns, at most four. */
export function tile8x4(
  c: usize, row: i32, a: usize, pair: i32, next: i32, step: i32, b: usize, depth: i32, add: bool, left: i32,
): void {
  const end = b + (depth << 6);
  const d = c + (row << 2);
  let p = a, q = a + pair, r = a + 2 * pair, t = a + 3 * pair;
  const keep = keepIf(add);
  let c0 = start(c, keep), c1 = start(c + row, keep), c2 = start(c + 2 * row, keep), c3 = start(c + 3 * row, keep);
  let d0 = start(d, keep), d1 = start(d + row, keep), d2 = start(d + 2 * row, keep), d3 = start(d + 3 * row, keep);
  do {
    const s = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load_splat<f32>(p), s)); c1 = f32x4.add(c1, f32x4.mul(v128.load_splat<f32>(p + next), s));
    c2 = f32x4.add(c2, f32x4.mul(v128.load_splat<f32>(q), s)); c3 = f32x4.add(c3, f32x4.mul(v128.load_splat<f32>(q + next), s));
    d0 = f32x4.add(d0, f32x4.mul(v128.load_splat<f32>(r), s)); d1 = f32x4.add(d1, f32x4.mul(v128.load_splat<f32>(r + next), s));
    d2 = f32x4.add(d2, f32x4.mul(v128.load_splat<f32>(t), s)); d3 = f32x4.add(d3, f32x4.mul(v128.load_splat<f32>(t + next), s));
    p += step; q += step; r += step; t += step; b += 64;
  } while (b < end);
  storeUpTo(c, c0, left); storeUpTo(c + row, c1, left); storeUpTo(c + 2 * row, c2, left); storeUpTo(c + 3 * row, c3, left);
  storeUpTo(d, d0, left); storeUpTo(d + row, d1, left); storeUpTo(d + 2 * row, d2, left); storeUpTo(d + 3 * row, d3, left);
}

/** Stores `left` columns, at most four. */
export function tile1x4(c: usize, a: usize, step: i32, b: usize, depth: i32, add: bool, left: i32): void {
  const end = b + (depth << 6);
  let sum = start(c, keepIf(add));
  do {
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(a), v128.load(b)));
    a += step; b += 64;
  } while (b < end);
  storeUpTo(c, sum, left);
}
