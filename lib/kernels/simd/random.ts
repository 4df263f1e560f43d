// The twin of ../random.ts in AssemblyScript: Threefry on four counters, and two quantiles at a time.
import { logNormal } from '../log.ts';
import { storeUpTo } from '../lane.ts';

const PARITY: i32 = 0x1bd11bda;
const TWO_M27: f64 = 7.450580596923828e-9;
const TWO_M53: f64 = 1.1102230246251565e-16;

/** Rotates y left by `bits`, and xors the result with x. */
// @ts-expect-error: decorator
@inline
function turn(y: v128, bits: i32, x: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(y, bits), i32x4.shr_u(y, 32 - bits)), x);
}

// A rotation by whole bytes is one shuffle.

// @ts-expect-error: decorator
@inline
function turn16(y: v128, x: v128): v128 {
  return v128.xor(v128.shuffle<i8>(y, y, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13), x);
}
// @ts-expect-error: decorator
@inline
function turn24(y: v128, x: v128): v128 {
  return v128.xor(v128.shuffle<i8>(y, y, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12), x);
}

/** Moves the upper half of a vector to the lower half. */
// @ts-expect-error: decorator
@inline
function upper(v: v128): v128 {
  return v128.shuffle<i64>(v, v, 1, 0);
}

// @ts-expect-error: decorator
@inline
function number(high: v128, low: v128, from: v128, range: v128): v128 {
  const u = f64x2.add(
    f64x2.mul(f64x2.convert_low_i32x4_s(high), f64x2.splat(TWO_M27)),
    f64x2.mul(f64x2.convert_low_i32x4_s(low), f64x2.splat(TWO_M53)),
  );
  return f64x2.add(from, f64x2.mul(range, u));
}

/** What `drawBlocks` makes of the words of four blocks; a constant, so that the compiler removes the other branch. */
const NUMBERS: i32 = 0;
const MASK: i32 = 1;

/** Replaces each word by 0 if it is below the threshold, and by the scale otherwise. */
// @ts-expect-error: decorator
@inline
function masked(words: v128, threshold: v128, scale: v128): v128 {
  return v128.and(i32x4.ge_u(words, threshold), scale);
}

/** Stores what the words p and q of four blocks make: four numbers low + range · u in float64, or a mask of eight float32. */
// @ts-expect-error: decorator
@inline
function storeWords(
  kind: i32, to: usize, p: v128, q: v128, low: v128, range: v128, last: v128, left: i32,
): void {
  if (kind == NUMBERS) {
    p = i32x4.shr_u(p, 5);
    q = v128.or(i32x4.shr_u(q, 6), last);
    storeUpTo(to, number(p, q, low, range), left);
    if (left > 4) storeUpTo(to + 16, number(upper(p), upper(q), low, range), left - 4);
  } else {
    storeUpTo(to, masked(v128.shuffle<i32>(p, q, 0, 4, 1, 5), low, range), left);
    if (left > 4) storeUpTo(to + 16, masked(v128.shuffle<i32>(p, q, 2, 6, 3, 7), low, range), left - 4);
  }
}

/**
 * Draws blocks, four at a time, and stores what they make.
 *
 * @param low - or the threshold
 * @param range - or the scale
 * @param last - the last bit of u; unused for a mask
 * @param left - number of float32 to store
 */
// @ts-expect-error: decorator
@inline
function drawBlocks(
  kind: i32, x: i32, low: v128, range: v128, last: v128, k0: i32, k1: i32, c0: i32, c1: i32, left: i32,
): void {
  const k2 = PARITY ^ k0 ^ k1;
  const a0 = i32x4.splat(k0), b0 = i32x4.splat(k1 + c1);
  const a1 = i32x4.splat(k1), b1 = i32x4.splat(k2 + 1), a2 = i32x4.splat(k2), b2 = i32x4.splat(k0 + 2);
  const b3 = i32x4.splat(k1 + 3), b4 = i32x4.splat(k2 + 4), b5 = i32x4.splat(k0 + 5);
  let counters = i32x4.add(i32x4.splat(c0), i32x4(0, 1, 2, 3));
  let to: usize = <usize>x << 2;
  for (; left > 0; left -= 8) {
    let p = i32x4.add(counters, a0);
    let q = b0;
    p = i32x4.add(p, q); q = turn(q, 13, p); p = i32x4.add(p, q); q = turn(q, 15, p);
    p = i32x4.add(p, q); q = turn(q, 26, p); p = i32x4.add(p, q); q = turn(q, 6, p);
    p = i32x4.add(p, a1); q = i32x4.add(q, b1);
    p = i32x4.add(p, q); q = turn(q, 17, p); p = i32x4.add(p, q); q = turn(q, 29, p);
    p = i32x4.add(p, q); q = turn16(q, p); p = i32x4.add(p, q); q = turn24(q, p);
    p = i32x4.add(p, a2); q = i32x4.add(q, b2);
    p = i32x4.add(p, q); q = turn(q, 13, p); p = i32x4.add(p, q); q = turn(q, 15, p);
    p = i32x4.add(p, q); q = turn(q, 26, p); p = i32x4.add(p, q); q = turn(q, 6, p);
    p = i32x4.add(p, a0); q = i32x4.add(q, b3);
    p = i32x4.add(p, q); q = turn(q, 17, p); p = i32x4.add(p, q); q = turn(q, 29, p);
    p = i32x4.add(p, q); q = turn16(q, p); p = i32x4.add(p, q); q = turn24(q, p);
    p = i32x4.add(p, a1); q = i32x4.add(q, b4);
    p = i32x4.add(p, q); q = turn(q, 13, p); p = i32x4.add(p, q); q = turn(q, 15, p);
    p = i32x4.add(p, q); q = turn(q, 26, p); p = i32x4.add(p, q); q = turn(q, 6, p);
    p = i32x4.add(p, a2); q = i32x4.add(q, b5);
    storeWords(kind, to, p, q, low, range, last, left);
    counters = i32x4.add(counters, i32x4.splat(4));
    to += 32;
  }
}

export function randomUniform(
  _heap: i32, x: i32, low: f64, range: f64, odd: i32, k0: i32, k1: i32, c0: i32, c1: i32, n: i32,
): void {
  drawBlocks(NUMBERS, x, f64x2.splat(low), f64x2.splat(range), i32x4.splat(odd), k0, k1, c0, c1, n << 1);
}

export function dropoutMask(
  _heap: i32, m: i32, threshold: i32, scale: f32, k0: i32, k1: i32, c0: i32, c1: i32, n: i32,
): void {
  drawBlocks(MASK, m, i32x4.splat(threshold), f32x4.splat(scale), i32x4.splat(0), k0, k1, c0, c1, n);
}

/** One step of Horner's rule, with the coefficient at an address. */
// @ts-expect-error: decorator
@inline
function step(sum: v128, r: v128, at: usize): v128 {
  return f64x2.add(f64x2.mul(sum, r), v128.load64_splat(at));
}

/** The polynomial whose eight coefficients begin at an address. */
// @ts-expect-error: decorator
@inline
function polynomial(r: v128, at: usize): v128 {
  let sum = step(v128.load64_splat(at), r, at + 8);
  sum = step(sum, r, at + 16);
  sum = step(sum, r, at + 24);
  sum = step(sum, r, at + 32);
  sum = step(sum, r, at + 40);
  sum = step(sum, r, at + 48);
  return step(sum, r, at + 56);
}

/** Quantile for |q| <= 0.425. */
// @ts-expect-error: decorator
@inline
function centre(q: v128, coefficients: usize): v128 {
  const r = f64x2.sub(f64x2.splat(0.180625), f64x2.mul(q, q));
  return f64x2.div(f64x2.mul(polynomial(r, coefficients), q), polynomial(r, coefficients + 64));
}

/** Quantile for root <= 5, or for root > 5, which differ in the root where r = 0 and in the coefficients. */
// @ts-expect-error: decorator
@inline
function middleOrTail(root: v128, zero: f64, coefficients: usize): v128 {
  const r = f64x2.sub(root, f64x2.splat(zero));
  return f64x2.div(polynomial(r, coefficients), polynomial(r, coefficients + 64));
}

/** Quantile for |q| > 0.425. */
// @ts-expect-error: decorator
@inline
function outer(p: v128, q: v128, coefficients: usize): v128 {
  const sign = v128.and(q, f64x2.splat(-0.0));
  const share = v128.bitselect(p, f64x2.sub(f64x2.splat(1), p), f64x2.lt(q, f64x2.splat(0)));
  const root = f64x2.sqrt(f64x2.neg(logNormal(share)));
  let x = middleOrTail(root, 1.6, coefficients + 128);
  const far = f64x2.gt(root, f64x2.splat(5));
  if (v128.any_true(far)) {
    x = v128.bitselect(middleOrTail(root, 5, coefficients + 256), x, far);
  }
  return v128.xor(x, sign);
}

/**
 * The first loop computes the quantiles of the centre and lists the other shares. The second loop computes those,
 * without branches.
 */
export function normalQuantiles(_heap: i32, p: i32, coefficients: i32, scratch: i32, n: i32): void {
  const start: usize = <usize>p << 2;
  const list: usize = <usize>scratch << 2;
  const c: usize = <usize>coefficients << 2;
  let end = list;
  for (let i = 0; i < n; i += 2) {
    const at = start + (i << 3);
    const share = v128.load(at);
    const q = f64x2.sub(share, f64x2.splat(0.5));
    const outside = f64x2.gt(f64x2.abs(q), f64x2.splat(0.425));
    storeUpTo(at, v128.bitselect(share, centre(q, c), outside), (n - i) << 1);
    let bits = i64x2.bitmask(outside);
    if (i + 1 == n) bits &= 1;
    store<i32>(end, at);
    end += (bits & 1) << 2;
    store<i32>(end, at + 8);
    end += (bits & 2) << 1;
  }
  if (end > list) store<i32>(end, load<i32>(end - 4)); // pairs an odd last element with itself
  for (let k = list; k < end; k += 8) {
    const first: usize = load<i32>(k);
    const second: usize = load<i32>(k, 4);
    const share = v128.load_lane<f64>(second, v128.load_zero<f64>(first), 1);
    const x = outer(share, f64x2.sub(share, f64x2.splat(0.5)), c);
    v128.store_lane<f64>(first, x, 0);
    v128.store_lane<f64>(second, x, 1);
  }
}
