// Messages between the executor of this machine and its threads.

import type { JobEpoch } from '../executor.ts';
import type { KeyedJob } from '../job.ts';
import type { LoaderSources } from '../loaders/loaders.ts';
import type { JobOutcome } from '../outcome.ts';

/** What of a run travels to a thread. */
export interface SentRun {
  readonly checkpoint: Uint8Array | undefined;
  readonly until: number | undefined;
  readonly checkpointEvery: number | undefined;
  /** Whether the caller takes checkpoints. */
  readonly checkpoints: boolean;
}

/** To a thread: run a job, or end the running one after its current batch. */
export type Order =
  | { readonly type: 'run'; readonly job: KeyedJob; readonly run: SentRun }
  | { readonly type: 'abort' };

/** From a thread. */
export type Report =
  | { readonly type: 'epoch'; readonly epoch: JobEpoch }
  | { readonly type: 'checkpoint'; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly outcome: JobOutcome }
  | { readonly type: 'failed'; readonly kind: string; readonly message: string };

/** What a thread is given when it starts. */
export type ThreadSettings = LoaderSources;
