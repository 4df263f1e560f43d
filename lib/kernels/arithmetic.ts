// exp, tanh and sigmoid, computed only with operations that IEEE 754 rounds correctly, because Math.exp and Math.tanh
// differ between engines. The float32 functions round every operation by fround. Each operation exists for four lanes
// in WebAssembly SIMD, so vector code for the same polynomials gives the same bits.

const { LOG2E, abs, fround, exp: referenceExp, tanh: referenceTanh } = Math;

// Argument reduction (Cody and Waite 1980; constants of Cephes expf): x = n·ln 2 + r, |r| <= ln(2)/2. LN2_HIGH has nine
// significant bits, so n·LN2_HIGH is exact.
const LOG2_E = fround(LOG2E);
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.1219444e-4);
/** 1.5·2²³: adding and subtracting it rounds to the nearest integer, ties to even. */
const ROUNDER = 12582912;

// eʳ - 1 ≈ r + r²·(P0 + P1·r + … + P5·r⁵): Remez fit, smallest relative error on |r| <= 0.3469: 2^-31.9 before the
// coefficients are rounded to float32.
const P0 = 0.5;
const P1 = fround(0.16666666);
const P2 = fround(0.04166636);
const P3 = fround(0.00833339);
const P4 = fround(0.0013940714);
const P5 = fround(0.00019845885);

/** In float32, exp is Infinity above EXP_LARGEST and 0 below EXP_SMALLEST. */
const EXP_LARGEST = 89;
const EXP_SMALLEST = -104;
/** In float32, tanh is 1 above 9.011. */
const TANH_LARGEST = 10;
/** tanh of larger x is computed as 1 - 2 / (e²ˣ + 1). Any switch near tanh⁻¹(0.45) keeps the error below 2 ulp. */
const TANH_SWITCH = fround(0.47);
/** In float32, sigmoid is 1 above 17.33. */
const SIGMOID_LARGEST = 32;
/**
 * 2⁻³²: scales the numerator and the denominator of sigmoid, so that powers of two do not overflow in the left tail.
 */
const SIGMOID_SCALE = 2.3283064365386963e-10;

const bits: Int32Array = new Int32Array(1);
const floats: Float32Array = new Float32Array(bits.buffer);

/** 2ⁿ for integers -126 <= n <= 127, from the exponent's bits. */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return floats[0] as number;
}

/** The integer n nearest to x / ln 2. */
function nearestExponent(x: number): number {
  return fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
}

/** eʳ - 1 for r = x - n·ln 2. Adding r last makes the sum monotone, and so all functions below. */
function expm1Reduced(x: number, n: number): number {
  const r = fround(fround(x - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  let p = fround(fround(P5 * r) + P4);
  p = fround(fround(p * r) + P3);
  p = fround(fround(p * r) + P2);
  p = fround(fround(p * r) + P1);
  p = fround(fround(p * r) + P0);
  return fround(fround(fround(r * r) * p) + r);
}

/** eˣ in float32. Over all float32 x: monotone, error at most 0.96 ulp (subnormal results: 1 ulp). */
export function exp(x: number): number {
  let clamped = x > EXP_LARGEST ? EXP_LARGEST : x;
  clamped = clamped < EXP_SMALLEST ? EXP_SMALLEST : clamped;
  const n = nearestExponent(clamped);
  const power = fround(1 + expm1Reduced(clamped, n));
  // 2ⁿ may be out of range, so it is split into two factors; only the last product rounds.
  const half = n >> 1;
  return fround(fround(power * powerOfTwo(half)) * powerOfTwo(n - half));
}

/**
 * tanh x in float32, from e^±2|x| = 2ⁿ·(1 + p). Over all float32 x: odd, monotone, within ±1, error at most 1.89 ulp.
 * Near 0 it is (1 - e^-2|x|) / (1 + e^-2|x|), otherwise 1 - 2 / (1 + e^2|x|). As |x| grows, numerator and denominator
 * change the quotient in the same direction, so rounding them keeps it monotone.
 */
export function tanh(x: number): number {
  const magnitude = abs(x);
  const far = magnitude > TANH_SWITCH;
  const clamped = magnitude > TANH_LARGEST ? TANH_LARGEST : magnitude;
  const exponent = far ? 2 * clamped : -2 * clamped;
  const n = nearestExponent(exponent);
  const power = powerOfTwo(n);
  const p = fround(expm1Reduced(exponent, n) * power);
  const numerator = far ? 2 : -fround(p + fround(power - 1));
  const quotient = fround(numerator / fround(p + fround(power + 1)));
  const result = far ? fround(1 - quotient) : quotient;
  return x > 0 ? result : x < 0 ? -result : x;
}

/**
 * 1 / (1 + e⁻ˣ) in float32. Over all float32 x: monotone, within 0 and 1, error at most 2.45 ulp, also in the left tail
 * down to the subnormals. sigmoid(x) + sigmoid(-x) differs from 1 by at most 1.5·2⁻²⁴.
 */
export function sigmoid(x: number): number {
  let clamped = x > SIGMOID_LARGEST ? SIGMOID_LARGEST : x;
  clamped = clamped < EXP_SMALLEST ? EXP_SMALLEST : clamped;
  const n = nearestExponent(-clamped);
  const power = powerOfTwo(n - 32);
  const p = fround(expm1Reduced(-clamped, n) * power);
  return fround(SIGMOID_SCALE / fround(p + fround(power + SIGMOID_SCALE)));
}

/** eˣ in float64, for verification only: its last bits depend on the engine. */
export function exp64(x: number): number {
  return referenceExp(x);
}

/** tanh x in float64, for verification only. */
export function tanh64(x: number): number {
  return referenceTanh(x);
}

/** 1 / (1 + e⁻ˣ) in float64, for verification only. e^-|x| cannot overflow, and keeps the left tail accurate. */
export function sigmoid64(x: number): number {
  const power = referenceExp(-abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}
