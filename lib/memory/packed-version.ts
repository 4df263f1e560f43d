// Whether weights that were packed in the room of a pass have to be packed again.

import type { Arena } from './arena.ts';

/** The version of the weights that lie packed in the room of a pass. */
export class PackedVersion {
  #pass = -1;
  #version = -1;
  #changes = -1;

  /**
   * Whether the weights were packed in the current pass of the arena, or in the one before it with the same layout, and have
   * not changed since. If not, the caller packs them.
   */
  isCurrent({ pass, version, live: { changes } }: Arena): boolean {
    const current = version === this.#version && changes === this.#changes && pass - this.#pass <= 1;
    this.#pass = pass;
    this.#version = version;
    this.#changes = changes;
    return current;
  }
}
