// cos(πx) in float64, computed from + - ×, because the result of Math.cos depends on the engine. Coefficients:
// FreeBSD's k_cos.c and k_sin.c (Sun Microsystems 1993, "fdlibm").

const { PI } = Math;
/** What the float64 of π leaves out. */
const PI_ERROR = 1.2246467991473532e-16;
/** PI as the sum of two numbers of 26 bits, so that products of such numbers are exact. */
const PI_HIGH = 3.1415926814079285;
const PI_REST = -2.781813535079891e-8;
/** 2²⁷ + 1 divides a float64 into two numbers of 26 bits (Dekker 1971). */
const SPLITTER = 134217729;

// cos u = 1 - u²/2 + u⁴·(C1 + C2·u² + …), |u| <= π/4: error below 2^-58.
const C1 = 0.0416666666666666;
const C2 = -0.001388888888887411;
const C3 = 0.00002480158728947673;
const C4 = -2.7557314351390663e-7;
const C5 = 2.087572321298175e-9;
const C6 = -1.1359647557788195e-11;

// sin u = u + u³·(S1 + S2·u² + …), |u| <= π/4: error below 2^-58.
const S1 = -0.16666666666666632;
const S2 = 0.00833333333332249;
const S3 = -0.0001984126982985795;
const S4 = 0.0000027557313707070068;
const S5 = -2.5050760253406863e-8;
const S6 = 1.58969099521155e-10;

/** cos(πx) for 0 <= x <= 1/2, with the same bits on every engine and an error below 1 ulp. Exact at both ends. */
export function cosPi(x: number): number {
  const near = x <= 0.25;
  const t = near ? x : 0.5 - x; // exact
  // u + rest = π·t
  const u = PI * t;
  const shifted = SPLITTER * t;
  const tHigh = shifted - (shifted - t);
  const tLow = t - tHigh;
  const error = PI_HIGH * tHigh - u + PI_HIGH * tLow + PI_REST * tHigh + PI_REST * tLow; // of the product
  const rest = error + PI_ERROR * t;
  const z = u * u;
  if (near) {
    const r = z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
    const half = 0.5 * z;
    const w = 1 - half;
    return w + (1 - w - half + (z * r - u * rest));
  }
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)));
  const v = z * u;
  return u - (z * (0.5 * rest - v * r) - rest - v * S1);
}
