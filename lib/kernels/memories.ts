// Allocates regions for arenas in WebAssembly memories.

import { isOutOfMemory } from '../errors.ts';
import type { RawKernels, Region } from './bound-kernels.ts';
import type { BackendName } from './contract.ts';
import { referenceRegion } from './reference.ts';
import { instantiate, type Memory, MOST_PAGES, type Module, PAGE, RESERVED, SLACK } from './simd.ts';

/** Bytes of the smallest and the largest region of a shared memory. */
const [SMALLEST, LARGEST] = [2 ** 13, 2 ** 19];

/**
 * Number of regions of a shared memory. One model in use keeps the whole memory alive, so there should be few regions.
 * But browsers have room for few memories: Chromium for 125 and Firefox for 999, where Node has room for 12,600. Pages
 * and workers of browsers are recognized by `self`.
 */
const [REGIONS, REGIONS_IN_BROWSERS] = [8, 24];

/** Largest size of a shared memory in bytes. */
const MOST_BYTES = 2 ** 22;

/** Bytes by which the regions of a shared memory are smaller, so that there is room for the constants. */
const SHARE = RESERVED / REGIONS;

/**
 * After a failed allocation, this many regions use the reference before the next attempt, because attempts are slow.
 */
const PAUSE = 1000;

/**
 * Allocates regions in WebAssembly memories, whose number is limited. Small regions of equal size share a memory of
 * fixed size. A large region has a separate memory, which grows in place.
 *
 * A region is never reused. This class refers only to memories that have free regions, and each heap refers to the
 * memory of its region. So the engine collects a memory as soon as all heaps in it are unreachable. Finalizers could
 * not do that, because they do not run in a program that never yields.
 */
export class Memories {
  readonly #module: Module;
  readonly #backend: BackendName;
  /** The memory that has free regions, by region size. */
  readonly #filling = new Map<number, SharedMemory>();
  #pause = 0;

  constructor(module: Module, backend: BackendName) {
    this.#module = module;
    this.#backend = backend;
  }

  /**
   * Allocates a region of at least this many elements, not zeroed. If memory runs out, the region uses the reference.
   */
  open(elements: number): Region {
    const bytes = (elements + SLACK) * 4;
    requireAddressable(RESERVED + bytes);
    if (this.#pause > 0) this.#pause--;
    else {
      try {
        if (bytes + SHARE > LARGEST) return this.#own(bytes);
        return this.#shared(Math.max(powerOfTwo(bytes + SHARE), SMALLEST));
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        this.#pause = PAUSE;
      }
    }
    return referenceRegion(new Float32Array(elements)); // the bits are the same
  }

  #shared(bytes: number): Region {
    const regions = Math.min('self' in globalThis ? REGIONS_IN_BROWSERS : REGIONS, MOST_BYTES / bytes);
    const pages = Math.ceil((regions * bytes) / PAGE);
    const filling = this.#filling.get(bytes);
    const shared = filling ?? { ...this.#instance(pages, pages), taken: 0 };
    const size = bytes - SHARE;
    const at = RESERVED + shared.taken++ * size;
    if (shared.taken === regions) this.#filling.delete(bytes);
    else if (filling === undefined) this.#filling.set(bytes, shared);
    return this.#region(shared, at, size);
  }

  #own(bytes: number): Region {
    const own = this.#instance(Math.ceil((RESERVED + bytes) / PAGE), MOST_PAGES);
    const whole = (): Region => ({ ...this.#region(own, RESERVED, own.memory.buffer.byteLength - RESERVED), extended });
    const extended = (elements: number): Region => {
      const needed = RESERVED + (elements + SLACK) * 4;
      requireAddressable(needed);
      own.memory.grow(Math.ceil((needed - own.memory.buffer.byteLength) / PAGE));
      return whole();
    };
    return whole();
  }

  #instance(pages: number, most: number): Instance {
    return instantiate(this.#module, pages, most, this.#backend === 'wide');
  }

  #region({ memory, raw }: Instance, at: number, bytes: number): Region {
    const data = new Float32Array(memory.buffer, at, bytes / 4 - SLACK);
    return { data, raw, at: at / 4, backend: this.#backend };
  }
}

interface Instance {
  readonly memory: Memory;
  readonly raw: RawKernels;
}

interface SharedMemory extends Instance {
  /** Number of allocated regions. */
  taken: number;
}

function requireAddressable(bytes: number): void {
  if (bytes > MOST_PAGES * PAGE) throw new RangeError(`${bytes} bytes are more than 32-bit addresses reach`);
}

/** Rounds up to a power of two. */
function powerOfTwo(bytes: number): number {
  return 1 << (32 - Math.clz32(bytes - 1));
}
