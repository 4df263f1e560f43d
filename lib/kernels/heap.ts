// The memory of one arena, which moves when it grows.

import { BoundKernels, type Region } from './bound-kernels.ts';
import type { BackendName, KernelHeap } from './contract.ts';
import type { Heap } from './lane.ts';

/** A heap in one region at a time: it moves to a larger one when it outgrows it. */
export class MovingHeap implements KernelHeap {
  data: Heap;
  readonly kernels: BoundKernels;
  readonly #open: (elements: number) => Region;
  #region: Region;

  /**
   * @param open - finds a region for so many elements or more, or throws a RangeError
   * @param empty - the region until the heap grows for the first time
   */
  constructor(open: (elements: number) => Region, empty: Region) {
    this.data = empty.data;
    this.kernels = new BoundKernels(empty);
    this.#open = open;
    this.#region = empty;
  }

  get backend(): BackendName {
    return this.#region.backend;
  }

  grow(elements: number): void {
    if (elements <= this.data.length) return;
    const { extended } = this.#region;
    const region = extended?.(elements) ?? this.#open(elements);
    if (extended === undefined) region.data.set(this.data);
    this.#region = region;
    this.data = region.data;
    this.kernels.bind(region);
  }
}
