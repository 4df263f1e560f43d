// eˣ in float64, computed from + - × ÷ and the bits of the exponent, because the result of Math.exp depends on the
// engine. Method and coefficients: FreeBSD's e_exp.c (Sun Microsystems 2004, "fdlibm"), error below 1 ulp.

const { LOG2E, round } = Math;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** eˣ is Infinity above LARGEST and 0 below SMALLEST. */
const LARGEST = 709.782712893384;
const SMALLEST = -745.1332191019411;

// r·(eʳ + 1) / (eʳ - 1) = 2 + r²·(P1 + P2·r² + …): Remez fit, error below 2^-59 for |r| <= ln(2)/2.
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;

const value: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(value.buffer);
/** Index of the word with sign and exponent: the second one, except on big-endian machines. */
const HIGH: number = words.length - 1 - new Uint8Array(Uint16Array.of(256).buffer)[0]!;

/** 2ⁿ for integers -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  value[0] = 1;
  words[HIGH] = (n + 1023) << 20;
  return value[0] as number;
}

/** eˣ in float64, with the same bits on every engine and an error below 1 ulp. */
export function exp(x: number): number {
  if (!(x <= LARGEST && x >= SMALLEST)) return x > 0 ? Infinity : x < 0 ? 0 : x;
  const n = round(x * LOG2E);
  // x = n·ln 2 + r, with r = high - low.
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const power = 1 - (low - (r * c) / (2 - c) - high);
  const half = n >> 1; // 2ⁿ may be out of range; only the last product rounds
  return power * powerOfTwo(half) * powerOfTwo(n - half);
}
