// The twin of ../arithmetic.ts on four float32: the same names, the same operations in the same order, the same bits.

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

// @ts-expect-error: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
}

// @ts-expect-error: decorator
@inline
function nearestExponent(x: v128): v128 {
  return f32x4.sub(f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER)), f32x4.splat(ROUNDER));
}

// @ts-expect-error: decorator
@inline
function expm1Reduced(x: v128, n: v128): v128 {
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.add(f32x4.mul(f32x4.splat(P5), r), f32x4.splat(P4));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(P0));
  return f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
}

// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f32x4.max(f32x4.min(x, f32x4.splat(EXP_LARGEST)), f32x4.splat(EXP_SMALLEST));
  const n = nearestExponent(clamped);
  const power = f32x4.add(f32x4.splat(1), expm1Reduced(clamped, n));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const low = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.mul(power, low), high);
}

// @ts-expect-error: decorator
@inline
export function tanh(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const far = f32x4.gt(magnitude, f32x4.splat(TANH_SWITCH));
  const clamped = f32x4.min(magnitude, f32x4.splat(TANH_LARGEST));
  const doubled = f32x4.add(clamped, clamped);
  const exponent = v128.bitselect(doubled, f32x4.neg(doubled), far);
  const n = nearestExponent(exponent);
  const power = powerOfTwo(n);
  const p = f32x4.mul(expm1Reduced(exponent, n), power);
  const near = f32x4.neg(f32x4.add(p, f32x4.sub(power, f32x4.splat(1))));
  const numerator = v128.bitselect(f32x4.splat(2), near, far);
  const quotient = f32x4.div(numerator, f32x4.add(p, f32x4.add(power, f32x4.splat(1))));
  const result = v128.bitselect(f32x4.sub(f32x4.splat(1), quotient), quotient, far);
  // result >= 0, so x's sign bit is the result's; a zero or NaN keeps x itself
  const signed = v128.or(result, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(signed, x, f32x4.gt(magnitude, f32x4.splat(0)));
}

// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  const clamped = f32x4.max(f32x4.min(x, f32x4.splat(SIGMOID_LARGEST)), f32x4.splat(EXP_SMALLEST));
  const negative = f32x4.neg(clamped);
  const n = nearestExponent(negative);
  const power = powerOfTwo(f32x4.sub(n, f32x4.splat(32)));
  const p = f32x4.mul(expm1Reduced(negative, n), power);
  return f32x4.div(f32x4.splat(SIGMOID_SCALE), f32x4.add(p, f32x4.add(power, f32x4.splat(SIGMOID_SCALE))));
}
