// The twin of ../sums.ts in AssemblyScript: partial sums in float64, two per vector.
import { store } from '../lane.ts';
import { log1p } from '../log.ts';

// @ts-expect-error: decorator
@inline
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}
// @ts-expect-error: decorator
@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 0));
}
// @ts-expect-error: decorator
@inline
function total(s01: v128, s23: v128, rest: f64): f64 {
  const pairs = f64x2.add(s01, s23);
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1) + rest;
}
// @ts-expect-error: decorator
@inline
function one(at: usize): f64 {
  return <f64>load<f32>(at);
}

export function rowMax(_heap: i32, v: i32, n: i32): f32 {
  let at: usize = <usize>v << 2;
  const end: usize = at + (<usize>n << 2);
  if (n < 4) {
    let largest = load<f32>(at);
    for (at += 4; at < end; at += 4) largest = max<f32>(largest, load<f32>(at));
    return largest;
  }
  let four = v128.load(end - 16);
  for (; at + 16 < end; at += 16) four = f32x4.max(four, v128.load(at));
  four = f32x4.max(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1));
}

export function sum(_heap: i32, v: i32, n: i32): f64 {
  let at: usize = <usize>v << 2;
  const end: usize = at + (<usize>n << 2);
  let s01 = f64x2.splat(0);
  let s23 = s01;
  for (; at + 12 < end; at += 16) {
    const four = v128.load(at);
    s01 = f64x2.add(s01, low(four));
    s23 = f64x2.add(s23, high(four));
  }
  let rest: f64 = 0;
  for (; at < end; at += 4) rest += one(at);
  return total(s01, s23, rest);
}

export function sumOfSquares(heap: i32, v: i32, n: i32): f64 {
  return sumOfProducts(heap, v, v, n);
}

export function sumOfProducts(_heap: i32, a: i32, b: i32, n: i32): f64 {
  let at: usize = <usize>a << 2;
  const end: usize = at + (<usize>n << 2);
  const other: usize = (<usize>b << 2) - at;
  let s01 = f64x2.splat(0);
  let s23 = s01;
  for (; at + 12 < end; at += 16) {
    const first = v128.load(at);
    const second = v128.load(at + other);
    s01 = f64x2.add(s01, f64x2.mul(low(first), low(second)));
    s23 = f64x2.add(s23, f64x2.mul(high(first), high(second)));
  }
  let rest: f64 = 0;
  for (; at < end; at += 4) rest += one(at) * one(at + other);
  return total(s01, s23, rest);
}

export function inverseRoot(variance: f64, epsilon: f64): f64 {
  return 1 / sqrt<f64>((variance < 0 ? 0 : variance) + epsilon);
}

// @ts-expect-error: decorator
@inline
function weighted(t: v128, a: v128, logSum: v128): v128 {
  return v128.and(f64x2.mul(t, f64x2.sub(logSum, a)), f64x2.ne(t, f64x2.splat(0)));
}

export function weightedLosses(_heap: i32, t: i32, a: i32, logSum: f64, n: i32): f64 {
  let at: usize = <usize>t << 2;
  const end: usize = at + (<usize>n << 2);
  const other: usize = (<usize>a << 2) - at;
  let s01 = f64x2.splat(0);
  let s23 = s01;
  for (; at + 12 < end; at += 16) {
    const weights = v128.load(at);
    const logits = v128.load(at + other);
    s01 = f64x2.add(s01, weighted(low(weights), low(logits), f64x2.splat(logSum)));
    s23 = f64x2.add(s23, weighted(high(weights), high(logits), f64x2.splat(logSum)));
  }
  let rest: f64 = 0;
  for (; at < end; at += 4) {
    const weight = one(at);
    if (weight != 0) rest += weight * (logSum - one(at + other));
  }
  return total(s01, s23, rest);
}

// @ts-expect-error: decorator
@inline
function logistic(a: v128, t: v128, e: v128): v128 {
  return f64x2.add(f64x2.sub(f64x2.pmax(f64x2.splat(0), a), f64x2.mul(a, t)), log1p(e));
}

export function logisticLosses(heap: i32, each: i32, a: i32, t: i32, e: i32, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = s01;
  let rest: f64 = 0;
  for (let j = 0; j < n; j += 4) {
    const logits = v128.load(<usize>(a + j) << 2);
    const targets = v128.load(<usize>(t + j) << 2);
    const powers = v128.load(<usize>(e + j) << 2);
    const first = logistic(low(logits), low(targets), low(powers));
    const second = logistic(high(logits), high(targets), high(powers));
    if (each >= 0) {
      const four = v128.shuffle<i64>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
      store(heap, each + j, four, n - j);
    }
    if (n - j >= 4) {
      s01 = f64x2.add(s01, first);
      s23 = f64x2.add(s23, second);
    } else {
      rest = f64x2.extract_lane(first, 0);
      if (n - j > 1) rest += f64x2.extract_lane(first, 1);
      if (n - j > 2) rest += f64x2.extract_lane(second, 0);
    }
  }
  return total(s01, s23, rest);
}
