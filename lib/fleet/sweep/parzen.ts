// Parzen estimators: densities of good and of other values of one parameter, as mixtures around the values.

import { exp } from '../../kernels/exp.ts';
import type { Random } from '../../random/random.ts';
import { normalCdf, ROOT_2PI } from './normal-cdf.ts';
import type { Scale } from './space.ts';

const { max, min } = Math;

/** Observations that keep full weight; older ones fade. */
const RECENT = 25;

/** A density: of what it draws, and what it says of a point. */
export interface Density {
  draw(random: Random): number;
  at(x: number): number;
}

/**
 * Weights of n observations from the oldest to the newest, and of the prior, which add up to 1: 1 each for the newest 25, and
 * from 1/n up to 1 for the older ones, as in Bergstra et al.'s hyperopt.
 */
export function weightsOf(n: number): number[] {
  const old = max(0, n - RECENT);
  const weights = Array.from({ length: n }, (_, k) => {
    if (k >= old) return 1;
    return old === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * k) / (old - 1);
  });
  weights.push(1);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Draws an index with these weights. */
function pick(weights: readonly number[], random: Random): number {
  let rest = random.uniform();
  const k = weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return k < 0 ? weights.length - 1 : k;
}

/**
 * Widths σ of the kernels around the values and, last, around the middle of the range: the larger distance to the neighbours,
 * at the ends to the only one; at least range / min(100, n + 2), at most the range. The last is the prior's: the range.
 */
export function widthsOf(centers: readonly number[], { low, high }: Scale): number[] {
  const n = centers.length - 1;
  const order = centers.map((_, k) => k).sort((a, b) => centers[a]! - centers[b]! || a - b);
  const sorted = [low, ...order.map((k) => centers[k]!), high];
  const least = (high - low) / min(100, n + 2);
  const widths = new Array<number>(centers.length).fill(high - low);
  order.forEach((k, i) => {
    const [below, above] = [sorted[i + 1]! - sorted[i]!, sorted[i + 2]! - sorted[i + 1]!];
    let width = max(below, above);
    if (n > 0 && i === 0) width = above;
    if (n > 0 && i === n) width = below;
    if (k < n) widths[k] = min(high - low, max(least, width));
  });
  return widths;
}

/** Σ_k w_k N(x; μ_k, σ_k), truncated to the range; with steps, the probability of each. */
export class NumberDensity implements Density {
  readonly #scale: Scale;
  readonly #centers: readonly number[];
  readonly #widths: readonly number[];
  readonly #weights: readonly number[];
  /** 1 / (probability of the range under kernel k). */
  readonly #factors: readonly number[];

  constructor(values: readonly number[], scale: Scale) {
    const { low, high } = scale;
    this.#scale = scale;
    this.#centers = [...values, (low + high) / 2];
    this.#widths = widthsOf(this.#centers, scale);
    this.#weights = weightsOf(values.length);
    this.#factors = this.#centers.map((mean, k) => 1 / this.#mass(k, low - mean, high - mean));
  }

  draw(random: Random): number {
    const { low, high } = this.#scale;
    const k = pick(this.#weights, random);
    for (;;) {
      const x = random.normal(this.#centers[k]!, this.#widths[k]!); // inside with a probability above 1/3
      if (x >= low && x <= high) return x;
    }
  }

  at(x: number): number {
    const half = this.#scale.step / 2;
    let sum = 0;
    for (let k = 0; k < this.#centers.length; k++) {
      const from = x - this.#centers[k]!;
      const z = from / this.#widths[k]!;
      const likely =
        half > 0 ? this.#mass(k, from - half, from + half) : exp((-z * z) / 2) / (ROOT_2PI * this.#widths[k]!);
      sum += this.#weights[k]! * this.#factors[k]! * likely;
    }
    return sum;
  }

  /** Probability of the range between two distances from the center of kernel k. */
  #mass(k: number, from: number, to: number): number {
    return normalCdf(to / this.#widths[k]!) - normalCdf(from / this.#widths[k]!);
  }
}

/**
 * The share of each of C choices: w/C of the prior, and Σ_k w_k (1/N + [x = x_k]) / (1 + C/N) of the N − 1 values, so that
 * few values say little.
 */
export class ChoiceDensity implements Density {
  readonly #shares: number[];

  constructor(values: readonly number[], count: number) {
    const weights = weightsOf(values.length);
    const prior = weights[values.length]!;
    const spread = 1 / weights.length;
    const whole = 1 + count * spread;
    this.#shares = new Array<number>(count).fill(prior / count + ((1 - prior) * spread) / whole);
    values.forEach((value, k) => {
      this.#shares[value] = this.#shares[value]! + weights[k]! / whole;
    });
  }

  draw(random: Random): number {
    return pick(this.#shares, random);
  }

  at(x: number): number {
    return this.#shares[x]!;
  }
}
