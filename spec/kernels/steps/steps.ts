import type { DType, FloatArray } from '../../../lib/tensor/storage.ts';
import { largestDifference } from '../../support/bits.ts';
import { Heap } from '../../support/heap.ts';

/** Named runs of a heap. */
export type Places<K extends string> = Readonly<Record<K, number>>;

/** A heap with named runs one behind the other. */
export function laid<K extends string>(
  dtype: DType,
  seed: number,
  lengths: Readonly<Record<K, number>>,
): { readonly heap: Heap; readonly at: Places<K>; readonly values: Readonly<Record<K, FloatArray>> } {
  const entries = Object.entries(lengths) as [K, number][];
  const heap = new Heap(
    dtype,
    entries.reduce((sum, [, n]) => sum + n + 5, 0),
    seed,
  );
  const at = Object.fromEntries(entries.map(([name, n]) => [name, heap.place(n)])) as Places<K>;
  const values = Object.fromEntries(entries.map(([name, n]) => [name, heap.read(at[name], n)]));
  return { heap, at, values: values as Readonly<Record<K, FloatArray>> };
}

/**
 * What is wrong with a heap after a kernel: runs in `expected` must agree with float64 values, everything else must
 * still have the bits of `before`. '' when all is well.
 */
export function wrongAfter<K extends string>(
  heap: Heap,
  at: Places<K>,
  before: FloatArray,
  expected: Readonly<Partial<Record<K, ArrayLike<number>>>>,
): string {
  const tolerance = heap.data.BYTES_PER_ELEMENT === 4 ? 2e-6 : 1e-14;
  const untouched = heap.data.slice();
  for (const [name, values] of Object.entries(expected) as [K, ArrayLike<number>][]) {
    const got = heap.read(at[name], values.length);
    const wanted = Float64Array.from(values);
    const error = largestDifference(
      got,
      wanted,
      wanted.reduce((largest, v) => Math.max(largest, Math.abs(v)), 1),
    );
    if (!(error < tolerance)) return `${name} is wrong by ${error}`;
    untouched.set(before.subarray(at[name], at[name] + values.length), at[name]);
  }
  const outside = untouched.findIndex((value, j) => !Object.is(value, before[j]));
  return outside < 0 ? '' : `element ${outside} was written`;
}

export function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}

/** Runs `body` for every row and unit: k is the place in [B, H], g(n) that of gate block n in [B, G·H]. */
export function forUnits(
  B: number,
  H: number,
  gates: number,
  body: (k: number, g: (block: number) => number) => void,
): void {
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j++) body(b * H + j, (block) => (b * gates + block) * H + j);
  }
}
