// Backends whose calls are divided between threads.

import { BpttError } from '../../errors.ts';
import type { KernelBackend } from '../backend.ts';
import type { Region } from '../bound-kernels.ts';
import type { Module } from '../simd.ts';
import type { Crew, Enough } from './divided-calls.ts';
import { Payoff, UNWATCHED } from './payoff.ts';
import { openShared } from './shared-memory.ts';
import { THREAD_SCRATCH } from './shares.ts';
import { isInTask } from './task.ts';
import type { Team } from './team.ts';

/** How a model uses threads. */
export interface ThreadOptions {
  /** The most threads that compute a call. */
  readonly count: number | 'auto';
  /** Milliseconds to wait for a worker. */
  readonly timeout: number;
}

/** Starts and ends the workers of this process. */
export interface TeamSource {
  /** Compiled kernels for shared memories. */
  readonly module: Module;
  /** Processors that this process may use. */
  readonly cores: number;
  /** What makes dividing pay. */
  readonly enough: Enough;
  /** Whether the calling thread may sleep while it waits: the main thread of a browser may not. */
  readonly maySleep: boolean;
  /** Why workers do not start; undefined as long as they do. */
  readonly failure: string | undefined;
  /** A team with at least this many workers, which may not have started yet. */
  team(workers: number): Team | undefined;
  /** Ends the workers; the next call that needs them starts others. */
  stop(): void;
}

/** Returns a backend that allocates shared memories, one for each arena, and divides calls between the threads of a team. */
export function threadedBackend(
  base: KernelBackend,
  teams: TeamSource,
  { count, timeout }: ThreadOptions,
): KernelBackend {
  const threads = count === 'auto' ? teams.cores : count;
  const open = (elements: number, lost: () => void): Region => {
    if (elements < teams.enough.elements) return base.open(elements, lost); // it moves when it grows
    const payoff = count === 'auto' ? new Payoff() : undefined;
    const crew: Crew = {
      threads,
      timeout,
      enough: teams.enough,
      team: () => {
        const alone = payoff?.pays === false || !(teams.maySleep || isInTask());
        return alone ? undefined : teams.team(threads - 1);
      },
      watch: payoff ?? UNWATCHED,
      failed: (failure) => {
        teams.stop();
        lost();
        return new BpttError({
          where: 'threads',
          expected: 'be computed by all threads',
          received: `no answer: ${failure instanceof Error ? failure.message : failure}`,
          remedy: 'Nothing was updated. The next call starts new workers; a larger threadTimeout waits longer',
        });
      },
    };
    return openShared(teams.module, base.name, elements, crew);
  };
  const threadBytes = (elements: number): number =>
    elements < teams.enough.elements ? 0 : 4 * (threads - 1) * THREAD_SCRATCH;
  return { name: base.name, reason: base.reason, open, threadBytes };
}
