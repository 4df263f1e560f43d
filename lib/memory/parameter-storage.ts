// The memory of parameters as callers see it: live views, through which they may write at any time.

import { type FloatArray, type Storage, WatchedStorage } from '../tensor/storage.ts';

/** The storage of live views of the parameters in an arena. It counts what callers may have written. */
export class ParameterStorage extends WatchedStorage {
  /** Private, because the arena refers to this object: test runners write objects as JSON. */
  readonly #arena: Storage;
  #changes = 0;
  /** The array that a caller may have kept. */
  #handedOut: FloatArray | undefined;

  constructor(arena: Storage) {
    super();
    this.#arena = arena;
  }

  /** The arena. */
  get unwatched(): Storage {
    return this.#arena;
  }

  get data(): FloatArray {
    this.#handedOut = this.#arena.data;
    return this.#handedOut;
  }

  written(): void {
    this.#changes += 1;
  }

  /**
   * A number that differs from all earlier ones if callers may have written to parameters since. Once a caller has read
   * `data`, all numbers differ until the arena replaces the array.
   */
  get changes(): number {
    if (this.#handedOut === this.#arena.data) this.#changes++;
    return this.#changes;
  }
}
