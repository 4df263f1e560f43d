import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Executor,
  type FleetProgress,
  type FleetResult,
  type FleetStore,
  type FleetSummary,
  folderStore,
  type Job,
  JobError,
  type JobOutcome,
  LostJobError,
  readJob,
  type TrainFleetOptions,
  trainFleet,
} from '../../lib/fleet/index.ts';
import { inProcess, smallJob } from '../support/in-process.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'fleet-'));
const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const lost = (): LostJobError => new LostJobError({ where: 'spec', expected: 'stay', received: 'its end' });

/** All results, and the summary. */
async function all(
  jobs: Iterable<Job> | AsyncIterable<Job>,
  options: TrainFleetOptions,
): Promise<{ results: FleetResult[]; summary: FleetSummary }> {
  const results: FleetResult[] = [];
  const iterator = trainFleet(jobs, options);
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return { results, summary: value };
    results.push(value);
  }
}

/** An outcome that costs nothing. */
const outcome = (loss: number): JobOutcome => ({
  ...{ loss, losses: [loss], validationLosses: [], steps: 1, model: Uint8Array.of(1), checkpoint: undefined },
});

/** An executor that takes a time for each job, and counts. */
class Timed implements Executor {
  readonly capacity: number;
  readonly ran: string[] = [];
  running = 0;
  most = 0;
  readonly #time: (job: Job) => number;

  constructor(capacity: number, time: (job: Job) => number = () => 0) {
    this.capacity = capacity;
    this.#time = time;
  }

  async run({ key, job }: { key: string; job: Job }): Promise<JobOutcome> {
    this.ran.push(key);
    this.most = Math.max(this.most, ++this.running);
    await tick(this.#time(job));
    this.running--;
    return outcome(job.seed!);
  }

  async close(): Promise<void> {}
}

const lossesOf = (results: readonly FleetResult[]): Record<string, number> =>
  Object.fromEntries(results.map(({ name, outcome }) => [name!, outcome!.loss]).sort());

describe('trainFleet', () => {
  it('gives the same results with any capacity, in the order in which jobs end', async () => {
    const jobs = [1, 2, 3, 4].map((seed) => smallJob(seed));
    const one = await all(jobs, { executor: inProcess(1) });
    const three = await all(jobs, { executor: inProcess(3, ({ job }) => tick(job.seed === 1 ? 1000 : 0)) });
    expect(three.results.at(-1)!.name).toBe('job 1');
    const models = ({ results }: typeof one) => new Map(results.map(({ key, outcome }) => [key, outcome!.model]));
    expect(new Map([...models(three)].sort())).toEqual(new Map([...models(one)].sort()));
    expect(one.summary).toMatchObject({ done: 4, stored: 0, failed: 0, repeated: 0 });
  });

  it('draws jobs only as they are needed, and never has more than capacity + 1', async () => {
    let drawn = 0;
    let yielded = 0;
    let ahead = 0;
    function* jobs(): Generator<Job> {
      for (let seed = 0; seed < 300; seed++) {
        ahead = Math.max(ahead, ++drawn - yielded);
        yield smallJob(seed);
      }
    }
    const executor = new Timed(4);
    for await (const { status } of trainFleet(jobs(), { executor })) {
      expect(status).toBe('done');
      yielded++;
    }
    expect(yielded).toBe(300);
    expect(ahead).toBeLessThanOrEqual(6);
    expect(executor.most).toBeLessThanOrEqual(5);
  });

  it('sets aside what fails and what is no job, and goes on', async () => {
    const bad = { ...smallJob(2), model: { inputSize: 1, layers: [{ kind: 'Evil' }] } };
    const jobs = [smallJob(1), bad, 5, { ...smallJob(4), seed: -1 }, smallJob(3)] as Job[];
    const progress: FleetProgress[] = [];
    const { results, summary } = await all(jobs, {
      executor: inProcess(2, ({ job }) => {
        if (job.name === 'job 2') throw new JobError('ArgumentError', 'no such layer');
      }),
      onProgress: (each) => progress.push(each),
    });
    expect(summary).toMatchObject({ done: 2, failed: 3 });
    const failed = results.filter(({ status }) => status === 'failed');
    expect(failed.map(({ error }) => error!.message).sort()).toEqual([
      'no such layer',
      'readJob: "job" must be an object; received 5',
      'readJob: "job.seed" must be an integer of at least 0; received -1',
    ]);
    expect(failed.map(({ key }) => key === undefined).sort()).toEqual([false, true, true]);
    expect(progress.map(({ done, failed }) => done + failed)).toEqual([1, 2, 3, 4, 5]);
    expect(progress.at(-1)).toMatchObject({ total: 5, secondsLeft: 0 });
    expect(progress[0]!.secondsLeft).toBeCloseTo(4 / progress[0]!.perSecond);
  });

  it('tries a job whose worker was lost again, from its last checkpoint, to the same bits', async () => {
    const whole = await inProcess().run(readJob(smallJob(7, 6)), {});
    const begun: (Uint8Array | undefined)[] = [];
    const real = inProcess();
    const executor: Executor = {
      ...real,
      run: async (job, run) => {
        begun.push(run.checkpoint);
        if (begun.length === 3) return real.run(job, run);
        const part = await real.run(job, { ...run, until: 2 * begun.length });
        run.onCheckpoint!(part.checkpoint!);
        throw lost();
      },
    };
    const { results } = await all([smallJob(7, 6)], { executor, attempts: 3 });
    expect(results[0]).toMatchObject({ status: 'done', attempts: 3, outcome: whole });
    expect(begun.map((bytes) => bytes !== undefined)).toEqual([false, true, true]);
  });

  it('gives up after its attempts, and does not repeat a job that failed by itself', async () => {
    let runs = 0;
    const failing = (error: () => Error): Executor =>
      inProcess(1, () => {
        runs++;
        throw error();
      });
    const { results } = await all([smallJob(1)], { executor: failing(lost), attempts: 4 });
    expect(results[0]).toMatchObject({ status: 'failed', attempts: 4 });
    expect(results[0]!.error).toBeInstanceOf(LostJobError);
    expect(runs).toBe(4);
    await all([smallJob(1)], { executor: failing(() => new JobError('ShapeError', 'wrong')), attempts: 4 });
    expect(runs).toBe(5);
  });

  it('begins again where a checkpoint is of no use', async () => {
    const store = folderStore(folder());
    const { key } = readJob(smallJob(1));
    await store.saveCheckpoint!(key, Uint8Array.of(1, 2, 3));
    const executor = inProcess();
    const whole = await executor.run(readJob(smallJob(1)), {});
    const { results } = await all([smallJob(1)], { executor, store });
    expect(results[0]).toMatchObject({ status: 'done', attempts: 2, outcome: whole });
    expect(await store.checkpoint!(key)).toBeUndefined();
  });

  it('computes nothing that is in the store, and gives what is there', async () => {
    const at = folder();
    const jobs = [1, 2, 3, 4, 5].map((seed) => smallJob(seed));
    const first = await all(jobs.slice(0, 3), { executor: inProcess(2), store: folderStore(at) });
    const ran: string[] = [];
    const executor = inProcess(2, ({ job }) => void ran.push(job.name!));
    const second = await all(jobs, { executor, store: folderStore(at) });
    expect(second.summary).toMatchObject({ done: 2, stored: 3, failed: 0 });
    expect(ran.sort()).toEqual(['job 4', 'job 5']);
    const before = lossesOf(first.results);
    expect(lossesOf(second.results)).toMatchObject(before);
    const stored = second.results.find(({ name }) => name === 'job 2')!;
    expect(stored.outcome).toEqual(first.results.find(({ name }) => name === 'job 2')!.outcome);
    const keys: string[] = [];
    for await (const key of folderStore(at).keys()) keys.push(key);
    expect(keys.sort()).toEqual(jobs.map((job) => readJob(job).key).sort());
  });

  it('computes a result again whose file is damaged', async () => {
    const at = folder();
    const store = folderStore(at);
    const { results } = await all([smallJob(1)], { executor: inProcess(), store });
    const [{ key, outcome }] = results as [FleetResult];
    const file = path.join(at, key!.slice(0, 2), `${key}.safetensors`);
    writeFileSync(file, outcome!.model.slice(0, 100));
    const again = await all([smallJob(1)], { executor: inProcess(), store });
    expect(again.results[0]).toMatchObject({ status: 'done', outcome });
    expect(new Uint8Array(readFileSync(file))).toEqual(outcome!.model);
  });

  it('aborted rejects with the reason, leaves checkpoints, and goes on to the same results', async () => {
    const at = folder();
    const jobs = [1, 2, 3, 4].map((seed) => smallJob(seed, 30));
    const whole = await all(jobs, { executor: inProcess(2) });
    const controller = new AbortController();
    const reason = new Error('enough');
    let epochs = 0;
    const aborted = all(jobs, {
      executor: inProcess(2),
      store: folderStore(at),
      signal: controller.signal,
      onEpoch: () => {
        if (++epochs === 45) controller.abort(reason);
      },
    });
    await expect(aborted).rejects.toBe(reason);
    const store = folderStore(at);
    const open = await Promise.all(jobs.map((job) => store.checkpoint!(readJob(job).key)));
    expect(open.filter((bytes) => bytes !== undefined).length).toBeGreaterThan(0);
    const begun: boolean[] = [];
    const rest = await all(jobs, {
      executor: inProcess(2, (_, run) => void begun.push(run.checkpoint !== undefined)),
      store,
    });
    expect(begun).toContain(true);
    const byName = ({ results }: typeof whole) => results.map(({ name, outcome }) => [name, outcome] as const);
    expect(new Map(byName(rest).sort())).toEqual(new Map(byName(whole).sort()));
    const left = await Promise.all(jobs.map((job) => store.checkpoint!(readJob(job).key)));
    expect(left).toEqual(jobs.map(() => undefined));
  });

  it('an aborted signal begins nothing', async () => {
    const executor = new Timed(1);
    const signal = AbortSignal.abort(new Error('before'));
    await expect(all([smallJob(1)], { executor, signal })).rejects.toThrow('before');
    expect(executor.ran).toEqual([]);
  });

  it('ends the jobs that run when its loop is left, and closes the source', async () => {
    let closed = false;
    function* jobs(): Generator<Job> {
      try {
        for (let seed = 0; ; seed++) yield smallJob(seed, seed === 0 ? 1 : 5000);
      } finally {
        closed = true;
      }
    }
    const start = performance.now();
    let seen = 0;
    for await (const { name } of trainFleet(jobs(), { executor: inProcess(2) })) {
      expect(name).toBe('job 0');
      seen++;
      break;
    }
    expect(seen).toBe(1);
    expect(closed).toBe(true);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('has hundreds of jobs wait for its signal without a warning of Node', async () => {
    const warnings: unknown[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const waiting: Executor = {
      capacity: 300,
      run: async (_, { signal }) => {
        signal!.addEventListener('abort', () => {});
        await tick(20);
        return outcome(1);
      },
      close: async () => {},
    };
    const jobs = Array.from({ length: 300 }, (_, seed) => smallJob(seed));
    expect((await all(jobs, { executor: waiting })).summary.done).toBe(300);
    await tick(5);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('runs equal jobs once, and gives each a result under its own name', async () => {
    const executor = new Timed(4, () => 5);
    const jobs = [smallJob(1), smallJob(1), { ...smallJob(1), name: 'again' }, smallJob(2)];
    const { results, summary } = await all(jobs, { executor });
    expect(summary).toMatchObject({ done: 2, repeated: 2 });
    expect(executor.ran.length).toBe(2);
    expect(results.map(({ name }) => name).sort()).toEqual(['again', 'job 1', 'job 1', 'job 2']);
    expect(new Set(results.map(({ outcome }) => outcome!.loss))).toEqual(new Set([1, 2]));
  });

  it('draws no more equal jobs than it has room for', async () => {
    let drawn = 0;
    function* jobs(): Generator<Job> {
      for (; drawn < 500; drawn++) yield smallJob(1);
    }
    for await (const { name } of trainFleet(jobs(), { executor: new Timed(2, () => 20) })) {
      expect(name).toBe('job 1');
      break;
    }
    expect(drawn).toBeLessThan(10);
  });

  it('yields results while a slow source has no next job', async () => {
    let release!: () => void;
    async function* jobs(): AsyncGenerator<Job> {
      yield smallJob(1);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield smallJob(2);
    }
    const names: (string | undefined)[] = [];
    for await (const { name } of trainFleet(jobs(), { executor: new Timed(3) })) {
      names.push(name);
      if (names.length === 1) release();
    }
    expect(names).toEqual(['job 1', 'job 2']);
  });

  it('rejects with an error of the executor itself, instead of all jobs', async () => {
    const executor = inProcess(2, () => {
      throw new Error('no server');
    });
    await expect(all([smallJob(1), smallJob(2)], { executor })).rejects.toThrow('no server');
  });

  it('begins jobs while the caller is busy with results that wait', async () => {
    const executor = new Timed(2);
    const ran: number[] = [];
    for await (const _ of trainFleet(
      [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => smallJob(seed)),
      { executor },
    )) {
      await tick(10);
      ran.push(executor.ran.length);
    }
    expect(ran.slice(1, 5)).toEqual([5, 6, 7, 8]);
  });

  it('rejects with what onEpoch throws, and closes a source that it was drawing from', async () => {
    const onEpoch = (): never => {
      throw new Error('mine');
    };
    await expect(all([smallJob(1)], { executor: inProcess(), onEpoch })).rejects.toThrow('mine');
    let [closed, release] = [false, (): void => {}];
    async function* jobs(): AsyncGenerator<Job> {
      try {
        yield smallJob(1);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield smallJob(2);
      } finally {
        closed = true;
      }
    }
    for await (const _ of trainFleet(jobs(), { executor: new Timed(3) })) break;
    release();
    await tick(5);
    expect(closed).toBe(true);
  });

  it('keeps no queue of checkpoints for a slow store, and stores the last one', async () => {
    const saved: (Uint8Array | undefined)[] = [];
    const store: FleetStore = {
      get: async () => undefined,
      put: async () => {},
      saveCheckpoint: async (_, bytes) => {
        await tick(5);
        saved.push(bytes);
      },
    };
    const executor: Executor = {
      ...new Timed(1),
      run: async (_, { onCheckpoint }) => {
        for (let k = 0; k < 50; k++) onCheckpoint!(Uint8Array.of(k));
        return outcome(1);
      },
      close: async () => {},
    };
    await all([smallJob(1)], { executor, store });
    expect(saved).toEqual([Uint8Array.of(0), Uint8Array.of(49)]);
  });

  it('rejects with errors of the source and of the store', async () => {
    function* jobs(): Generator<Job> {
      yield smallJob(1);
      throw new RangeError('the table ended');
    }
    await expect(all(jobs(), { executor: new Timed(1) })).rejects.toThrow('the table ended');
    const full: FleetStore = {
      get: async () => undefined,
      put: async () => {
        throw new Error('disk full');
      },
    };
    await expect(all([smallJob(1)], { executor: new Timed(1), store: full })).rejects.toThrow('disk full');
  });

  it('loses and repeats nothing, whatever times jobs take and workers do', async () => {
    const schedule = fc.array(fc.record({ time: fc.nat(3), lost: fc.nat(2), fails: fc.boolean() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(schedule, fc.integer({ min: 1, max: 5 }), async (plan, capacity) => {
        const left = plan.map(({ lost }) => lost);
        const executor: Executor = {
          capacity,
          run: async ({ job }) => {
            const seed = job.seed!;
            await tick(plan[seed]!.time);
            if (left[seed]!-- > 0) throw lost();
            if (plan[seed]!.fails) throw new JobError('Error', 'wrong');
            return outcome(seed);
          },
          close: async () => {},
        };
        const { results, summary } = await all(
          plan.map((_, seed) => smallJob(seed)),
          { executor },
        );
        const expected = plan.map(({ fails, lost }, seed) => [`job ${seed}`, fails ? 'failed' : 'done', lost + 1]);
        const got = results.map(({ name, status, attempts }) => [name, status, attempts]);
        const byName = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
        expect(got.sort(byName)).toEqual(expected.sort(byName));
        expect(summary.done + summary.failed).toBe(plan.length);
      }),
      { numRuns: 30 },
    );
  });
});
