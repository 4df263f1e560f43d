// The worker's side of the queue: takes jobs, runs them, and keeps their locks.

import { type Job, type JobJson, WaitingError, Worker } from 'bullmq';
import { StateError } from '../../errors.ts';
import type { Settings } from '../../options.ts';
import type { Executor } from '../executor.ts';
import { local } from '../local/local.ts';
import { every, now, within } from './clock.ts';
import type { RedisSettings } from './connection.ts';
import { Link } from './link.ts';
import { Names, partsOf } from './names.ts';
import { type CheckedOrder, LONGEST_ORDER, readOrder } from './orders.ts';
import { parsedJson } from './parsed.ts';
import { failureOf, keepResult, Run, type RunEnd } from './runs.ts';
import { requireSameBits } from './self-test.ts';
import type { FleetWorker, FleetWorkerEvent, FleetWorkerOptions, FleetWorkerSummary } from './worker-options.ts';

const WHERE = 'fleetWorker';
/** Milliseconds that jobs have to end after their current batch, and Redis to take their checkpoints. */
const PATIENCE = 10_000;
/** Milliseconds between two attempts of BullMQ to take a job while Redis is away. */
const RETRY = 500;

/** Checked options of a worker. */
export type WorkerSettings = Settings<FleetWorkerOptions, 'executor' | 'idle' | 'onEvent'>;

/** A worker of BullMQ that parses no data of any size, and none that is no JSON: the processor then refuses the job. */
class CarefulWorker extends Worker {
  protected override createJob(json: JobJson, id: string): Job {
    return super.createJob(parsedJson(json.data, LONGEST_ORDER) === undefined ? { ...json, data: '{}' } : json, id);
  }
}

/** What serves while a worker is connected. */
interface Serving {
  readonly link: Link;
  readonly worker: Worker;
}

/** Serves the jobs of a queue: see fleetWorker. */
export class QueueWorker implements FleetWorker {
  readonly #settings: WorkerSettings;
  readonly #names: Names;
  readonly #runs = new Set<Run>();
  readonly #counts = { done: 0, failed: 0, returned: 0 };
  #serving: Serving | undefined;
  #hasRun = false;
  #isStopping = false;
  #isBeating = false;
  /** When the last job ended. */
  #last = 0;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    this.#names = new Names(settings.queue, (settings.connection as RedisSettings).db);
  }

  async run(): Promise<FleetWorkerSummary> {
    if (this.#hasRun) {
      throw new StateError({ where: `${WHERE}.run`, expected: 'be the only one', received: 'a second call' });
    }
    this.#hasRun = true;
    const executor = this.#settings.executor ?? local();
    try {
      await requireSameBits(`${WHERE}.run`, executor);
      if (!this.#isStopping) await this.#serve(executor);
    } finally {
      if (this.#settings.executor === undefined) await executor.close();
    }
    return { ...this.#counts };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const serving = this.#serving;
    if (serving === undefined) return;
    const closing = serving.worker.close(); // first: a job that is given back is not to be taken again
    for (const run of this.#runs) run.end('returned');
    await within(PATIENCE, closing);
    serving.link.close();
  }

  async #serve(executor: Executor): Promise<void> {
    const { connection, queue, lock, idle } = this.#settings;
    const link = await Link.open(`${WHERE}.run`, connection as RedisSettings);
    const worker = new CarefulWorker(queue, (job, token) => this.#serveJob(link, executor, job, token!), {
      ...{ connection: link.client, concurrency: executor.capacity, autorun: false, skipVersionCheck: true },
      ...{ lockDuration: lock, skipLockRenewal: true, stalledInterval: lock, maxStalledCount: Number.MAX_SAFE_INTEGER },
      ...{ drainDelay: 5, runRetryDelay: RETRY, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
    });
    worker.on('error', () => {}); // Redis is away, or the lock of a job is lost: both are taken care of
    const stops = [
      every(lock / 3, () => void this.#beat()),
      ...(idle === undefined ? [] : [every(Math.min(idle, 1000), () => this.#endIfIdle(idle))]),
    ];
    try {
      await link.listen(
        this.#names.cancelled,
        (id) => this.#cancel([id]),
        () => void this.#beat(),
      );
      this.#serving = { link, worker };
      link.client.on('close', () => this.#isStopping || this.#tell('disconnected'));
      link.client.on('ready', () => this.#tell('connected'));
      this.#last = now();
      this.#tell('ready');
      if (!this.#isStopping) await worker.run();
    } finally {
      for (const stop of stops) stop();
      await this.stop();
    }
  }

  async #serveJob(link: Link, executor: Executor, job: Job, token: string): Promise<void> {
    const id = job.id ?? '';
    if (partsOf(id) === undefined) throw new Error('This is no job of bptt/fleet');
    let order: CheckedOrder;
    try {
      order = readOrder(`${WHERE}.run`, id, job.data);
    } catch (error) {
      return this.#refuse(link, id, error);
    }
    const run = new Run(id, token, order, link, this.#names);
    this.#runs.add(run);
    this.#tell('started', run);
    if (this.#isStopping) run.end('returned');
    const end = await this.#ended(run, run.run(executor, job.stalledCounter));
    if (end === 'known') return;
    this.#counts[end === 'done' || end === 'failed' ? end : 'returned']++;
    this.#tell(end, run);
    if (end === 'cancelled') await link.replies([['publish', this.#names.news, `ended ${id}`]]);
    if (end === 'returned') await Promise.allSettled([job.moveToWait(token)]);
    if (end === 'returned' || end === 'lost') throw new WaitingError();
  }

  /** How a run ended. @throws StateError if Redis refuses its result */
  async #ended(run: Run, running: Promise<RunEnd>): Promise<RunEnd> {
    try {
      return await running;
    } catch (error) {
      run.failure = failureOf(error);
      this.#tell('failed', run);
      throw error;
    } finally {
      this.#runs.delete(run);
      this.#last = now();
    }
  }

  /** What is no order has failed. */
  async #refuse(link: Link, id: string, error: unknown): Promise<void> {
    const failure = failureOf(error);
    const parts = partsOf(id);
    this.#counts.failed++;
    this.#settings.onEvent?.({ type: 'failed', key: parts?.key, name: undefined, seconds: 0, error: failure.message });
    await keepResult(link, this.#names, id, { error: failure });
  }

  /** Renews the locks, and looks which jobs are no longer wanted. A job whose lock is lost belongs to another worker. */
  async #beat(): Promise<void> {
    const { link, worker } = this.#serving ?? {};
    const runs = [...this.#runs];
    if (link === undefined || worker === undefined || runs.length === 0 || this.#isBeating) return;
    this.#isBeating = true;
    await Promise.allSettled([this.#renew(link, worker, runs)]); // where Redis is away, the next beat tries again
    this.#isBeating = false;
  }

  async #renew(link: Link, worker: Worker, runs: readonly Run[]): Promise<void> {
    const ids = runs.map((run) => run.id);
    const tokens = runs.map((run) => run.token);
    const lost = await worker.extendJobLocks(ids, tokens, this.#settings.lock);
    for (const run of runs) if (lost.includes(run.id)) run.end('lost');
    const unwanted = await link.replies(ids.map((id) => ['exists', this.#names.cancel(id)]));
    this.#cancel(ids.filter((_, k) => unwanted[k] === 1));
  }

  #cancel(ids: readonly string[]): void {
    for (const run of this.#runs) if (ids.includes(run.id)) run.end('cancelled');
  }

  #endIfIdle(idle: number): void {
    if (this.#runs.size === 0 && this.#serving !== undefined && now() - this.#last >= idle) void this.stop();
  }

  #tell(type: FleetWorkerEvent['type'], run?: Run): void {
    const { key, job } = run?.order.keyed ?? {};
    const seconds = run === undefined || type === 'started' ? 0 : (now() - run.start) / 1000;
    this.#settings.onEvent?.({ type, key, name: job?.name, seconds, error: run?.failure?.message });
  }
}
