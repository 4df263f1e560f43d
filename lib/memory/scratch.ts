// A shared arena for values that last no longer than a call.

import { Arena } from './arena.ts';

/** Elements at the beginning, for a block of random numbers: 3,169 in draw.ts. */
const DRAWING_ROOM = 4096;

/** Bytes beyond which the arena is not kept for the next who needs it. */
const KEPT_BYTES = 2 ** 20;

let shared: Arena | undefined;

/**
 * An arena of float32 for what lasts no longer than a call. All who compute something on the side share it, since an
 * engine holds few memories at once. The first elements are for random numbers; the rest is laid out by each caller.
 */
export function scratchArena(): Arena {
  if (shared === undefined) {
    shared = new Arena('float32');
    shared.keep(DRAWING_ROOM);
  }
  return shared;
}

/** Lets the arena be collected when a call made it large. */
export function releaseScratch(): void {
  if (shared !== undefined && shared.data.byteLength > KEPT_BYTES) shared = undefined;
}
