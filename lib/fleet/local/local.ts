// The executor of this machine: threads of this process.

import { reading, refuse } from '../../checks.ts';
import { integer, optional, readOptions, type Schema } from '../../options.ts';
import { builtin } from '../builtins.ts';
import type { Executor, ExecutorRun } from '../executor.ts';
import type { KeyedJob } from '../job.ts';
import { LostJobError } from '../lost-job-error.ts';
import type { JobOutcome } from '../outcome.ts';
import type { ThreadSettings } from './messages.ts';
import { Thread } from './thread.ts';

/** A URL object. */
export interface ModuleUrl {
  /** The URL as text. */
  readonly href: string;
}

/** Options of `local`. */
export interface LocalOptions {
  /** Jobs at the same time, each on a thread of its own, from 1 to 1,024; default: one for each processor. */
  readonly workers?: number;
  /**
   * URL of a module whose exported functions are loaders: `new URL('./loaders.mjs', import.meta.url)`. Each thread imports it.
   * Default none: jobs have the loaders `rows`, `series` and, with `folder`, `csv`.
   */
  readonly loaders?: string | ModuleUrl;
  /** Folder whose files the loader `csv` may read; default none. */
  readonly folder?: string;
}

const OPTIONS: Schema<LocalOptions, 'workers' | 'loaders' | 'folder'> = {
  workers: optional(integer(1, 1024)),
  loaders: optional(requireModule),
  folder: optional(requireFolder),
};

function requireModule(where: string, argument: string, value: unknown): string {
  const href = reading(where, argument, () =>
    typeof value === 'object' ? (value as { href?: unknown } | null)?.href : value,
  );
  return typeof href === 'string' && href.includes(':')
    ? href
    : refuse(where, argument, 'be the URL of a module', value, "Give new URL('./loaders.mjs', import.meta.url)");
}

function requireFolder(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : refuse(where, argument, 'be the path of a folder', value);
}

/** Threads, and the jobs that wait for one. */
class LocalExecutor implements Executor {
  readonly capacity: number;
  readonly #settings: ThreadSettings;
  readonly #all = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #waiting: { take(thread: Thread): void; lose(error: unknown): void }[] = [];
  #closed = false;

  constructor(capacity: number, settings: ThreadSettings) {
    this.capacity = capacity;
    this.#settings = settings;
  }

  async run(job: KeyedJob, run: ExecutorRun): Promise<JobOutcome> {
    run.signal?.throwIfAborted();
    if (this.#closed) throw this.#lost();
    const thread = await this.#take();
    try {
      run.signal?.throwIfAborted();
      return await thread.run(job, run);
    } finally {
      this.#give(thread);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { lose } of this.#waiting.splice(0)) lose(this.#lost());
    await Promise.all([...this.#all].map((thread) => thread.end()));
    this.#all.clear();
  }

  #lost(): LostJobError {
    return new LostJobError({ where: 'local', expected: 'be before close', received: 'a closed executor' });
  }

  #take(): Thread | Promise<Thread> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.ended) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size < this.capacity) return this.#start();
    return new Promise((take, lose) => {
      this.#waiting.push({ take, lose });
    });
  }

  #start(): Thread {
    const thread = new Thread('local', this.#settings);
    this.#all.add(thread);
    return thread;
  }

  #give(thread: Thread): void {
    if (thread.ended) this.#all.delete(thread);
    if (this.#closed) return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      if (!thread.ended) this.#idle.push(thread);
      return;
    }
    try {
      next.take(thread.ended ? this.#start() : thread);
    } catch (error) {
      next.lose(error); // the system has no room for a thread
    }
  }
}

/**
 * An executor of this machine: threads of this process, without a server. They start when they are needed, and do not keep
 * the process alive while they have no job. A thread that ends, for lack of memory for example, is replaced.
 *
 * @param options - see LocalOptions
 * @returns the executor; its `close` ends the threads
 * @throws ArgumentError; StateError in browsers
 *
 * @example
 * ```ts
 * const executor = local({ workers: 2 });
 * const outcome = await executor.run(readJob({
 *   model: { inputSize: 1, layers: [{ kind: 'GRU', units: 4 }, { kind: 'Dense', units: 1 }] },
 *   training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 3 },
 *   data: { loader: 'series', values: [1, 2, 3, 2, 1, 2, 3, 2, 1], input: 4, horizon: 1 },
 * }), {});
 * outcome.losses.length; // 3
 * await executor.close();
 * ```
 */
export function local(options: LocalOptions = {}): Executor {
  const where = 'local';
  const { workers, loaders, folder } = readOptions(where, options, OPTIONS);
  const capacity = workers ?? builtin(where, 'node:os').availableParallelism();
  return new LocalExecutor(capacity, { module: loaders as string | undefined, folder });
}
