// The arena: the memory of one model, layer or cell.

import { BpttError, isOutOfMemory } from '../errors.ts';
import { defaultBackend, type KernelBackend, openHeap } from '../kernels/backend.ts';
import type { BackendName, KernelHeap, Kernels } from '../kernels/contract.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { DType, FloatArray, Storage } from '../tensor/storage.ts';
import { type Extent, Holes } from './holes.ts';
import { ParameterStorage } from './parameter-storage.ts';
import { added, NOTHING, type Purpose, type Usage } from './usage.ts';

/** Takes room for so many elements and returns its position. The default purpose depends on the arena's method. */
export type Take = (elements: number, purpose?: Purpose) => number;

/** Allocations are rounded up to a multiple of this, so that each is aligned for vectors of four. */
const GRAIN = 4;

const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8 };

/**
 * The memory of one model, layer or cell. Its first part keeps parameters, gradients, optimizer state and streams. Its
 * second part holds tape and scratch of the current pass. Offsets never change. Growing replaces `data`; tensors look it
 * up at each access, so they stay valid. An arena is garbage-collected like any object.
 */
export class Arena extends Inspectable implements Storage {
  /** Element type. */
  readonly dtype: DType;
  readonly #heap: KernelHeap;
  #kept = 0;
  /** Room within the kept part that was released. */
  #holes = new Holes();
  #keptBytes = NOTHING;
  readonly #threadBytes: (elements: number) => number;
  #passBytes = NOTHING;
  #pass = 0;
  #version = 0;
  readonly #live = new ParameterStorage(this);

  /** @internal */
  constructor(dtype: DType, backend: KernelBackend = defaultBackend()) {
    super();
    this.dtype = dtype;
    this.#heap = openHeap(dtype, backend, 0, () => this.endPass());
    this.#threadBytes = (dtype === 'float32' && backend.threadBytes) || (() => 0);
  }

  /** Element type and size. */
  override toString(): string {
    return `Arena, ${this.dtype}, ${this.data.byteLength} bytes`;
  }

  /** @internal The storage of live views of parameters. */
  get live(): ParameterStorage {
    return this.#live;
  }

  /** @internal Only the kept part: the next pass overwrites the other one. */
  protected override compared(): object {
    return { kept: Array.from(this.data.subarray(0, this.#kept)) };
  }

  /** The kernels of this arena. Their offsets are elements of `data`. */
  get kernels(): Kernels {
    return this.#heap.kernels;
  }

  /** The whole memory; another array after it has grown. */
  get data(): FloatArray {
    return this.#heap.data;
  }

  /** @internal The backend in use; the reference if the engine had no memory left for another one. */
  get backend(): BackendName {
    return this.#heap.backend;
  }

  /** @internal Number of the current pass. Values of earlier passes may have been overwritten. */
  get pass(): number {
    return this.#pass;
  }

  /** @internal Number of updates of the parameters, after which their weights have to be packed again. */
  get version(): number {
    return this.#version;
  }

  /** @internal Bytes that are kept, and those of the current pass. */
  get usage(): Usage {
    return { ...added(this.#keptBytes, this.#passBytes), threads: this.#threadBytes(this.data.length) };
  }

  /** @internal Bytes that threads take in an arena of so many bytes. */
  threadBytes(bytes: number): number {
    return this.#threadBytes(bytes / BYTES[this.dtype]);
  }

  /** @internal Bytes of the current pass. */
  get passUsage(): Usage {
    return this.#passBytes;
  }

  /**
   * @internal Grows until there is room for all that `plan` takes. Changes nothing else, and nothing at all if it
   *   throws.
   */
  reserve(where: string, plan: (take: Take) => unknown): void {
    this.#grow(place(this.dtype, plan, this.#kept, 'scratch', this.#holes).end, where);
  }

  /** @internal Takes room of zeros that is kept; only that of an optimizer is ever released. Ends the current pass. */
  keep(elements: number, purpose: Purpose = 'scratch'): number {
    return this.keepAll((take) => take(elements), purpose);
  }

  /** @internal The same for all that `plan` takes: either there is room for everything, or nothing changes. */
  keepAll<P>(plan: (take: Take) => P, purpose: Purpose = 'scratch', where?: string): P {
    const { placed, end, bytes, holes, taken } = this.#place(plan, purpose, where);
    for (const { at, size } of taken) this.data.fill(0, at, at + size);
    this.#kept = end;
    this.#holes = holes;
    this.#keptBytes = added(this.#keptBytes, bytes);
    this.#passBytes = NOTHING;
    return placed;
  }

  /** @internal Releases room that was kept, for the next optimizer. The current pass stays valid. */
  release(places: readonly number[], elements: number, purpose: Purpose = 'optimizer'): void {
    const size = roomFor(elements);
    for (const at of places) {
      this.data.fill(0, at, at + size);
      this.#holes.add({ at, size });
    }
    this.#kept = this.#holes.trim(this.#kept);
    const bytes = this.#keptBytes[purpose] - places.length * size * BYTES[this.dtype];
    this.#keptBytes = { ...this.#keptBytes, [purpose]: bytes };
  }

  /** @internal Ends the current pass, because the parameters have changed. */
  endPass(): void {
    this.#pass++;
    this.#version++;
  }

  /** @internal Number of kept elements. Passes are laid out behind them. */
  get kept(): number {
    return this.#kept;
  }

  /** @internal Begins a pass with the layout of an earlier one, since which nothing more was kept. */
  layOutAgain(usage: Usage): void {
    this.#pass++;
    this.#passBytes = usage;
  }

  /** @internal Begins a pass: `plan` takes room behind the kept part. The room holds arbitrary numbers. */
  layOut<P>(plan: (take: Take) => P, where?: string): P {
    const { placed, bytes } = this.#place(plan, 'scratch', where);
    this.#passBytes = bytes;
    return placed;
  }

  #place<P>(plan: (take: Take) => P, purpose: Purpose, where?: string): Placed<P> {
    const result = place(this.dtype, plan, this.#kept, purpose, this.#holes);
    this.#grow(result.end, where);
    this.#pass++;
    return result;
  }

  #grow(elements: number, where = 'Arena'): void {
    if (elements <= this.data.length) return;
    try {
      this.#heap.grow(elements);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      throw new BpttError({
        where,
        expected: 'fit into memory',
        received: `a request for ${elements * this.data.BYTES_PER_ELEMENT} bytes`,
        remedy:
          "Use a smaller batch, fewer units, shorter sequences or, where these are long, checkpoint: 'sqrt'; nothing was changed",
      });
    }
  }
}

/** Elements that an allocation takes. */
export function roomFor(elements: number): number {
  return Math.ceil(elements / GRAIN) * GRAIN;
}

/** Bytes by purpose that a plan takes. Needs no arena. */
export function usageOf(dtype: DType, plan: (take: Take) => unknown): Usage {
  return place(dtype, plan, 0, 'scratch').bytes;
}

interface Placed<P> {
  readonly placed: P;
  readonly end: number;
  readonly bytes: Usage;
  readonly holes: Holes;
  readonly taken: readonly Extent[];
}

/** Places what a plan takes: optimizer state in a hole that is large enough, everything else from `start` on. */
function place<P>(
  dtype: DType,
  plan: (take: Take) => P,
  start: number,
  otherwise: Purpose,
  released = new Holes(),
): Placed<P> {
  const bytes = { ...NOTHING };
  const holes = released.copy();
  const taken: Extent[] = [];
  let end = start;
  const placed = plan((elements, purpose = otherwise) => {
    const size = roomFor(elements);
    bytes[purpose] += size * BYTES[dtype];
    const hole = purpose === 'optimizer' ? holes.take(size) : undefined;
    const at = hole ?? end;
    if (hole === undefined) end += size;
    taken.push({ at, size });
    return at;
  });
  return { placed, end, bytes, holes, taken };
}
