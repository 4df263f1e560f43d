// One listener for each signal: Node warns of a leak where thousands of jobs wait for one.

import type { AbortSignalLike } from '../../training/abort-signal.ts';

interface Watched {
  readonly tasks: Set<() => void>;
  readonly end: () => void;
}

/** What is called when signals abort. */
export class Signals {
  readonly #watched = new Map<AbortSignalLike, Watched>();

  /** Calls `aborted` once the signal aborts, unless the returned function is called before. */
  watch(signal: AbortSignalLike, aborted: () => void): () => void {
    const { tasks, end } = this.#watched.get(signal) ?? this.#listen(signal);
    tasks.add(aborted);
    return () => {
      tasks.delete(aborted);
      if (tasks.size === 0) end();
    };
  }

  #listen(signal: AbortSignalLike): Watched {
    const tasks = new Set<() => void>();
    const end = (): void => {
      this.#watched.delete(signal);
      signal.removeEventListener('abort', listener);
    };
    const listener = (): void => {
      end();
      for (const task of tasks) task();
    };
    const watched = { tasks, end };
    this.#watched.set(signal, watched);
    signal.addEventListener('abort', listener);
    return watched;
  }
}
