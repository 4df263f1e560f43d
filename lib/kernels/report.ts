// `backend`: what computes.

import { type BackendChoice, defaultBackend } from './backend.ts';
import { cores } from './threads/spawn.ts';
import { whyOneThread } from './threads/with-threads.ts';

/** What computes, and why. */
export interface Backend extends BackendChoice {
  /** The most threads of a model with `threads: 'auto'`: the number of processors, or 1. */
  readonly threads: number;
  /** Why there is one thread only; undefined if there may be several. */
  readonly oneThread: string | undefined;
}

/**
 * Returns the default backend of this process.
 *
 * @example
 * ```ts
 * backend().name; // 'simd', or 'reference' if WebAssembly does not run here
 * ```
 */
export function backend(): Backend {
  const chosen = defaultBackend();
  const { name, reason } = chosen;
  const oneThread = whyOneThread(chosen);
  return { name, reason, threads: oneThread === undefined ? cores() : 1, oneThread };
}
