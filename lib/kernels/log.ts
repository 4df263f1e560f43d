// ln in float64, computed from + - × ÷ and the bits of the exponent, because the result of Math.log depends on the
// engine. Method and coefficients: FreeBSD's e_log.c (Sun Microsystems 1993, "fdlibm"), error below 1 ulp.

const { SQRT2 } = Math;
const { MAX_VALUE } = Number;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** 2⁻¹⁰²² */
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;

// R in ln((1 + s) / (1 - s)) = 2s + s·R(s²), |s| <= 0.1716: Remez fit, error below 2^-58.45.
const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

const value: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(value.buffer);
/** Index of the word with sign and exponent: the second one, except on big-endian machines. */
const HIGH: number = words.length - 1 - new Uint8Array(Uint16Array.of(256).buffer)[0]!;

/** ln(x + rest) for finite x > 0 and a rest of at most half an ulp of x. */
function logPositive(x: number, rest: number): number {
  const subnormal = x < SMALLEST_NORMAL;
  value[0] = subnormal ? x * TWO_54 : x;
  const high = words[HIGH] as number;
  let k = (high >>> 20) - (subnormal ? 1023 + 54 : 1023);
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let m = value[0] as number;
  if (m >= SQRT2) {
    m *= 0.5;
    k += 1;
  }
  // x = 2ᵏ·(1 + f), ln(1 + f) = f - f²/2 + s·(f²/2 + R(s²)); the large terms are added last.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (LG1 + z * (LG2 + z * (LG3 + z * (LG4 + z * (LG5 + z * (LG6 + z * LG7))))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + r) + (k * LN2_LOW + rest / x)) - f);
}

/** Natural logarithm in float64, with the same bits on every engine and an error below 1 ulp. */
export function log(x: number): number {
  if (x > 0 && x <= MAX_VALUE) return logPositive(x, 0);
  if (x === 0) return -Infinity;
  return x > 0 ? x : NaN;
}

/** ln(1 + x) in float64, also accurate for tiny x, with the same bits on every engine and an error below 1 ulp. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  if (!(sum > 0 && sum <= MAX_VALUE)) return log(sum);
  // The exact rounding error of the sum: the smaller term minus the part of it that the sum contains.
  return logPositive(sum, x >= 1 ? 1 - (sum - x) : x - (sum - 1));
}
