// The seeded random number generator.

import { requireInteger, requireNumber } from '../checks.ts';
import { normalQuantile } from '../kernels/normal-quantile.ts';
import { threefry } from '../kernels/threefry.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { drawNormal, drawUniform, type Key } from './draw.ts';
import { requireRange } from './range.ts';

const { floor } = Math;
const { MAX_SAFE_INTEGER } = Number;

const [TWO_26, TWO_32] = [67108864, 4294967296];
const TWO_53 = 2 ** 53;
const TWO_M53 = 2 ** -53;

/** Bit of the counter that separates seeds of forks from keys of streams. Streams have only 53 bits. */
const FORK = 0x80000000;

/** The complete state of a generator, as plain numbers for JSON. */
export interface RandomState {
  /** The seed of the constructor. */
  readonly seed: number;
  /** The stream of the constructor. */
  readonly stream: number;
  /** Number of 64-bit blocks drawn so far. */
  readonly counter: number;
}

/**
 * A seeded random number generator, with the same bits on every engine and processor. It is counter-based: the next
 * number depends only on the seed, the stream, and how many numbers were drawn from this stream. So each layer can use
 * a separate stream, and its numbers do not depend on other layers.
 *
 * Source: Threefry-2x32-20 (Salmon et al., SC 2011); normal numbers by AS 241 (Wichura 1988).
 *
 * @example
 * ```ts
 * const random = new Random(42);
 * random.uniform();                   // in [0, 1)
 * const dropout = random.fork(1);     // independent of `random`
 * const { seed, stream, counter } = random.state;
 * new Random(seed, stream, counter);  // continues the sequence of `random`
 * ```
 */
export class Random extends Inspectable {
  /** The seed of the constructor. */
  readonly seed: number;
  /** The stream of the constructor. */
  readonly stream: number;
  readonly #key: Key;
  readonly #block: Uint32Array = new Uint32Array(2);
  #counter: number;

  /**
   * @param seed - integer from 0 to 2^53 − 1
   * @param stream - number of the stream, integer from 0 to 2^53 − 1; 0 by default
   * @param counter - number of blocks to skip, from `state.counter`; 0 by default
   * @throws ArgumentError
   */
  constructor(seed: number, stream = 0, counter = 0) {
    super();
    this.seed = requireInteger('Random', 'seed', seed, 0);
    this.stream = requireInteger('Random', 'stream', stream, 0);
    this.#counter = requireInteger('Random', 'counter', counter, 0);
    threefry(this.#block, seed >>> 0, floor(seed / TWO_32), stream >>> 0, floor(stream / TWO_32));
    this.#key = [this.#block[0]!, this.#block[1]!];
  }

  /** @internal The key of its blocks. */
  get key(): Key {
    return this.#key;
  }

  /** State to save: `new Random(seed, stream, counter)` continues from it. */
  get state(): RandomState {
    return { seed: this.seed, stream: this.stream, counter: this.#counter };
  }

  /** Seed, stream and counter. */
  override toString(): string {
    return `Random, seed ${this.seed}, stream ${this.stream}, counter ${this.#counter}`;
  }

  /** @internal */
  protected override compared(): object {
    return { counter: this.#counter };
  }

  /**
   * Draws a number from [low, high), with 53 random bits.
   *
   * @param low - finite; 0 by default
   * @param high - finite, above `low`; 1 by default
   * @throws ArgumentError
   *
   * @example
   * ```ts
   * new Random(1).uniform(-0.1, 0.1);
   * ```
   */
  uniform(low = 0, high = 1): number {
    requireRange('Random.uniform', low, high);
    for (;;) {
      const x = low + (high - low) * (this.#bits53() * TWO_M53);
      if (x < high) return x;
    }
  }

  /**
   * Draws a normally distributed number, by the inverse of the distribution function. It lies within 8.3 standard
   * deviations of the mean.
   *
   * @param mean - finite; 0 by default
   * @param sd - standard deviation, at least 0; 1 by default
   * @throws ArgumentError
   *
   * @example
   * ```ts
   * new Random(1).normal(0, 0.05);
   * ```
   */
  normal(mean = 0, sd = 1): number {
    requireNumber('Random.normal', 'mean', mean);
    requireNumber('Random.normal', 'sd', sd, { min: 0 });
    return mean + sd * normalQuantile(this.#open());
  }

  /**
   * Draws an integer from 0 to n − 1, each equally likely. (It redraws numbers that would bias the result.)
   *
   * @param n - integer from 1 to 2^53 − 1
   * @throws ArgumentError
   *
   * @example
   * ```ts
   * const die = 1 + new Random(1).integer(6);
   * ```
   */
  integer(n: number): number {
    requireInteger('Random.integer', 'n', n, 1);
    for (;;) {
      const drawn = integerOf(this.#bits53(), n);
      if (drawn >= 0) return drawn;
    }
  }

  /**
   * Returns the integers from 0 to n − 1 in random order, each order equally likely (Fisher–Yates).
   *
   * @param n - integer from 0 to 2^32 − 1
   * @throws ArgumentError
   *
   * @example
   * ```ts
   * const order = new Random(1).permutation(100);
   * order.length; // 100
   * ```
   */
  permutation(n: number): Uint32Array {
    requireInteger('Random.permutation', 'n', n, 0, TWO_32 - 1);
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; ) {
      const drawn = this.#drawUniform(0, TWO_53, i);
      for (let k = 0; k < drawn.length; k++) {
        const j = integerOf(drawn[k]!, i + 1);
        if (j < 0) continue;
        const swapped = order[i]!;
        order[i] = order[j]!;
        order[j] = swapped;
        i--;
      }
    }
    return order;
  }

  /**
   * @internal Fills an array with the numbers of `uniform`, rounded to the array's type. `high` must be exact in this
   * type.
   */
  fillUniform(out: FloatArray, low: number, high: number): void {
    for (let filled = 0; filled < out.length; ) {
      const drawn = this.#drawUniform(low, high - low, out.length - filled);
      for (let k = 0; k < drawn.length; k++) {
        out[filled] = drawn[k]!;
        if (out[filled]! < high) filled++;
      }
    }
  }

  /** @internal Fills an array with the numbers of `normal`, rounded to the array's type. */
  fillNormal(out: FloatArray, mean: number, sd: number): void {
    for (let filled = 0; filled < out.length; ) {
      const drawn = drawNormal(this.#key, this.#counter, out.length - filled);
      this.#counter += drawn.length;
      for (let k = 0; k < drawn.length; k++) out[filled++] = mean + sd * drawn[k]!;
    }
  }

  #drawUniform(low: number, range: number, n: number): Float64Array {
    const drawn = drawUniform(this.#key, this.#counter, low, range, 0, n);
    this.#counter += drawn.length;
    return drawn;
  }

  /**
   * Returns an independent generator. It depends on this generator's seed and stream and on the argument, not on the
   * numbers drawn so far. This generator does not change.
   *
   * @param stream - integer from 0 to 2^53 − 1
   * @throws ArgumentError
   *
   * @example
   * ```ts
   * const random = new Random(1);
   * const perLayer = ['lstm1', 'dense1'].map((_, i) => random.fork(i));
   * ```
   */
  fork(stream: number): Random {
    requireInteger('Random.fork', 'stream', stream, 0);
    const block = new Uint32Array(2);
    const high = floor(this.stream / TWO_32) + FORK;
    threefry(block, this.seed >>> 0, floor(this.seed / TWO_32), this.stream >>> 0, high);
    return new Random(bits53Of(block), stream);
  }

  #bits53(): number {
    const counter = this.#counter++;
    threefry(this.#block, this.#key[0], this.#key[1], counter >>> 0, floor(counter / TWO_32));
    return bits53Of(this.#block);
  }

  /** Draws from (0, 1), symmetric about 0.5: the middle of one of 2^52 equal parts. */
  #open(): number {
    return (floor(this.#bits53() / 2) * 2 + 1) * TWO_M53;
  }
}

/** The 53 leading bits of a block, as an integer. */
function bits53Of(block: Uint32Array): number {
  return (block[0]! >>> 5) * TWO_26 + (block[1]! >>> 6);
}

/** Maps 53 bits to an integer from 0 to n − 1, each equally likely; −1 for bits that would bias the result. */
function integerOf(bits: number, n: number): number {
  const start = floor(bits / n) * n; // exact: no quotient of integers below 2^53 is rounded up to an integer
  return start > MAX_SAFE_INTEGER - (n - 1) ? -1 : bits - start;
}
