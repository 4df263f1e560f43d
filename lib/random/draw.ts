// Draws blocks of random numbers with the vector kernels.

import { COEFFICIENTS } from '../kernels/normal-quantile.ts';
import type { Arena } from '../memory/arena.ts';
import { scratchArena } from '../memory/scratch.ts';

/** Numbers per block. */
const BLOCK = 1024;
const TWO_32 = 4294967296;

const { floor, min } = Math;

/** The two words of a Threefry key. */
export type Key = readonly [number, number];

/** Offsets in the scratch arena: a block of float64, the coefficients of quantiles, and scratch of the kernel. */
const [NUMBERS, QUANTILES, SCRATCH] = [0, 2 * BLOCK, 2 * (BLOCK + COEFFICIENTS.length)];

function view(arena: Arena, n: number, at: number = NUMBERS): Float64Array {
  return new Float64Array(arena.data.buffer, arena.data.byteOffset + 4 * at, n);
}

/** Replaces the first `n` numbers of the block by the normal quantiles of these shares. */
function blockToQuantiles(arena: Arena, n: number): void {
  view(arena, COEFFICIENTS.length, QUANTILES).set(COEFFICIENTS);
  arena.kernels.normalQuantiles(NUMBERS, QUANTILES, SCRATCH, n);
}

/**
 * Draws numbers low + range · u of a stream, from position `counter`: at most `n`, and at most one block. Returns a
 * view that is valid until the next call.
 *
 * @param odd - 1 sets the last of the 53 bits of u, so that u is never 0 and symmetric about 1/2
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

/** Draws standard normal numbers of a stream, like `drawUniform`. */
export function drawNormal(key: Key, counter: number, n: number): Float64Array {
  const numbers = drawUniform(key, counter, 0, 1, 1, n);
  blockToQuantiles(scratchArena(), numbers.length);
  return numbers;
}

/** Replaces shares by their quantiles of the standard normal distribution. */
export function toQuantiles(shares: Float64Array): void {
  const arena = scratchArena();
  for (let at = 0; at < shares.length; at += BLOCK) {
    const part = shares.subarray(at, at + BLOCK);
    const numbers = view(arena, part.length);
    numbers.set(part);
    blockToQuantiles(arena, part.length);
    part.set(numbers);
  }
}
