// The distribution function of the standard normal distribution, with the same bits on every engine. Method and
// coefficients: Hart et al., Computer Approximations, 1968, number 5666; absolute error below 1e-15.

import { exp } from '../../kernels/exp.ts';

const { abs } = Math;

const P = [
  0.03526249659989109, 0.7003830644436881, 6.37396220353165, 33.912866078383, 112.0792914978709, 221.2135961699311,
  220.2068679123761,
];
const Q = [
  0.08838834764831845, 1.755667163182642, 16.06417757920695, 86.78073220294608, 296.5642487796737, 637.3336333788311,
  793.8265125199484, 440.4137358247522,
];
/** √(2π) */
export const ROOT_2PI = 2.5066282746310002;
/** Beyond it, the continued fraction of Mills' ratio converges faster than the quotient. */
const FAR = 7.071;

const at = (z: number, coefficients: readonly number[]): number => coefficients.reduce((sum, c) => sum * z + c, 0);

/** Φ(z) = ∫ from −∞ to z of e^(−t²/2) / √(2π) dt. */
export function normalCdf(z: number): number {
  const size = abs(z);
  const bell = exp((-size * size) / 2);
  let tail = 0;
  if (size < FAR) tail = (bell * at(size, P)) / at(size, Q);
  else if (size < 38) {
    tail = bell / (size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))))) / ROOT_2PI;
  }
  return z > 0 ? 1 - tail : tail;
}
