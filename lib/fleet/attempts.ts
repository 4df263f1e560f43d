// Runs one job of a fleet: from the store, or with as many attempts as it may have.

import { FormatError } from '../errors.ts';
import type { AbortSignalLike } from '../training/abort-signal.ts';
import type { Executor, JobEpoch } from './executor.ts';
import type { KeyedJob } from './job.ts';
import { JobError } from './job-error.ts';
import { LostJobError } from './lost-job-error.ts';
import type { JobOutcome } from './outcome.ts';
import type { FleetStore } from './store.ts';

declare const performance: { now(): number };

/** How a fleet runs a job. */
export interface AttemptSettings {
  readonly executor: Executor;
  readonly store: FleetStore | undefined;
  readonly attempts: number;
  readonly timeout: number | undefined;
  readonly checkpointEvery: number;
  readonly signal: AbortSignalLike | undefined;
  /** Where the job goes on; default: at the checkpoint in the store. */
  readonly checkpoint?: Uint8Array | undefined;
  /** The epoch after which it ends; default: the last one. */
  readonly until?: number | undefined;
  readonly onEpoch: ((epoch: JobEpoch, job: KeyedJob) => void) | undefined;
}

/** How a job ended. */
export interface Ended {
  /** `'done'`; `'stored'`: the result was in the store; `'failed'`. */
  readonly status: 'done' | 'stored' | 'failed';
  /** What the job computed; undefined if it failed. */
  readonly outcome: JobOutcome | undefined;
  /** Why it failed; undefined if it did not. */
  readonly error: Error | undefined;
  /** Attempts; 0 for a result that was in the store, and for what is no job. */
  readonly attempts: number;
  /** Seconds of all attempts. */
  readonly seconds: number;
}

/** Errors of a checkpoint that is not of this job, or damaged: the job begins again. */
const UNUSABLE: readonly string[] = ['FormatError', 'StateError', 'ArgumentError', 'ShapeError'];

/** The result in a store. One that is damaged counts as none: it can be computed again. */
async function storedIn(store: FleetStore | undefined, key: string): Promise<JobOutcome | undefined> {
  try {
    return await store?.get(key);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The result of a job: from the store, or computed and then stored. @throws the signal's reason; errors of the store, and of the executor itself */
export async function runWithAttempts(keyed: KeyedJob, settings: AttemptSettings): Promise<Ended> {
  const { store } = settings;
  const stored = await storedIn(store, keyed.key);
  if (stored !== undefined) {
    return { status: 'stored', outcome: stored, error: undefined, attempts: 0, seconds: 0 };
  }
  const ended = await attemptJob(keyed, settings);
  await store?.put({ key: keyed.key, name: keyed.job.name, ...ended });
  return ended;
}

/** Runs a job, again if its worker was lost. @throws the signal's reason; errors of the store, and of the executor itself */
export async function attemptJob(keyed: KeyedJob, settings: AttemptSettings): Promise<Ended> {
  settings.signal?.throwIfAborted();
  return new Attempts(keyed, settings).run();
}

class Attempts {
  readonly #job: KeyedJob;
  readonly #settings: AttemptSettings;
  /** The last checkpoint. */
  #checkpoint: Uint8Array | undefined;
  /** One that is not stored yet. */
  #unsaved: Uint8Array | undefined;
  #isSaving = false;
  /** Settles once the checkpoints are stored. */
  #saving: Promise<void> = Promise.resolve();

  constructor(job: KeyedJob, settings: AttemptSettings) {
    this.#job = job;
    this.#settings = settings;
  }

  async run(): Promise<Ended> {
    const { store, attempts, signal } = this.#settings;
    this.#checkpoint = this.#settings.checkpoint ?? (await store?.checkpoint?.(this.#job.key));
    const start = performance.now();
    for (let count = 1; ; count++) {
      const begun = this.#checkpoint !== undefined;
      const result = await this.#attempt();
      const ended = { attempts: count, seconds: (performance.now() - start) / 1000 };
      if (!(result instanceof Error)) return { ...ended, status: 'done', outcome: result, error: undefined };
      signal?.throwIfAborted();
      const isUnusable = begun && result instanceof JobError && UNUSABLE.includes(result.kind);
      if (isUnusable) this.#checkpoint = undefined;
      const again = isUnusable || (result instanceof LostJobError && count < attempts);
      if (!again) return { ...ended, status: 'failed', outcome: undefined, error: result };
    }
  }

  /** One attempt: the outcome, or why there is none. */
  async #attempt(): Promise<JobOutcome | JobError | LostJobError> {
    const { executor, timeout, checkpointEvery, signal, until, onEpoch } = this.#settings;
    try {
      return await executor.run(this.#job, {
        ...{ signal, timeout, checkpointEvery, until, checkpoint: this.#checkpoint },
        onEpoch: onEpoch && ((epoch) => onEpoch(epoch, this.#job)),
        onCheckpoint: (bytes) => this.#keep(bytes),
      });
    } catch (error) {
      if (error instanceof JobError || error instanceof LostJobError) return error;
      throw error; // of the executor itself, or the signal's reason
    } finally {
      await this.#saving;
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#checkpoint = bytes;
    this.#unsaved = bytes;
    if (this.#isSaving) return;
    this.#saving = this.#save();
    void Promise.allSettled([this.#saving]); // the attempt throws its error
  }

  /** Stores the newest checkpoint until none is left: those that come while the store is busy replace each other. */
  async #save(): Promise<void> {
    this.#isSaving = true;
    while (this.#unsaved !== undefined) {
      const bytes = this.#unsaved;
      this.#unsaved = undefined;
      await this.#settings.store?.saveCheckpoint?.(this.#job.key, bytes); // an error ends the fleet: nothing more is stored
    }
    this.#isSaving = false;
  }
}
