// The twin of ../arithmetic.ts for four float32: the same functions with the same operations in the same order, and so
// the same bits.

// The constants are addresses of values, which the module writes to the beginning of each memory; memories.ts keeps RESERVED
// bytes free for them. Newer versions of V8 build a literal vector from three instructions at each use.

const LOG2_E: usize = memory.data<f32>([1.44269504088896340736]);
const LN2_HIGH: usize = memory.data<f32>([0.693359375]);
const LN2_LOW: usize = memory.data<f32>([-2.1219444e-4]);
const ROUNDER: usize = memory.data<f32>([12582912]);

const P0: usize = memory.data<f32>([0.5]);
const P1: usize = memory.data<f32>([0.16666666]);
const P2: usize = memory.data<f32>([0.04166636]);
const P3: usize = memory.data<f32>([0.00833339]);
const P4: usize = memory.data<f32>([0.0013940714]);
const P5: usize = memory.data<f32>([0.00019845885]);

const ONE: usize = memory.data<f32>([1]);
const TWO: usize = memory.data<f32>([2]);
const EXP_LARGEST: usize = memory.data<f32>([89]);
const EXP_SMALLEST: usize = memory.data<f32>([-104]);
const TANH_LARGEST: usize = memory.data<f32>([10]);
const TANH_SWITCH: usize = memory.data<f32>([0.47]);
const SIGMOID_LARGEST: usize = memory.data<f32>([32]);
const SIGMOID_SCALE: usize = memory.data<f32>([2.3283064365386963e-10]);

const SIGN: usize = memory.data<i32>([i32.MIN_VALUE]);
const ONE_BITS: usize = memory.data<i32>([127 << 23]);
const SIGMOID_SCALE_BITS: usize = memory.data<i32>([95 << 23]);
const ROUNDER_BITS: usize = memory.data<i32>([0x4b400000]);

/** The constant in every lane. */
// @ts-expect-error: decorator
@inline
function all(constant: usize): v128 {
  return v128.load_splat<f32>(constant);
}

/** ROUNDER + n for the integer n nearest to x / ln 2. Its lowest bits are n. */
// @ts-expect-error: decorator
@inline
function shiftedExponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, all(LOG2_E)), all(ROUNDER));
}

/** 2ⁿ times the power of two whose bits are `one`. */
// @ts-expect-error: decorator
@inline
function powerOfTwo(shifted: v128, one: v128): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), one);
}

// @ts-expect-error: decorator
@inline
function expm1Reduced(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, all(ROUNDER));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, all(LN2_HIGH))), f32x4.mul(n, all(LN2_LOW)));
  let p = f32x4.add(f32x4.mul(all(P5), r), all(P4));
  p = f32x4.add(f32x4.mul(p, r), all(P3));
  p = f32x4.add(f32x4.mul(p, r), all(P2));
  p = f32x4.add(f32x4.mul(p, r), all(P1));
  p = f32x4.add(f32x4.mul(p, r), all(P0));
  return f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
}

// pmin and pmax are one instruction each, where min and max are eight. They return their first argument if it is NaN.

// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, all(EXP_LARGEST)), all(EXP_SMALLEST));
  const shifted = shiftedExponent(clamped);
  const power = f32x4.add(all(ONE), expm1Reduced(clamped, shifted));
  const whole = i32x4.sub(shifted, all(ROUNDER_BITS));
  const half = i32x4.shr_s(whole, 1);
  const low = powerOfTwo(half, all(ONE_BITS));
  const high = powerOfTwo(i32x4.sub(whole, half), all(ONE_BITS));
  return f32x4.mul(f32x4.mul(power, low), high);
}

// @ts-expect-error: decorator
@inline
export function tanh(x: v128): v128 {
  const sign = v128.and(x, all(SIGN));
  const magnitude = v128.xor(x, sign);
  const far = f32x4.gt(magnitude, all(TANH_SWITCH));
  const clamped = f32x4.pmin(magnitude, all(TANH_LARGEST));
  const exponent = v128.xor(f32x4.add(clamped, clamped), v128.andnot(all(SIGN), far));
  const shifted = shiftedExponent(exponent);
  const power = powerOfTwo(shifted, all(ONE_BITS));
  const p = f32x4.mul(expm1Reduced(exponent, shifted), power);
  const near = f32x4.sub(f32x4.sub(all(ONE), power), p);
  const numerator = v128.bitselect(all(TWO), near, far);
  const quotient = f32x4.div(numerator, f32x4.add(p, f32x4.add(power, all(ONE))));
  const result = v128.bitselect(f32x4.sub(all(ONE), quotient), quotient, far);
  return v128.or(result, sign); // result >= 0
}

// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, all(SIGMOID_LARGEST)), all(EXP_SMALLEST));
  const negative = v128.xor(clamped, all(SIGN));
  const shifted = shiftedExponent(negative);
  const power = powerOfTwo(shifted, all(SIGMOID_SCALE_BITS));
  const p = f32x4.mul(expm1Reduced(negative, shifted), power);
  return f32x4.div(all(SIGMOID_SCALE), f32x4.add(p, f32x4.add(power, all(SIGMOID_SCALE))));
}
