import { BpttError } from '../errors.ts';
import type { KernelHeap, Kernels } from '../kernels/contract.ts';
import { openHeap } from '../kernels/load.ts';
import type { DType, FloatArray, Storage } from './storage.ts';

/** Gives `elements` of room and returns where it begins. */
export type Take = (elements: number) => number;

/** Elements that an allocation is rounded up to, so that each begins where a vector of four may. */
const GRAIN = 4;

/**
 * The memory of one model, layer or cell: parameters, gradients and optimizer state in a part that stays, then the tape
 * and scratch of one pass in a part that each pass lays out anew. Offsets never move; growing replaces `data`, which
 * tensors read afresh, so nothing that a user holds goes stale. Garbage-collected like any object.
 */
export class Arena implements Storage {
  /** Element type. */
  readonly dtype: DType;
  readonly #heap: KernelHeap;
  #kept = 0;
  #pass = 0;
  #version = 0;

  constructor(dtype: DType) {
    this.dtype = dtype;
    this.#heap = openHeap(dtype);
  }

  /** Bound to this arena: their offsets are elements of `data`. */
  get kernels(): Kernels {
    return this.#heap.kernels;
  }

  /** All of the memory; another array once it has grown. */
  get data(): FloatArray {
    return this.#heap.data;
  }

  /** Number of the current pass: what an earlier one placed has been overwritten, or no longer fits what is kept. */
  get pass(): number {
    return this.#pass;
  }

  /** Number of times that the parameters may have changed: what was packed of them before has to be packed anew. */
  get version(): number {
    return this.#version;
  }

  /** Zeros that stay for the arena's life; ends the current pass. */
  keep(elements: number): number {
    return this.keepAll((take) => take(elements));
  }

  /** The same for all that `plan` takes: either there is room for everything, or nothing changes. */
  keepAll<P>(plan: (take: Take) => P): P {
    const { placed, end } = this.#place(plan);
    this.data.fill(0, this.#kept, end);
    this.#kept = end;
    return placed;
  }

  /** The parameters have changed: what the current pass saved no longer fits them. */
  endPass(): void {
    this.#pass++;
    this.#version++;
  }

  /** Begins a pass: `plan` takes room for whatever it needs, behind what is kept, with whatever was there before. */
  layOut<P>(plan: (take: Take) => P): P {
    return this.#place(plan).placed;
  }

  #place<P>(plan: (take: Take) => P): { readonly placed: P; readonly end: number } {
    let end = this.#kept;
    const placed = plan((elements) => {
      const at = end;
      end += roundedUp(elements);
      return at;
    });
    this.#grow(end);
    this.#pass++;
    return { placed, end };
  }

  #grow(elements: number): void {
    if (elements <= this.data.length) return;
    try {
      this.#heap.grow(elements);
    } catch {
      throw new BpttError({
        where: 'Arena',
        expected: 'fit into memory',
        received: `a request for ${elements * this.data.BYTES_PER_ELEMENT} bytes`,
        remedy: 'Use a smaller batch, shorter sequences or fewer units; nothing was changed',
      });
    }
  }
}

function roundedUp(elements: number): number {
  return Math.ceil(elements / GRAIN) * GRAIN;
}
