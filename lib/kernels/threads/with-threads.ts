// Chooses the threads of a model.

import type { KernelBackend } from '../backend.ts';
import type { BackendName } from '../contract.ts';
import { cores, maySleep, spawn, whatLacks } from './spawn.ts';
import { Teams } from './teams.ts';
import { type TeamSource, type ThreadOptions, threadedBackend } from './threaded-backend.ts';

/** Where the workers of this process come from, by backend; or why there are none. */
const sources = new Map<BackendName, TeamSource | string>();

/** Returns a backend with threads; the same backend if there can be one thread only. */
export function withThreads(base: KernelBackend, options: ThreadOptions): KernelBackend {
  if (options.count === 1 || whyOneThread(base) !== undefined) return base;
  const source = sources.get(base.name) ?? makeSource(base);
  sources.set(base.name, source);
  return typeof source === 'string' ? base : threadedBackend(base, source, options);
}

/** Why a model runs on one thread; undefined if it can have several. */
export function whyOneThread(base: KernelBackend): string | undefined {
  if (base.name === 'reference') return 'the reference kernels run on one thread';
  const source = sources.get(base.name);
  return typeof source === 'string' ? source : (source?.failure ?? whatLacks());
}

/** Takes workers from another source, for trials. */
export function takeTeamsFrom(source: TeamSource, backend: BackendName = 'simd'): void {
  sources.set(backend, source);
}

function makeSource({ compileShared, name }: KernelBackend): TeamSource | string {
  try {
    return new Teams(compileShared!(), name === 'wide', { cores: cores(), maySleep: maySleep(), spawn });
  } catch (error) {
    return `the kernels do not run in shared memory here: ${error}`;
  }
}
