// The memory of one arena, which can grow.

import { BoundKernels, type Region } from './bound-kernels.ts';
import type { BackendName, KernelHeap } from './contract.ts';
import type { Heap } from './lane.ts';

/** A heap that grows by extending its region, or by moving to a larger one. */
export class MovingHeap implements KernelHeap {
  data: Heap;
  readonly kernels: BoundKernels;
  readonly #open: (elements: number) => Region;
  #region: Region;

  /**
   * @param open - returns a region for at least this many elements, or throws a RangeError
   * @param empty - the first region
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
