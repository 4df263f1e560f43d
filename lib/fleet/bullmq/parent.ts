// The parent's side of the queue. A run is to be done exactly as long as BullMQ has a job with its id; its result is a key of
// its own. Messages only hint at news: every two seconds the parent looks at all that it waits for, and puts back what neither
// exists nor has a result. So nothing depends on a message, on the memory of Redis, or on who else runs the same job.

import { Queue } from 'bullmq';
import type { Executor, ExecutorRun } from '../executor.ts';
import type { KeyedJob } from '../job.ts';
import type { JobOutcome } from '../outcome.ts';
import { every, within } from './clock.ts';
import type { RedisSettings } from './connection.ts';
import { type Call, type Entry, tellEpochs, tellRest } from './entries.ts';
import { asBuffer, type Command, Link } from './link.ts';
import { GRACE, idOf, KEPT, LARGEST, Names } from './names.ts';
import { orderOf } from './orders.ts';
import { closed, errorOf } from './refusals.ts';
import { decodeResult, type Result } from './result.ts';
import { Signals } from './signals.ts';

const WHERE = 'bullmq.run';
/** Milliseconds between two looks at everything. */
const LOOK = 2000;
/** Milliseconds that a worker has to end a run that nobody wants any more. */
const PATIENCE = 5000;

interface Open {
  readonly link: Link;
  readonly queue: Queue;
}

/** An executor whose jobs other processes run. */
export class Parent implements Executor {
  readonly capacity: number;
  readonly #settings: RedisSettings;
  readonly #queue: string;
  readonly #attempts: number;
  readonly #names: Names;
  readonly #entries = new Map<string, Entry>();
  readonly #signals = new Signals();
  #opening: Promise<Open> | undefined;
  #isClosed = false;
  #stop: () => void = () => {};

  constructor(settings: RedisSettings, queue: string, capacity: number, attempts: number) {
    this.capacity = capacity;
    this.#settings = settings;
    this.#queue = queue;
    this.#attempts = attempts;
    this.#names = new Names(queue, settings.db);
  }

  async run(job: KeyedJob, run: ExecutorRun): Promise<JobOutcome> {
    const { signal, checkpoint } = run;
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed();
    const open = await this.#open();
    signal?.throwIfAborted();
    let unwatch: (() => void) | undefined;
    try {
      return await new Promise<JobOutcome>((resolve, reject) => {
        const entry = this.#entryOf(job, run);
        const call: Call = { run, nextEpoch: checkpoint === undefined ? 0 : -1, resolve, reject };
        unwatch = signal && this.#signals.watch(signal, () => void this.#abort(open, entry, call));
        entry.calls.add(call);
        void this.#begin(open, entry, run);
      });
    } finally {
      unwatch?.();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const [opened] = await Promise.allSettled([this.#opening]);
    for (const entry of this.#entries.values()) this.#settle(entry, (call) => call.reject(closed()));
    if (opened.status === 'rejected' || opened.value === undefined) return;
    this.#stop();
    await opened.value.queue.close();
    opened.value.link.close();
  }

  /** Connects; after a failure, the next call tries again. */
  #open(): Promise<Open> {
    this.#opening ??= this.#connect();
    return this.#opening;
  }

  async #connect(): Promise<Open> {
    let link: Link | undefined;
    try {
      link = await Link.open(WHERE, this.#settings);
      const queue = new Queue(this.#queue, { connection: link.client, skipVersionCheck: true });
      queue.on('error', () => {}); // the connection is opened again
      const open = { link, queue };
      const hear = (message: string): void => this.#hear(open, message);
      await link.listen(this.#names.news, hear, () => this.#lookAtAll());
      this.#stop = every(LOOK, () => this.#lookAtAll());
      return open;
    } catch (error) {
      link?.close();
      this.#opening = undefined;
      throw error;
    }
  }

  #entryOf(keyed: KeyedJob, run: ExecutorRun): Entry {
    const id = idOf(keyed.key, run.until);
    const known = this.#entries.get(id);
    if (known !== undefined && known.ended === undefined) return known;
    const order = orderOf(keyed, run, this.#attempts);
    const entry = { id, keyed, order, calls: new Set<Call>(), read: 0, asking: false, again: false, ended: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Hands over the checkpoint to go on from, unless Redis has one, and looks whether the run has to be done at all. */
  async #begin({ link }: Open, entry: Entry, { checkpoint }: ExecutorRun): Promise<void> {
    try {
      if (checkpoint !== undefined) {
        const key = this.#names.checkpoint(entry.id);
        await link.replies([['set', key, asBuffer(checkpoint), 'PX', KEPT, 'NX']]);
      }
    } catch (error) {
      this.#settle(entry, (call) => call.reject(error));
    }
    await this.#look(entry);
  }

  #hear(open: Open, message: string): void {
    const [kind, id = ''] = message.split(' ', 2);
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (kind === 'ended') entry.ended?.();
    else if (kind === 'checkpoint') void Promise.allSettled([this.#fetchCheckpoint(open, entry)]);
    else void this.#look(entry);
  }

  #lookAtAll(): void {
    for (const entry of this.#entries.values()) void this.#look(entry);
  }

  /** Asks Redis about a run; while it is asked, further questions become one. */
  async #look(entry: Entry): Promise<void> {
    entry.again = true;
    if (entry.asking) return;
    entry.asking = true;
    try {
      const open = await this.#open();
      while (entry.again && this.#entries.get(entry.id) === entry) {
        entry.again = false;
        await this.#ask(open, entry);
      }
    } catch (error) {
      this.#settle(entry, (call) => call.reject(this.#isClosed ? closed() : error));
    } finally {
      entry.asking = false;
    }
  }

  async #ask(open: Open, entry: Entry): Promise<void> {
    const { id, order } = entry;
    const names = this.#names;
    const commands: Command[] = [
      ['getrangeBuffer', names.result(id), 0, LARGEST],
      ['exists', names.job(id)],
    ];
    if (order.epochs === true) commands.push(['lrange', names.epochs(id), entry.read, -1]);
    const [bytes, exists, epochs] = await open.link.replies(commands);
    if (Array.isArray(epochs)) {
      entry.read += epochs.length;
      tellEpochs(entry, epochs);
    }
    if (entry.ended !== undefined) {
      if (exists === 0) entry.ended();
    } else if ((bytes as Uint8Array).length > 0) await this.#take(open, entry, bytes as Uint8Array);
    else if (exists === 0) await this.#add(open, entry);
  }

  async #add({ link, queue }: Open, { id, order }: Entry): Promise<void> {
    const options = { jobId: id, removeOnComplete: true, removeOnFail: true };
    await link.asked(() =>
      Promise.all([link.replies([['del', this.#names.cancel(id)]]), queue.add('job', order, options)]),
    );
  }

  /** Takes a result. One that is damaged is thrown away, and the job may be run again. */
  async #take({ link }: Open, entry: Entry, bytes: Uint8Array): Promise<void> {
    const { id, keyed } = entry;
    const names = this.#names;
    let result: Result;
    try {
      result = decodeResult(WHERE, bytes, keyed);
    } catch (error) {
      result = { error: { kind: 'FormatError', message: (error as Error).message, isLost: true } };
    }
    const { outcome, error } = result;
    const taken: Command = outcome === undefined ? ['del', names.result(id)] : ['pexpire', names.result(id), GRACE];
    await link.replies([['del', names.epochs(id), names.cancel(id)], taken]);
    this.#settle(entry, (call) => {
      if (outcome === undefined) return call.reject(errorOf(error));
      tellRest(call, entry, outcome);
      call.resolve(outcome);
    });
  }

  #settle(entry: Entry, settle: (call: Call) => void): void {
    if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
    for (const call of entry.calls) settle(call);
    entry.calls.clear();
  }

  /** Ends a call; if it was the last one, the run is cancelled, and its last checkpoint is handed over. */
  async #abort(open: Open, entry: Entry, call: Call): Promise<void> {
    if (entry.calls.size === 1 && entry.calls.has(call) && entry.ended === undefined) {
      // Where Redis is gone, the run may go on, and its result is found next time.
      await Promise.allSettled([within(PATIENCE, this.#cancel(open, entry))]);
      await Promise.allSettled([within(PATIENCE, this.#fetchCheckpoint(open, entry))]);
    }
    entry.calls.delete(call);
    if (entry.calls.size === 0 && this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
    call.reject(call.run.signal?.reason);
  }

  /** Takes a run out of the queue, or tells its worker to end it. */
  async #cancel({ link, queue }: Open, entry: Entry): Promise<void> {
    const { id } = entry;
    const ended = new Promise<void>((resolve) => {
      entry.ended = resolve;
    });
    const names = this.#names;
    await link.replies([
      ['set', names.cancel(id), '1', 'PX', KEPT],
      ['publish', names.cancelled, id],
    ]);
    const removed = await link.asked(() => queue.remove(id));
    if (removed === 0) await ended;
  }

  async #fetchCheckpoint({ link }: Open, { id, calls }: Entry): Promise<void> {
    const wanting = [...calls].filter((call) => call.run.onCheckpoint !== undefined);
    if (wanting.length === 0) return;
    const [bytes] = await link.replies([['getrangeBuffer', this.#names.checkpoint(id), 0, LARGEST]]);
    if ((bytes as Uint8Array).length === 0) return;
    for (const { run } of wanting) run.onCheckpoint?.(new Uint8Array(bytes as Uint8Array));
  }
}
