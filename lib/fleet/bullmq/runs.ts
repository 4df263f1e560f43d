// The runs of a worker: what each does with Redis while its job is trained. Checkpoints are written only by the worker that
// holds the lock, so that one that was frozen does not put an old one in place of a new one. Results are written by all: they are
// the same.

import type { AbortSignalLike } from '../../training/abort-signal.ts';
import type { Executor, JobEpoch } from '../executor.ts';
import { JobError } from '../job-error.ts';
import { LostJobError } from '../lost-job-error.ts';
import type { JobOutcome } from '../outcome.ts';
import { now } from './clock.ts';
import { asBuffer, type Command, type Link } from './link.ts';
import { KEPT, LARGEST, type Names } from './names.ts';
import type { CheckedOrder } from './orders.ts';
import { encodeResult, type Failure, type Result } from './result.ts';

declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(reason: unknown): void };

/** Why a run ends early. */
export type Ending = 'returned' | 'lost' | 'cancelled';

/** How a run ended. */
export type RunEnd = Ending | 'done' | 'failed' | 'known';

/** KEYS: lock, checkpoint. ARGV: token, bytes, milliseconds. Whoever holds the lock writes. */
const SAVE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

/** Entries of the list of epochs at most; the rest is in the result. */
const MOST_EPOCHS = 10_000;

/** Errors of a checkpoint that is not of this job, or damaged: the job begins again. */
const UNUSABLE: readonly string[] = ['FormatError', 'StateError'];

/** What became of a job that was not done. */
export function failureOf(error: unknown): Failure {
  const isError = error instanceof Error;
  const kind = error instanceof JobError ? error.kind : isError ? error.name : 'Error';
  return { kind, message: isError ? error.message : String(error), isLost: error instanceof LostJobError };
}

/** Keeps a result in Redis, in place of checkpoints, and tells the parents. @throws StateError if Redis refuses */
export async function keepResult(link: Link, names: Names, id: string, result: Result): Promise<void> {
  let bytes = encodeResult(result);
  if (bytes.length > LARGEST) {
    const message = `job: its result must have at most ${LARGEST} bytes; received ${bytes.length}`;
    bytes = encodeResult({ error: { kind: 'ArgumentError', message, isLost: false } });
  }
  const key = names.result(id);
  const commands: Command[] = [
    ['set', key, asBuffer(bytes), 'PX', KEPT],
    ['del', names.checkpoint(id)],
    ['publish', names.news, `result ${id}`],
  ];
  await link.replies(commands, true);
}

/** A run of a job by this worker. */
export class Run {
  readonly id: string;
  readonly token: string;
  readonly order: CheckedOrder;
  readonly start: number = now();
  readonly #link: Link;
  readonly #names: Names;
  readonly #controller = new AbortController();
  #ending: Ending | undefined;
  #epochs = 0;
  /** Settles once the checkpoints are saved, or given up. */
  #saving: Promise<unknown> = Promise.resolve();
  /** Why it failed; undefined if it did not. */
  failure: Failure | undefined;

  constructor(id: string, token: string, order: CheckedOrder, link: Link, names: Names) {
    this.id = id;
    this.token = token;
    this.order = order;
    this.#link = link;
    this.#names = names;
  }

  /** Ends the run after its current batch, with a checkpoint. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#controller.abort(new Error(ending));
  }

  /** Trains, and keeps the result in Redis. `stalled`: how often workers were lost with this job. */
  async run(executor: Executor, stalled: number): Promise<RunEnd> {
    const { id, order } = this;
    const names = this.#names;
    const [checkpoint, isKnown, isUnwanted] = await this.#link.replies([
      ['getrangeBuffer', names.checkpoint(id), 0, LARGEST],
      ['exists', names.result(id)],
      ['exists', names.cancel(id)],
    ]);
    if (isKnown === 1) return 'known';
    if (isUnwanted === 1) return 'cancelled';
    if (stalled >= order.attempts) {
      const message = `job: ${stalled} workers were lost while they ran it`;
      return this.#fail({ kind: 'LostJobError', message, isLost: false });
    }
    const bytes = checkpoint as Uint8Array;
    const isUsable = bytes.length > 0 && bytes.length <= LARGEST;
    return this.#attempt(executor, isUsable ? new Uint8Array(bytes) : undefined);
  }

  async #attempt(executor: Executor, checkpoint: Uint8Array | undefined): Promise<RunEnd> {
    const { keyed, until, timeout, checkpointEvery, epochs } = this.order;
    let outcome: JobOutcome;
    try {
      outcome = await executor.run(keyed, {
        ...{ until, timeout, checkpointEvery, checkpoint, signal: this.#controller.signal },
        onEpoch: epochs ? (epoch) => this.#tellEpoch(epoch) : undefined,
        onCheckpoint: (bytes) => this.#save(bytes),
      });
    } catch (error) {
      await this.#saving;
      if (this.#ending !== undefined) return this.#ending;
      const failure = failureOf(error);
      const isUnusable = checkpoint !== undefined && UNUSABLE.includes(failure.kind);
      return isUnusable ? this.#attempt(executor, undefined) : this.#fail(failure);
    }
    await keepResult(this.#link, this.#names, this.id, { outcome });
    return 'done';
  }

  async #fail(error: Failure): Promise<'failed'> {
    this.failure = error;
    await keepResult(this.#link, this.#names, this.id, { error });
    return 'failed';
  }

  /** Saves a checkpoint; while Redis is away, none but the last one is worth waiting for. */
  #save(bytes: Uint8Array): void {
    const isLast = this.#controller.signal.aborted;
    const isAway = this.#link.client.status !== 'ready' && !isLast;
    if (bytes.length > LARGEST || this.#ending === 'lost' || isAway) return;
    const keys = [this.#names.lock(this.id), this.#names.checkpoint(this.id)];
    const commands: Command[] = [['eval', SAVE, keys.length, ...keys, this.token, asBuffer(bytes), KEPT]];
    if (this.order.checkpoints) commands.push(['publish', this.#names.news, `checkpoint ${this.id}`]);
    this.#saving = Promise.allSettled([this.#saving, this.#link.replies(commands)]);
  }

  #tellEpoch({ epoch, loss, validationLoss }: JobEpoch): void {
    if (this.#link.client.status !== 'ready' || this.#epochs >= MOST_EPOCHS) return; // the result has them all
    this.#epochs++;
    const key = this.#names.epochs(this.id);
    const told = this.#link.replies([
      ['rpush', key, JSON.stringify([epoch, loss, validationLoss ?? null])],
      ['pexpire', key, KEPT],
      ['publish', this.#names.news, `epoch ${this.id}`],
    ]);
    void Promise.allSettled([told]);
  }
}
