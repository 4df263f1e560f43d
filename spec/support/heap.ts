import { fc } from '@fast-check/jest';
import { defaultBackend, moduleBackend, openHeap, referenceBackend } from '../../lib/kernels/backend.ts';
import type { KernelHeap, Kernels } from '../../lib/kernels/contract.ts';
import { compileKernels } from '../../lib/kernels/simd.ts';
import type { DType, FloatArray } from '../../lib/tensor/storage.ts';

const { fround } = Math;

/** One less than a vector, one, one more; the same for several of them. */
const AWKWARD: readonly number[] = [1, 3, 4, 5, 8, 9, 17, 31, 33, 64, 67];

export const size: fc.Arbitrary<number> = fc.constantFrom(...AWKWARD);
export const dtype: fc.Arbitrary<DType> = fc.constantFrom<DType>('float32', 'float64');
/** Seed of `Heap.random`. */
export const seed: fc.Arbitrary<number> = fc.integer({ min: 1, max: 2 ** 31 - 1 });

/** Rounds to an element type. */
export function rounding(dtype: DType): (x: number) => number {
  return dtype === 'float32' ? fround : (x) => x;
}

/** A heap of the vector kernels, whatever the default is. The code paths of `wide` run on any engine. */
export function simdHeap(elements: number, name: 'simd' | 'wide' = 'simd'): KernelHeap {
  return openHeap('float32', moduleBackend(compileKernels(), { name, reason: 'a spec' }), elements);
}

/** A heap of the reference. */
export function referenceHeap(dtype: DType, elements: number): KernelHeap {
  return openHeap(dtype, referenceBackend('a spec'), elements);
}

/** Length of `data` of an arena that needs so many elements. */
export function roomOf(dtype: DType, elements: number): number {
  const [page, slack, shared, reserved] = [16_384, 16, 8, 64];
  if (dtype === 'float64' || defaultBackend().name === 'reference') return elements;
  for (let size = 2048; size <= 8 * page; size *= 2)
    if (elements + slack + shared <= size) return size - shared - slack;
  return Math.ceil((elements + slack + reserved) / page) * page - reserved - slack;
}

/** A small heap with kernels bound to it; every element that nobody asked for holds a number too. */
export class Heap {
  readonly kernels: Kernels;
  readonly data: FloatArray;
  #end = 3;
  #state: number;

  constructor(dtype: DType, elements: number, seed = 1) {
    const length = elements + 64;
    const heap = openHeap(dtype, defaultBackend(), length);
    this.data = heap.data.subarray(0, length);
    this.kernels = heap.kernels;
    this.#state = seed;
    for (let j = 0; j < length; j++) this.data[j] = this.random();
  }

  /** In ±2, from a seed of its own. */
  random(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 30 - 2;
  }

  /** Where the next `elements` are; they hold random numbers, or `values`. Neighbours lie some elements apart. */
  place(elements: number, values?: ArrayLike<number>): number {
    const at = this.#end;
    this.#end += elements + 5;
    if (this.#end > this.data.length) throw new Error('the heap is too small');
    if (values !== undefined) this.data.set(values, at);
    return at;
  }

  /** A copy of a run. */
  read(at: number, elements: number): FloatArray {
    return this.data.slice(at, at + elements);
  }
}
