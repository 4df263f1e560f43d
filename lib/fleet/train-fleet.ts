// Trains many models.

import { refuse } from '../checks.ts';
import { BpttError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { type AttemptSettings, type Ended, runWithAttempts } from './attempts.ts';
import {
  type FleetProgress,
  type FleetResult,
  type FleetSummary,
  TRAIN_FLEET,
  type TrainFleetOptions,
} from './fleet-options.ts';
import { type Job, type KeyedJob, readJob } from './job.ts';
import { Signal } from './signal.ts';

declare const performance: { now(): number };

const WHERE = 'trainFleet';

type Source = AsyncIterator<Job> | Iterator<Job>;

function iteratorOf(jobs: Iterable<Job> | AsyncIterable<Job>): Source {
  const either = jobs as AsyncIterable<Job> & Iterable<Job>;
  const make = either?.[Symbol.asyncIterator] ?? either?.[Symbol.iterator];
  return typeof make === 'function' && typeof jobs !== 'string'
    ? make.call(either)
    : refuse(WHERE, 'jobs', 'be an array, an iterable or an async iterable of jobs', jobs);
}

/** Jobs that run, and results that wait to be yielded. */
class Fleet {
  readonly #source: Source;
  readonly #capacity: number;
  readonly #settings: AttemptSettings;
  readonly #signal: Signal;
  /** Keys of the jobs that run, with the names of equal jobs that were given while they ran. */
  readonly #running = new Map<string, (string | undefined)[]>();
  /** Number of these equal jobs. */
  #equal = 0;
  readonly #results: { readonly result: FleetResult; readonly isRepeated: boolean }[] = [];
  readonly #counts = { done: 0, stored: 0, failed: 0, repeated: 0 };
  /** Whether a job is being drawn. */
  #drawing = false;
  /** Whether all jobs were drawn. */
  #drawn = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(source: Source, settings: AttemptSettings, signal: Signal) {
    this.#source = source;
    this.#capacity = settings.executor.capacity;
    const { onEpoch } = settings;
    this.#settings = { ...settings, onEpoch: onEpoch && ((epoch, job) => this.#tell(() => onEpoch(epoch, job))) };
    this.#signal = signal;
  }

  get counts(): Pick<FleetProgress, 'done' | 'stored' | 'failed' | 'repeated'> {
    return this.#counts;
  }

  /** The next result; undefined after the last one. @throws errors of the source and of the store; the signal's reason */
  async next(): Promise<FleetResult | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const next = this.#results.shift();
      if (next !== undefined) {
        this.#draw(); // so that workers have jobs while the caller is busy
        this.#counts[next.isRepeated ? 'repeated' : next.result.status]++;
        return next.result;
      }
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#draw();
      if (this.#drawn && this.#running.size === 0 && this.#results.length === 0) return undefined;
      await woken;
    }
  }

  /** Ends the jobs that run, and waits for their checkpoints. */
  async end(reason: unknown): Promise<void> {
    this.#signal.abort(reason);
    const wasOpen = !this.#drawn;
    this.#drawn = true;
    if (wasOpen && !this.#drawing) await Promise.allSettled([this.#source.return?.()]);
    while (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Calls a function of the caller. If it throws, the iteration rejects with its error. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** Draws jobs as long as there is room; one more than run, so that a worker that ends has its next job at once. */
  #draw(): void {
    if (this.#drawing || this.#drawn || this.#running.size + this.#equal + this.#results.length > this.#capacity)
      return;
    this.#drawing = true;
    void this.#take();
  }

  async #take(): Promise<void> {
    try {
      const next = await this.#source.next();
      this.#drawing = false;
      if (next.done) this.#drawn = true;
      else if (!this.#drawn) this.#begin(next.value);
      else await this.#source.return?.(); // the iteration has ended in the meantime
      this.#draw();
      this.#wake();
    } catch (error) {
      this.#drawing = false;
      this.#drawn = true;
      this.fail(error);
    }
  }

  /** Begins a job. What is no job has failed, and the rest goes on. */
  #begin(job: Job): void {
    let keyed: KeyedJob;
    try {
      keyed = readJob(job);
    } catch (error) {
      if (!(error instanceof BpttError)) throw error;
      const ended: Ended = { status: 'failed', outcome: undefined, error, attempts: 0, seconds: 0 };
      this.#results.push({ result: { key: undefined, name: undefined, ...ended }, isRepeated: false });
      return;
    }
    const equal = this.#running.get(keyed.key);
    if (equal === undefined) void this.#run(keyed);
    else {
      equal.push(keyed.job.name);
      this.#equal++;
    }
  }

  async #run(keyed: KeyedJob): Promise<void> {
    const { key, job } = keyed;
    const equal: (string | undefined)[] = [];
    this.#running.set(key, equal);
    try {
      const ended = await runWithAttempts(keyed, this.#settings);
      const names = [job.name, ...equal];
      for (const [k, name] of names.entries())
        this.#results.push({ result: { key, name, ...ended }, isRepeated: k > 0 });
    } catch (error) {
      this.fail(error);
    } finally {
      this.#running.delete(key);
      this.#equal -= equal.length;
      this.#wake();
    }
  }
}

/** How far a fleet is. */
function progressOf(fleet: Fleet, start: number, total: number | undefined): FleetProgress {
  const counts = fleet.counts;
  const seconds = (performance.now() - start) / 1000;
  const worked = counts.done + counts.failed;
  const perSecond = worked === 0 ? 0 : worked / seconds;
  const left = total === undefined ? undefined : total - worked - counts.stored - counts.repeated;
  const secondsLeft = left === undefined || worked === 0 ? undefined : left / perSecond;
  return { ...counts, total, seconds, perSecond, secondsLeft };
}

/**
 * Trains the models of many jobs, as many at a time as the executor takes. Results come in the order in which jobs end; each has
 * the same bits from any executor, with any number of workers, also after a crash. Jobs are drawn only as they are needed, so
 * there may be any number of them. A job that fails, and what is no job, becomes a result with its error, and the rest goes on. A job
 * whose worker was lost is tried again, from its last checkpoint. What is in the store is not computed again: to go on after an
 * interruption, call it again with the same jobs.
 *
 * Leaving the loop ends the jobs that run.
 *
 * @param jobs - an array, an iterable or an async iterable of jobs; an equal one that comes while the first runs has its result
 * @param options - see TrainFleetOptions
 * @returns an async generator of results, whose return value is the summary
 * @throws ArgumentError; (rejects) errors of the source, of the store and of the executor itself; the signal's reason
 *
 * @example
 * ```ts
 * const jobs = [1, 2, 3].map((shop) => ({
 *   name: `shop ${shop}`,
 *   model: { inputSize: 1, layers: [{ kind: 'GRU', units: 4 }, { kind: 'Dense', units: 1 }] },
 *   training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 3 },
 *   data: { loader: 'series', values: [1, shop, 2, 1, shop, 2, 1, shop, 2, 1], input: 3, horizon: 1 },
 * }));
 * const executor = local({ workers: 2 });
 * const losses = new Map();
 * for await (const { name, outcome } of trainFleet(jobs, { executor })) losses.set(name, outcome!.loss);
 * await executor.close();
 * losses.size; // 3
 * ```
 */
export function trainFleet(
  jobs: Iterable<Job> | AsyncIterable<Job>,
  options: TrainFleetOptions,
): AsyncGenerator<FleetResult, FleetSummary, void> {
  const { total, signal, onProgress, ...settings } = readOptions(WHERE, options, TRAIN_FLEET);
  const source = iteratorOf(jobs);
  const known = total ?? (Array.isArray(jobs) ? jobs.length : undefined);
  return iterate(source, { ...NONE, ...settings }, { signal, onProgress, total: known });
}

/** Settings that may be missing. */
const NONE = { store: undefined, timeout: undefined, onEpoch: undefined };

/** What the iteration itself needs. */
interface Watch extends Pick<TrainFleetOptions, 'signal' | 'onProgress' | 'total'> {}

async function* iterate(
  source: Source,
  settings: Omit<AttemptSettings, 'signal'>,
  { signal, onProgress, total }: { readonly [N in keyof Watch]: Watch[N] | undefined },
): AsyncGenerator<FleetResult, FleetSummary, void> {
  const own = new Signal();
  const start = performance.now();
  const fleet = new Fleet(source, { ...settings, signal: own }, own);
  const abort = (): void => fleet.fail(signal!.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    for (let result = await fleet.next(); result !== undefined; result = await fleet.next()) {
      onProgress?.(progressOf(fleet, start, total));
      yield result;
    }
    const { done, stored, failed, repeated, seconds } = progressOf(fleet, start, total);
    return { done, stored, failed, repeated, seconds };
  } finally {
    signal?.removeEventListener('abort', abort);
    await fleet.end(signal?.aborted ? signal.reason : new Error('the iteration of trainFleet has ended'));
  }
}
