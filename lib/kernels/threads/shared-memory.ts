// Regions in memories that threads share, one memory for each arena.

import { isOutOfMemory } from '../../errors.ts';
import type { KernelBackend } from '../backend.ts';
import type { Region } from '../bound-kernels.ts';
import type { BackendName } from '../contract.ts';
import { referenceRegion } from '../reference.ts';
import { instantiate, MOST_PAGES, type Module, PAGE, RESERVED, SLACK } from '../simd.ts';
import { type Crew, DividedCalls } from './divided-calls.ts';
import { dividedKernels } from './divided-kernels.ts';
import { THREAD_SCRATCH } from './shares.ts';

/** Memories so far, in this process. */
let memories = 0;

/**
 * Opens a region of at least this many elements in a new memory. If memory runs out, it uses the reference.
 *
 * @param module - kernels for shared memories
 * @param crew - who computes; undefined for the calling thread alone
 */
export function openShared(module: Module, backend: BackendName, elements: number, crew?: Crew): Region {
  const start = RESERVED + 4 * ((crew?.threads ?? 1) - 1) * THREAD_SCRATCH;
  const pages = (size: number): number => Math.ceil((start + (size + SLACK) * 4) / PAGE);
  try {
    const { memory, raw } = instantiate(module, pages(elements), MOST_PAGES, backend === 'wide', true);
    const room = { number: memories++, memory, scratch: RESERVED / 4, raw };
    const calls = crew && new DividedCalls(room, crew);
    const shared = { raw: calls === undefined ? raw : dividedKernels(raw, calls), at: start / 4, backend };
    const region = (): Region => ({
      ...shared,
      data: new Float32Array(memory.buffer, start, (memory.buffer.byteLength - start) / 4 - SLACK),
      byRows: (rows, work) => calls?.byRows(rows, work),
      extended: (more) => {
        memory.grow(pages(more) - memory.buffer.byteLength / PAGE);
        return region();
      },
    });
    return region();
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return referenceRegion(new Float32Array(elements)); // the bits are the same
  }
}

/** A backend in shared memory without other threads, to compare its kernels. */
export function sharedBackend(module: Module, name: BackendName): KernelBackend {
  return { name, reason: '', open: (elements) => openShared(module, name, elements) };
}
