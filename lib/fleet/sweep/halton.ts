// Points of Halton sequences, with digits that a seed permutes.

import { Random } from '../../random/random.ts';

/** Largest share, below 1. */
const BELOW_ONE = 1 - 2 ** -53;

/** The first `count` primes. */
export function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (!found.some((p) => p * p <= n && n % p === 0)) found.push(n);
  }
  return found;
}

/** Number of digits in a base that reach 2⁻⁵³. */
function digitsIn(base: number): number {
  let digits = 0;
  for (let reached = 1; reached < 2 ** 53; reached *= base) digits++;
  return digits;
}

/**
 * The radical inverse of n in a base: its digits behind the point, in reverse order; Σ_k π_k(a_k) base^(−k−1) for
 * n = Σ_k a_k base^k. `permuted[k]` is π_k; without it, the identity.
 */
export function radicalInverse(n: number, base: number, permuted?: readonly Uint32Array[]): number {
  const digits: number[] = [];
  const least = permuted?.length ?? 0;
  for (let rest = n; rest > 0 || digits.length < least; rest = (rest - (rest % base)) / base) digits.push(rest % base);
  let inverse = 0;
  for (let k = digits.length - 1; k >= 0; k--) {
    inverse = (inverse + (permuted?.[k]?.[digits[k]!] ?? digits[k]!)) / base; // from the last: the smallest terms first
  }
  return inverse > BELOW_ONE ? BELOW_ONE : inverse;
}

/** A Halton sequence of some dimensions. */
export class Halton {
  readonly #bases: readonly number[];
  readonly #permuted: readonly (readonly Uint32Array[] | undefined)[];

  constructor(dimensions: number, seed: number, scramble: boolean) {
    const random = new Random(seed);
    this.#bases = primes(dimensions);
    this.#permuted = this.#bases.map((base, j) => {
      const stream = random.fork(j);
      return scramble ? Array.from({ length: digitsIn(base) }, () => stream.permutation(base)) : undefined;
    });
  }

  /** Coordinate j of point n, in [0, 1). */
  at(n: number, j: number): number {
    return radicalInverse(n, this.#bases[j]!, this.#permuted[j]);
  }
}
