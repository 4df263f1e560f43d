// The twin of ../arithmetic.ts for four float32: the same functions with the same operations in the same order, and so
// the same bits.

const LOG2_E: f32 = 1.44269504088896340736;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;
const ROUNDER: f32 = 12582912;

const P0: f32 = 0.5;
const P1: f32 = 0.16666666;
const P2: f32 = 0.04166636;
const P3: f32 = 0.00833339;
const P4: f32 = 0.0013940714;
const P5: f32 = 0.00019845885;

const EXP_LARGEST: f32 = 89;
const EXP_SMALLEST: f32 = -104;
const TANH_LARGEST: f32 = 10;
const TANH_SWITCH: f32 = 0.47;
const SIGMOID_LARGEST: f32 = 32;
const SIGMOID_SCALE: f32 = 2.3283064365386963e-10;

const SIGN: i32 = 1 << 31;
const ONE_BITS: i32 = 127 << 23;
const ROUNDER_BITS: i32 = 0x4b400000;

/** ROUNDER + n for the integer n nearest to x / ln 2. Its lowest bits are n. */
// @ts-expect-error: decorator
@inline
function shiftedExponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER));
}

/** 2ⁿ times the power of two whose bits are `one`. */
// @ts-expect-error: decorator
@inline
function powerOfTwo(shifted: v128, one: i32): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(one));
}

// @ts-expect-error: decorator
@inline
function expm1Reduced(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(ROUNDER));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.add(f32x4.mul(f32x4.splat(P5), r), f32x4.splat(P4));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P0));
  return f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
}

// pmin and pmax are one instruction each, where min and max are eight. They return their first argument if it is NaN.

// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(EXP_LARGEST)), f32x4.splat(EXP_SMALLEST));
  const shifted = shiftedExponent(clamped);
  const power = f32x4.add(f32x4.splat(1), expm1Reduced(clamped, shifted));
  const whole = i32x4.sub(shifted, i32x4.splat(ROUNDER_BITS));
  const half = i32x4.shr_s(whole, 1);
  const low = powerOfTwo(half, ONE_BITS);
  const high = powerOfTwo(i32x4.sub(whole, half), ONE_BITS);
  return f32x4.mul(f32x4.mul(power, low), high);
}

// @ts-expect-error: decorator
@inline
export function tanh(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(SIGN));
  const magnitude = v128.xor(x, sign);
  const far = f32x4.gt(magnitude, f32x4.splat(TANH_SWITCH));
  const clamped = f32x4.pmin(magnitude, f32x4.splat(TANH_LARGEST));
  const exponent = v128.xor(f32x4.add(clamped, clamped), v128.andnot(i32x4.splat(SIGN), far));
  const shifted = shiftedExponent(exponent);
  const power = powerOfTwo(shifted, ONE_BITS);
  const p = f32x4.mul(expm1Reduced(exponent, shifted), power);
  const near = f32x4.sub(f32x4.sub(f32x4.splat(1), power), p);
  const numerator = v128.bitselect(f32x4.splat(2), near, far);
  const quotient = f32x4.div(numerator, f32x4.add(p, f32x4.add(power, f32x4.splat(1))));
  const result = v128.bitselect(f32x4.sub(f32x4.splat(1), quotient), quotient, far);
  return v128.or(result, sign); // result >= 0
}

// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(SIGMOID_LARGEST)), f32x4.splat(EXP_SMALLEST));
  const negative = v128.xor(clamped, i32x4.splat(SIGN));
  const shifted = shiftedExponent(negative);
  const power = powerOfTwo(shifted, ONE_BITS - (32 << 23));
  const p = f32x4.mul(expm1Reduced(negative, shifted), power);
  return f32x4.div(f32x4.splat(SIGMOID_SCALE), f32x4.add(p, f32x4.add(power, f32x4.splat(SIGMOID_SCALE))));
}
