// The arena: the memory of one model, layer or cell.

import { BpttError, isOutOfMemory } from '../errors.ts';
import { defaultBackend, type KernelBackend, openHeap } from '../kernels/backend.ts';
import type { BackendName, KernelHeap, Kernels } from '../kernels/contract.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { DType, FloatArray, Storage } from '../tensor/storage.ts';
import { type Extent, Holes } from './holes.ts';

/** Bytes, by purpose. */
export interface Usage {
  /** Values of parameters. */
  readonly parameters: number;
  /** Their gradients. */
  readonly gradients: number;
  /** State of the optimizer, such as moments. */
  readonly optimizer: number;
  /** Places of streams' steps, and their packed weights. */
  readonly streams: number;
  /** Kept by a pass for its way back. */
  readonly tape: number;
  /** Overwritten on the way. */
  readonly scratch: number;
}

/** What memory is for. */
export type Purpose = keyof Usage;

/** Gives `elements` of room and returns where it begins; the default purpose is that of whoever lends it. */
export type Take = (elements: number, purpose?: Purpose) => number;

/** Elements that an allocation is rounded up to, so that each begins where a vector of four may. */
const GRAIN = 4;

/** Of an element. */
const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8 };

/**
 * The memory of one model, layer or cell: parameters, gradients and optimizer state in a part that stays, then the tape
 * and scratch of one pass in a part that each pass lays out anew. Offsets never move; growing replaces `data`, which
 * tensors read afresh, so nothing that a user holds goes stale. Garbage-collected like any object.
 */
export class Arena extends Inspectable implements Storage {
  /** Element type. */
  readonly dtype: DType;
  readonly #heap: KernelHeap;
  #kept = 0;
  /** Room within what is kept that optimizers have released. */
  #holes = new Holes();
  #keptBytes = NOTHING;
  #passBytes = NOTHING;
  #pass = 0;
  #version = 0;

  /** @internal */
  constructor(dtype: DType, backend: KernelBackend = defaultBackend()) {
    super();
    this.dtype = dtype;
    this.#heap = openHeap(dtype, backend);
  }

  /** Its size. */
  override toString(): string {
    return `Arena, ${this.dtype}, ${this.data.byteLength} bytes`;
  }

  /** @internal What a pass lays out is not part of it: another pass may overwrite it at any time. */
  protected override compared(): object {
    return { kept: Array.from(this.data.subarray(0, this.#kept)) };
  }

  /** Bound to this arena: their offsets are elements of `data`. */
  get kernels(): Kernels {
    return this.#heap.kernels;
  }

  /** All of the memory; another array once it has grown. */
  get data(): FloatArray {
    return this.#heap.data;
  }

  /** @internal The backend that computes; the reference if the engine had no memory left for another one. */
  get backend(): BackendName {
    return this.#heap.backend;
  }

  /** @internal Number of the current pass. What an earlier pass placed may have been overwritten. */
  get pass(): number {
    return this.#pass;
  }

  /**
   * @internal Number of times that the parameters may have changed: what was packed of them before has to be packed
   * anew.
   */
  get version(): number {
    return this.#version;
  }

  /** @internal Bytes that are kept, and those of the current pass. */
  get usage(): Usage {
    return added(this.#keptBytes, this.#passBytes);
  }

  /** @internal Bytes of the current pass. */
  get passUsage(): Usage {
    return this.#passBytes;
  }

  /**
   * @internal Grows until there is room for all that `plan` takes; changes nothing else, and nothing at all where it
   * throws.
   */
  reserve(where: string, plan: (take: Take) => unknown): void {
    this.#grow(place(this.dtype, plan, this.#kept, 'scratch', this.#holes).end, where);
  }

  /** @internal Room of zeros that is kept until it is released; ends the current pass. */
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

  /** @internal Releases room that was kept for an optimizer; the next one takes it. The current pass goes on. */
  release(places: readonly number[], elements: number): void {
    const size = roomFor(elements);
    for (const at of places) {
      this.data.fill(0, at, at + size);
      this.#holes.add({ at, size });
    }
    this.#kept = this.#holes.trim(this.#kept);
    const { optimizer } = this.#keptBytes;
    this.#keptBytes = { ...this.#keptBytes, optimizer: optimizer - places.length * size * BYTES[this.dtype] };
  }

  /** @internal The parameters have changed: what the current pass saved no longer fits them. */
  endPass(): void {
    this.#pass++;
    this.#version++;
  }

  /** @internal Elements that are kept: what passes lay out begins there. */
  get kept(): number {
    return this.#kept;
  }

  /** @internal Begins a pass laid out as one before it, since when nothing more is kept. */
  layOutAgain(usage: Usage): void {
    this.#passBytes = usage;
    this.#pass++;
  }

  /**
   * @internal Begins a pass: `plan` takes room for whatever it needs, behind what is kept, with whatever was there
   * before.
   */
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

/** Bytes that a plan takes from an arena, without any arena. */
export function usageOf(dtype: DType, plan: (take: Take) => unknown): Usage {
  return place(dtype, plan, 0, 'scratch').bytes;
}

/** Bytes for all purposes. */
export function totalOf(usage: Usage): number {
  return Object.values(usage).reduce((sum, bytes) => sum + bytes);
}

const NOTHING: Usage = { parameters: 0, gradients: 0, optimizer: 0, streams: 0, tape: 0, scratch: 0 };

interface Placed<P> {
  readonly placed: P;
  readonly end: number;
  readonly bytes: Usage;
  readonly holes: Holes;
  readonly taken: readonly Extent[];
}

/** Places what a plan takes: the state of an optimizer in a hole that is large enough, all else from `start` on. */
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

function added(a: Usage, b: Usage): Usage {
  const sum = { ...a };
  for (const purpose of Object.keys(a) as Purpose[]) sum[purpose] += b[purpose];
  return sum;
}
