// xʸ in float64, computed from + - × ÷ √ and the bits of the exponent, because the result of Math.pow depends on the
// engine. Method and coefficients: FreeBSD's e_pow.c (Sun Microsystems 2004, "fdlibm"): log₂ x in two float64.

const { LN2, round, sqrt } = Math;
const { MAX_VALUE } = Number;

/** 2⁻¹⁰²² */
const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;

// ln((1 + s) / (1 - s)) = 2s + ⅔s³ + s⁵·(…): Remez fit.
const L1 = 0.5999999999999946;
const L2 = 0.4285714285785502;
const L3 = 0.33333332981837743;
const L4 = 0.272728123808534;
const L5 = 0.23066074577556175;
const L6 = 0.20697501780033842;

/** 2 / (3·ln 2), its upper part and the rest. */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;
/** log₂ 1.5, its upper part and the rest. */
const LOG2_HIGH = 0.5849624872207642;
const LOG2_LOW = 1.350039202129749e-8;

const LN2_HIGH = 0.6931471824645996;
const LN2_LOW = -1.904654299957768e-9;

// As in exp.ts.
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;

const value: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(value.buffer);
/** Index of the word with sign and exponent: the second one, except on big-endian machines. */
const HIGH: number = words.length - 1 - new Uint8Array(Uint16Array.of(256).buffer)[0]!;

/** The result of `log2`. */
const parts: Float64Array = new Float64Array(2);

/** The 21 leading bits of a number, so that the product of two of them is exact. */
function upper(x: number): number {
  value[0] = x;
  words[1 - HIGH] = 0;
  return value[0] as number;
}

/** 2ⁿ for integers -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  value[0] = 1;
  words[HIGH] = (n + 1023) << 20;
  return value[0] as number;
}

/** log₂ x for finite x > 0: the upper part in `parts[0]`, the rest in `parts[1]`. */
function log2(x: number): void {
  const subnormal = x < SMALLEST_NORMAL;
  value[0] = subnormal ? x * TWO_54 : x;
  let n = ((words[HIGH] as number) >>> 20) - (subnormal ? 1023 + 54 : 1023);
  words[HIGH] = ((words[HIGH] as number) & 0xfffff) | 0x3ff00000;
  let m = value[0] as number; // 1 <= m < 2
  // m is compared with a base of 1 or 1.5, which leaves |s| <= 0.1716.
  const half = m >= sqrt(1.5) && m < sqrt(3);
  if (m >= sqrt(3)) {
    m *= 0.5;
    n += 1;
  }
  const base = half ? 1.5 : 1;
  const u = m - base;
  const v = 1 / (m + base);
  const s = u * v;
  const sHigh = upper(s);
  const tHigh = upper(m + base);
  const tLow = m - (tHigh - base);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
  const s2 = s * s;
  const r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6))))) + sLow * (sHigh + s);
  // 3 + s² + r in two parts, times s, times 2 / (3·ln 2).
  const sHigh2 = sHigh * sHigh;
  const qHigh = upper(3 + sHigh2 + r);
  const qLow = r - (qHigh - 3 - sHigh2);
  const a = sHigh * qHigh;
  const b = sLow * qHigh + qLow * s;
  const pHigh = upper(a + b);
  const pLow = b - (pHigh - a);
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (half ? LOG2_LOW : 0);
  const baseHigh = half ? LOG2_HIGH : 0;
  const high = upper(zHigh + zLow + baseHigh + n);
  parts[0] = high;
  parts[1] = zLow - (high - n - baseHigh - zHigh);
}

/** 2 to the power of `high + low`. */
function exp2(high: number, low: number): number {
  const z = high + low;
  if (z >= 1024) return Infinity;
  if (z < -1075) return 0;
  const n = round(z);
  const rest = high - n;
  const t = upper(low + rest);
  const u = t * LN2_HIGH;
  const v = (low - (t - rest)) * LN2 + t * LN2_LOW;
  const r = u + v;
  const w = v - (r - u);
  const r2 = r * r;
  const c = r - r2 * (P1 + r2 * (P2 + r2 * (P3 + r2 * (P4 + r2 * P5))));
  const power = 1 - ((r * c) / (c - 2) - (w + r * w) - r);
  const half = n >> 1; // 2ⁿ may be out of range; only the last product rounds
  return power * powerOfTwo(half) * powerOfTwo(n - half);
}

/**
 * xʸ in float64 for x >= 0 and any finite y, with the same bits on every engine. The error is below 1 ulp for |y·log₂ x|
 * up to 32, otherwise below 2 ulp. 0⁰ is 1.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (x === 0 || x === Infinity) return (x === 0) === y > 0 ? 0 : Infinity;
  if (!(x > 0 && x <= MAX_VALUE)) return Number.NaN;
  log2(x);
  const [high, low] = parts as unknown as [number, number];
  // y·log₂ x in two parts.
  const yHigh = upper(y);
  const product = yHigh * high;
  const rest = (y - yHigh) * high + y * low;
  if (!(product + rest < 1025)) return Infinity;
  return exp2(product, rest);
}
