// A shared arena for values that last no longer than a call.

import { defaultBackend, type KernelBackend } from '../kernels/backend.ts';
import { Arena } from './arena.ts';

/** Elements at the beginning, for a block of random numbers: 3,169 in draw.ts. */
const DRAWING_ROOM = 4096;

/** A larger arena is dropped after the call that enlarged it. */
const KEPT_BYTES = 2 ** 20;

let shared: Arena | undefined;
/** The backend of the shared arena. */
let sharedBackend: KernelBackend | undefined;

/**
 * A float32 arena for values that last no longer than a call. It is shared, because engines have room for few memories.
 * The first elements are for random numbers; each caller lays out the rest. It has the default backend, also after
 * `setDefaultBackend`.
 */
export function scratchArena(): Arena {
  const backend = defaultBackend();
  if (shared === undefined || backend !== sharedBackend) {
    shared = new Arena('float32', backend);
    sharedBackend = backend;
    shared.keep(DRAWING_ROOM);
  }
  return shared;
}

/** Drops the arena if a call has enlarged it too much. */
export function releaseScratch(): void {
  if (shared !== undefined && shared.data.byteLength > KEPT_BYTES) shared = undefined;
}
