// The memory of one arena, which can grow.

import { BoundKernels, type Region } from './bound-kernels.ts';
import type { BackendName, KernelHeap } from './contract.ts';
import type { Heap } from './lane.ts';

/** Opens a region for at least this many elements, or throws a RangeError. Calls `lost` when another thread may write to it. */
export type OpenRegion = (elements: number, lost: () => void) => Region;

/** A heap that grows by extending its region, or by moving to a larger one. */
export class MovingHeap implements KernelHeap {
  data: Heap;
  readonly kernels: BoundKernels;
  readonly #open: OpenRegion;
  readonly #lost: () => void;
  #region: Region;

  /**
   * @param empty - the first region
   * @param lost - called once a region was lost, after its content was copied to another one
   */
  constructor(open: OpenRegion, empty: Region, lost: () => void = () => {}) {
    this.data = empty.data;
    this.kernels = new BoundKernels(empty);
    this.#open = open;
    this.#region = empty;
    this.#lost = () => {
      this.#moveTo(this.#open(this.data.length, this.#lost));
      lost();
    };
  }

  get backend(): BackendName {
    return this.#region.backend;
  }

  grow(elements: number): void {
    if (elements <= this.data.length) return;
    const { extended } = this.#region;
    if (extended === undefined) this.#moveTo(this.#open(elements, this.#lost));
    else this.#use(extended(elements));
  }

  #moveTo(region: Region): void {
    region.data.set(this.data);
    this.#use(region);
  }

  #use(region: Region): void {
    this.#region = region;
    this.data = region.data;
    this.kernels.bind(region);
  }
}
