// Quantiles of the standard normal distribution.

import { log } from './log.ts';

const { sqrt } = Math;

/**
 * Coefficients of AS 241 PPND16, rounded to float64: eight of the numerator and eight of the denominator, highest power
 * first, for the centre (|p − 0.5| <= 0.425), the middle (tail probability above exp(−25)), and the tail.
 */
export const COEFFICIENTS: readonly number[] = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,

  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1.0,

  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,

  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1.0,

  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,

  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1.0,
];
const [CENTRE, MIDDLE, TAIL] = [0, 16, 32] as const;

/** Quotient of two polynomials, by Horner's rule. `at`: index of their first coefficient. */
function ratio(at: number, r: number, factor = 1): number {
  let [numerator, denominator] = [0, 0];
  for (let i = at; i < at + 8; i++) {
    numerator = numerator * r + COEFFICIENTS[i]!;
    denominator = denominator * r + COEFFICIENTS[i + 8]!;
  }
  return (numerator * factor) / denominator;
}

/**
 * Quantile of the standard normal distribution, to about 16 digits: the x below which a share p of the distribution
 * lies. Uses only IEEE operations, so it gives the same bits on every engine.
 *
 * Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988).
 *
 * @param p - above 0 and below 1
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return ratio(CENTRE, r, q);
  }
  const root = sqrt(-log(q < 0 ? p : 1 - p));
  const x = root <= 5 ? ratio(MIDDLE, root - 1.6) : ratio(TAIL, root - 5);
  return q < 0 ? -x : x;
}
