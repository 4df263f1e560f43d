// Finds regions for arenas in memories of WebAssembly.

import { isOutOfMemory } from '../errors.ts';
import type { RawKernels, Region } from './bound-kernels.ts';
import type { BackendName } from './contract.ts';
import { referenceRegion } from './reference.ts';
import { instantiate, type Memory, MOST_PAGES, type Module, PAGE } from './simd.ts';

/** Elements kept back at the end of a region: a vector may be read across the last element of an array. */
const SLACK = 16;

/** Bytes of the smallest and the largest region of a shared memory. */
const [SMALLEST, LARGEST] = [2 ** 13, 2 ** 19];

/**
 * Regions of a shared memory. One model in use keeps all of them, so there should be few; but Chromium has room for 125
 * memories only, and Firefox for 999; Node has room for 12,600. `self` is what the pages and workers of browsers have.
 */
const [REGIONS, REGIONS_IN_BROWSERS] = [8, 24];

/** Most bytes of a shared memory. */
const MOST_BYTES = 2 ** 22;

/** After an engine refused a memory, so many regions come from the reference before the next request, which is slow. */
const PAUSE = 1000;

/**
 * Finds regions in memories of WebAssembly, which engines have room for few of. A small region shares a memory of
 * fixed size with others like it; a large one has a memory of its own, which grows in place.
 *
 * A region is never used twice. Its owner holds the memory, and this class holds only those memories that have regions
 * left, so the engine collects a memory once all its owners are gone: without finalizers, which do not run in a program
 * that never yields.
 */
export class Memories {
  readonly #module: Module;
  readonly #backend: BackendName;
  /** The memory with regions left, by the size of its regions. */
  readonly #filling = new Map<number, SharedMemory>();
  #pause = 0;

  constructor(module: Module, backend: BackendName) {
    this.#module = module;
    this.#backend = backend;
  }

  /**
   * Opens a region of at least so many elements, with arbitrary numbers; in the reference if there is no memory left.
   */
  open(elements: number): Region {
    const bytes = (elements + SLACK) * 4;
    requireAddressable(bytes);
    if (this.#pause > 0) this.#pause--;
    else {
      try {
        return bytes > LARGEST ? this.#own(bytes) : this.#shared(Math.max(powerOfTwo(bytes), SMALLEST));
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
    const shared = filling ?? { ...instantiate(this.#module, pages, pages), taken: 0 };
    const at = shared.taken++ * bytes;
    if (shared.taken === regions) this.#filling.delete(bytes);
    else if (filling === undefined) this.#filling.set(bytes, shared);
    return this.#region(shared, at, bytes);
  }

  #own(bytes: number): Region {
    const own = instantiate(this.#module, Math.ceil(bytes / PAGE), MOST_PAGES);
    const whole = (): Region => ({ ...this.#region(own, 0, own.memory.buffer.byteLength), extended });
    const extended = (elements: number): Region => {
      const needed = (elements + SLACK) * 4;
      requireAddressable(needed);
      own.memory.grow(Math.ceil((needed - own.memory.buffer.byteLength) / PAGE));
      return whole();
    };
    return whole();
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
  /** Regions that are taken. */
  taken: number;
}

function requireAddressable(bytes: number): void {
  if (bytes > MOST_PAGES * PAGE) throw new RangeError(`${bytes} bytes are more than 32-bit addresses reach`);
}

/** The least power of two that is no smaller. */
function powerOfTwo(bytes: number): number {
  return 1 << (32 - Math.clz32(bytes - 1));
}
