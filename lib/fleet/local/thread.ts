// A thread as the executor sees it: one job at a time, and what becomes of it.

import { builtin, type NodeWorker } from '../builtins.ts';
import type { ExecutorRun } from '../executor.ts';
import type { KeyedJob } from '../job.ts';
import { JobError } from '../job-error.ts';
import { LostJobError } from '../lost-job-error.ts';
import type { JobOutcome } from '../outcome.ts';
import type { Order, Report, ThreadSettings } from './messages.ts';

declare class URL {
  constructor(path: string, base: string);
}

declare function setTimeout(call: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Milliseconds that a thread has to end a job after its current batch, before the thread is ended. */
const GRACE = 2000;

/** Longest time that a timer takes. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The job that a thread runs. */
interface Running {
  readonly run: ExecutorRun;
  /** Why it is to end; undefined as long as it may go on. */
  ending: { readonly reason: unknown } | undefined;
  /** What a function of the caller threw; undefined if none did. */
  thrown: { readonly error: unknown } | undefined;
  resolve(outcome: JobOutcome): void;
  reject(error: unknown): void;
}

function lost(received: string): LostJobError {
  return new LostJobError({ where: 'local', expected: 'keep its thread until it is done', received });
}

/** A thread. It does not keep the process alive while it has no job. */
export class Thread {
  readonly #worker: NodeWorker;
  #running: Running | undefined;
  /** Timer of the end of the thread after an abort. */
  #grace: unknown;
  /** Whether it has ended, and runs nothing any more. */
  ended = false;

  constructor(where: string, settings: ThreadSettings) {
    const { Worker } = builtin(where, 'node:worker_threads');
    const base = import.meta.url; // not in one expression: a bundler for browsers would copy the file
    this.#worker = new Worker(new URL('./worker.js', base), { workerData: settings, execArgv: [] });
    this.#worker.on('message', (report) => this.#receive(report as Report));
    this.#worker.on('error', (error) => this.#lose(String(error)));
    this.#worker.on('exit', (code) => this.#lose(`the end of its thread with code ${code}`));
    this.#worker.unref();
  }

  /** Runs a job. The thread has to be idle. */
  async run(job: KeyedJob, run: ExecutorRun): Promise<JobOutcome> {
    const { signal, timeout, checkpoint, until, checkpointEvery, onCheckpoint } = run;
    if (this.ended) throw lost('the end of its thread');
    this.#worker.ref();
    let timer: unknown;
    const abort = (): void => this.#abort(signal!.reason);
    try {
      return await new Promise<JobOutcome>((resolve, reject) => {
        this.#running = { run, ending: undefined, thrown: undefined, resolve, reject };
        const sent = { checkpoint, until, checkpointEvery, checkpoints: onCheckpoint !== undefined };
        this.#send({ type: 'run', job, run: sent });
        signal?.addEventListener('abort', abort);
        if (timeout === undefined || timeout > LONGEST_TIMER) return;
        timer = setTimeout(
          () => this.#abort(new JobError('TimeoutError', `job: took more than ${timeout} ms`)),
          timeout,
        );
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      clearTimeout(timer);
      clearTimeout(this.#grace);
      this.#running = undefined;
      this.#worker.unref();
    }
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    this.ended = true;
    await this.#worker.terminate();
  }

  /** Ends the job after its current batch, and the thread if it does not answer. */
  #abort(reason: unknown): void {
    const running = this.#running;
    if (running === undefined || running.ending !== undefined) return;
    running.ending = { reason };
    this.#send({ type: 'abort' });
    this.#grace = setTimeout(() => void this.end(), GRACE);
  }

  #send(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Calls a function of the caller. If it throws, the job ends with its error. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#running!.thrown ??= { error };
      this.#abort(error);
    }
  }

  #receive(report: Report): void {
    const running = this.#running;
    if (running === undefined) return;
    const { run, ending, thrown } = running;
    if (report.type === 'epoch') this.#tell(() => run.onEpoch?.(report.epoch));
    else if (report.type === 'checkpoint') this.#tell(() => run.onCheckpoint?.(report.bytes));
    else if (thrown !== undefined) running.reject(thrown.error);
    else if (report.type === 'done') running.resolve(report.outcome);
    else running.reject(ending === undefined ? new JobError(report.kind, report.message) : ending.reason);
  }

  /** The thread has ended: its job is lost, unless it was to end. */
  #lose(received: string): void {
    this.ended = true;
    const running = this.#running;
    if (running === undefined) return;
    const { ending } = running;
    running.reject(ending === undefined ? lost(received) : ending.reason);
  }
}
