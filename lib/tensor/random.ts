import { refuse, requireInteger, requireNumber } from '../checks.ts';
import { normalQuantile } from './normal-quantile.ts';
import { threefry } from './threefry.ts';

const { floor } = Math;

const TWO_26 = 67108864;
const TWO_32 = 4294967296;
const TWO_M52 = 2 ** -52;
const TWO_M53 = 2 ** -53;

/** Bit of the counter that sets the seeds of forks apart from the keys of streams; streams have 53 bits. */
const FORK = 0x80000000;

/** All there is to a generator: plain numbers, fit for JSON. */
export interface RandomState {
  /** As given. */
  readonly seed: number;
  /** As given. */
  readonly stream: number;
  /** Blocks of 64 bits drawn so far. */
  readonly counter: number;
}

/** Returns low and high when they bound a range; `high` must be above `low` and the range finite. */
export function requireRange(where: string, low: unknown, high: unknown): void {
  const from = requireNumber(where, 'low', low);
  const to = requireNumber(where, 'high', high, { min: from, minOpen: true });
  if (to - from === Infinity) refuse(where, 'high', `be less than ${Number.MAX_VALUE} above "low"`, high);
}

/**
 * Seeded random numbers, the same bits on every engine and processor. The generator is counter-based: what a stream
 * yields depends on its seed, its stream number and how much it has yielded, never on other streams, so each layer can
 * have a stream of its own and stay reproducible whatever the others do.
 *
 * Source: Threefry-2x32-20 (Salmon et al., SC 2011); normal numbers by AS 241 (Wichura 1988).
 *
 * @example
 * ```ts
 * const random = new Random(42);
 * random.uniform();                   // in [0, 1)
 * const dropout = random.fork(1);     // independent of `random`
 * const { seed, stream, counter } = random.state;
 * new Random(seed, stream, counter);  // goes on where `random` stands
 * ```
 */
export class Random {
  /** As given. */
  readonly seed: number;
  /** As given. */
  readonly stream: number;
  readonly #k0: number;
  readonly #k1: number;
  readonly #block: Uint32Array = new Uint32Array(2);
  #counter: number;

  /**
   * @param seed - integer from 0 to 2^53 − 1
   * @param stream - number of the stream, integer from 0 to 2^53 − 1; 0 by default
   * @param counter - blocks to leave out, as `state` tells them; 0 by default
   * @throws ArgumentError
   */
  constructor(seed: number, stream = 0, counter = 0) {
    this.seed = requireInteger('Random', 'seed', seed, 0);
    this.stream = requireInteger('Random', 'stream', stream, 0);
    this.#counter = requireInteger('Random', 'counter', counter, 0);
    threefry(this.#block, seed % TWO_32, floor(seed / TWO_32), stream % TWO_32, floor(stream / TWO_32));
    this.#k0 = this.#block[0]!;
    this.#k1 = this.#block[1]!;
  }

  /** Where the generator stands, to be saved: `new Random(seed, stream, counter)` goes on from there. */
  get state(): RandomState {
    return { seed: this.seed, stream: this.stream, counter: this.#counter };
  }

  /**
   * A number in [low, high), with 53 random bits.
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
   * A normally distributed number, by the inverse of the distribution function; never beyond 8.3 standard deviations.
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
   * An integer from 0 to n − 1, each equally likely (numbers that would favour some are drawn again).
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
    const lastWhole = Number.MAX_SAFE_INTEGER - (n - 1);
    for (;;) {
      const bits = this.#bits53();
      const rest = bits % n;
      if (bits - rest <= lastWhole) return rest;
    }
  }

  /**
   * The integers from 0 to n − 1 in random order, each order equally likely (Fisher–Yates).
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
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  /**
   * An independent generator. Which one depends on this one's seed and stream and on `stream`, not on what has been
   * drawn; this one is left as it is.
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
    threefry(block, this.seed % TWO_32, floor(this.seed / TWO_32), this.stream % TWO_32, high);
    return new Random(bits53Of(block), stream);
  }

  #bits53(): number {
    const counter = this.#counter++;
    threefry(this.#block, this.#k0, this.#k1, counter % TWO_32, floor(counter / TWO_32));
    return bits53Of(this.#block);
  }

  /** In (0, 1), symmetric about 0.5: the middle of one of 2^52 equal parts. */
  #open(): number {
    return (floor(this.#bits53() / 2) + 0.5) * TWO_M52;
  }
}

/** The 53 leading bits of a block, as an integer. */
function bits53Of(block: Uint32Array): number {
  return (block[0]! >>> 5) * TWO_26 + (block[1]! >>> 6);
}
