import type { Arena } from '../memory/arena.ts';
import { scratchArena } from '../memory/scratch.ts';

/** Numbers drawn at a time. */
const BLOCK = 1024;
const TWO_32 = 4294967296;

const { floor, min } = Math;

/** The words of a key of Threefry. */
export type Key = readonly [number, number];

/** A block of float64, and a list of places within it, in the elements that the scratch arena keeps. */
const [NUMBERS, PLACES] = [0, 2 * BLOCK];

function view(arena: Arena, n: number): Float64Array {
  return new Float64Array(arena.data.buffer, 8 * NUMBERS, n);
}

/**
 * The next numbers low + range · u of a stream, at most `n`, as a view that lasts until the next call: as many as are made
 * at a time, from `counter` on.
 *
 * @param odd - 1 sets the last of the 53 bits of u, which makes u symmetric about a half and never 0
 */
export function drawUniform(
  [k0, k1]: Key,
  counter: number,
  low: number,
  range: number,
  odd: 0 | 1,
  n: number,
): Float64Array {
  const arena = scratchArena();
  const c0 = counter >>> 0;
  const count = min(n, BLOCK, TWO_32 - c0);
  arena.kernels.randomUniform(NUMBERS, low, range, odd, k0, k1, c0, floor(counter / TWO_32), count);
  return view(arena, count);
}

/** The same of a standard normal distribution. */
export function drawNormal(key: Key, counter: number, n: number): Float64Array {
  const numbers = drawUniform(key, counter, 0, 1, 1, n);
  scratchArena().kernels.normalQuantiles(NUMBERS, PLACES, numbers.length);
  return numbers;
}

/** Puts normal quantiles in the place of shares of the distribution. */
export function toQuantiles(shares: Float64Array): void {
  const arena = scratchArena();
  for (let at = 0; at < shares.length; at += BLOCK) {
    const part = shares.subarray(at, at + BLOCK);
    const numbers = view(arena, part.length);
    numbers.set(part);
    arena.kernels.normalQuantiles(NUMBERS, PLACES, part.length);
    part.set(numbers);
  }
}
