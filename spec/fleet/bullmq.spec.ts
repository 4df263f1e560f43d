// Jobs on many machines, through a Redis server of the specs' own.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bullmq, fleetWorker } from '../../lib/fleet/bullmq/index.ts';
import { type Job, type JobEpoch, JobError, LostJobError, readJob, trainFleet } from '../../lib/fleet/index.ts';
import { built } from '../support/consumer.ts';
import { WorkerProcess } from '../support/fleet-processes.ts';
import { computed, FleetQueue, gate, PASSWORD, sleep } from '../support/fleet-queue.ts';
import { inProcess, smallJob } from '../support/in-process.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const present = hasRedis() && built;
const why = present ? '' : ', skipped: redis-server or dist/ is absent';

(present ? describe : describe.skip)(`bullmq${why}`, () => {
  let redis: TestRedis;
  let fleet: FleetQueue;
  beforeAll(async () => {
    redis = await startRedis({ password: PASSWORD });
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    fleet = new FleetQueue(redis);
  });
  afterEach(() => fleet.end());

  const jobs = [1, 2, 3, 4, 5, 6, 7].map((seed) => smallJob(seed));
  /** A job that takes seconds. */
  const long = smallJob(1, 2000);

  it('computes the bits of this thread, in any order, with any number of workers', async () => {
    const parent = fleet.parent();
    fleet.worker();
    const runs = [...jobs].reverse().map((job) => parent.run(readJob(job), {}));
    const expected = await Promise.all(jobs.map(computed));
    expect((await Promise.all(runs)).reverse()).toEqual(expected);
    fleet.worker();
    fleet.worker();
    const again = jobs.map((job) => parent.run(readJob({ ...job, training: { ...job.training, epochs: 4 } }), {}));
    const longer = jobs.map((job) => computed({ ...job, training: { ...job.training, epochs: 4 } }));
    expect(await Promise.all(again)).toEqual(await Promise.all(longer));
  });

  it('runs fleets, whose capacity is the window', async () => {
    const executor = fleet.parent({ window: 3 });
    fleet.worker();
    expect(executor.capacity).toBe(3);
    const names: (string | undefined)[] = [];
    for await (const { name, status } of trainFleet(jobs, { executor })) if (status === 'done') names.push(name);
    expect(names.sort()).toEqual(jobs.map(({ name }) => name));
  });

  it('tells epochs in order, ends at "until", and goes on from the checkpoint', async () => {
    const parent = fleet.parent();
    fleet.worker();
    const epochs: JobEpoch[] = [];
    const onEpoch = (epoch: JobEpoch): unknown => epochs.push(epoch);
    const whole = await parent.run(readJob(smallJob(1, 6)), { onEpoch });
    const told = whole.losses.map((loss, epoch) => {
      return { epoch, epochs: 6, loss, validationLoss: whole.validationLosses[epoch] };
    });
    expect(epochs).toEqual(told);
    const { checkpoint, losses } = await parent.run(readJob(smallJob(1, 6)), { until: 4 });
    expect(losses).toEqual(whole.losses.slice(0, 4));
    const other = new FleetQueue(redis);
    other.worker();
    expect(await other.parent().run(readJob(smallJob(1, 6)), { checkpoint })).toEqual(whole);
    await other.end();
  });

  it('finds the results of a parent that is gone', async () => {
    const seeds = [11, 12, 13];
    const { passed, open } = gate();
    const { events, stop } = fleet.worker(inProcess(3, ({ job }) => seeds.includes(job.seed!) && passed));
    await fleet.saw(events, 'ready');
    const keyed = seeds.map((seed) => readJob(smallJob(seed)));
    const first = fleet.parent();
    const settled = Promise.allSettled(keyed.map((each) => first.run(each, {})));
    await fleet.saw(events, 'started', 3);
    await first.close();
    for (const each of await settled) expect(each).toMatchObject({ reason: { name: 'StateError' } });
    await expect(first.run(keyed[0]!, {})).rejects.toThrow('be made before close');
    open();
    await fleet.saw(events, 'done', 3);
    await stop();
    const next = fleet.parent();
    const found = await Promise.all(keyed.map((each) => next.run(each, {})));
    expect(found).toEqual(await Promise.all(seeds.map((seed) => computed(smallJob(seed)))));
  });

  it('the same job of two parents, and twice of one, is run once', async () => {
    const keyed = readJob(smallJob(1));
    const runs = [fleet.parent(), fleet.parent()].flatMap((parent) => [parent.run(keyed, {}), parent.run(keyed, {})]);
    await sleep(100);
    const { events } = fleet.worker();
    const expected = await computed(smallJob(1));
    expect(await Promise.all(runs)).toEqual([expected, expected, expected, expected]);
    expect(events.filter(({ type }) => type === 'started').length).toBe(1);
  });

  it('passes on the error of a job, with its class, and a lost one as lost', async () => {
    const parent = fleet.parent();
    fleet.worker(
      inProcess(2, ({ job }) => {
        if (job.seed === 2) throw new LostJobError({ where: 'x', expected: 'y', received: 'z\u001b[31m' });
      }),
    );
    const bad = { ...smallJob(1), data: { loader: 'rows', x: [[[1]]], y: [[1]] } };
    const failed = parent.run(readJob(bad), {});
    await expect(failed).rejects.toBeInstanceOf(JobError);
    await expect(failed).rejects.toMatchObject({ kind: 'ShapeError' });
    await expect(parent.run(readJob(bad), {})).rejects.toMatchObject({ kind: 'ShapeError' });
    const lost = parent.run(readJob(smallJob(2)), {});
    await expect(lost).rejects.toBeInstanceOf(LostJobError);
    await expect(lost).rejects.toThrow('received z [31m');
  });

  it('gives a job its time', async () => {
    const parent = fleet.parent();
    const worker = new WorkerProcess(fleet);
    const late = parent.run(readJob(long), { timeout: 200 });
    await expect(late).rejects.toMatchObject({ kind: 'TimeoutError', message: 'job: took more than 200 ms' });
    await worker.end();
  });

  it('aborted, it takes back a job that waits, and ends one that runs after a checkpoint', async () => {
    const parent = fleet.parent();
    const abort = new AbortController();
    const reason = { my: 'reason' };
    const waiting = parent.run(readJob(smallJob(5)), { signal: abort.signal });
    await sleep(100);
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const { events } = fleet.worker();
    const running = new AbortController();
    const checkpoints: Uint8Array[] = [];
    const aborted = parent.run(readJob(long), {
      signal: running.signal,
      onEpoch: ({ epoch }: JobEpoch) => epoch === 20 && running.abort(reason),
      onCheckpoint: (bytes: Uint8Array) => checkpoints.push(bytes),
    });
    await expect(aborted).rejects.toBe(reason);
    await fleet.saw(events, 'cancelled');
    expect(events.map(({ type, name }) => [type, name])).toEqual([
      ['ready', undefined],
      ['started', 'job 1'],
      ['cancelled', 'job 1'],
    ]);
    const { losses } = await inProcess().run(readJob(long), { checkpoint: checkpoints.at(-1) });
    expect(losses).toEqual((await computed(long)).losses);
    await expect(parent.run(readJob(long), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('a worker that is told to end gives its job back, and another goes on from its checkpoint', async () => {
    const parent = fleet.parent();
    const [first, epochs] = [new WorkerProcess(fleet), [] as number[]];
    const run = parent.run(readJob(long), { onEpoch: ({ epoch }: JobEpoch) => epochs.push(epoch) });
    while (epochs.length < 50) await sleep(5);
    await first.end('SIGTERM');
    expect(first.events.map(({ type }) => type)).toEqual(['ready', 'started', 'returned', 'ended']);
    const begun = epochs.length;
    const starts: boolean[] = [];
    fleet.worker(inProcess(1, (_, { checkpoint }) => starts.push(checkpoint !== undefined)));
    expect(await run).toEqual(await computed(long));
    expect(starts).toEqual([false, true]); // the first is the self-test
    expect([begun < 2000, epochs]).toEqual([true, Array.from({ length: 2000 }, (_, k) => k)]);
  });

  it('sets aside a job that kills its workers, and does the rest', async () => {
    const executor = fleet.parent({ attempts: 2 });
    const poison: Job = { ...smallJob(9), data: { loader: 'kills' }, name: 'poison' };
    const workers: WorkerProcess[] = [];
    let isOver = false;
    const tended = (async () => {
      while (!isOver) {
        const worker = new WorkerProcess({ ...fleet, lock: 500 });
        workers.push(worker);
        await worker.exited;
      }
    })();
    const results = new Map<string | undefined, string>();
    for await (const { name, error } of trainFleet([poison, ...jobs.slice(0, 3)], { executor, attempts: 1 })) {
      results.set(name, error?.message ?? 'done');
    }
    isOver = true;
    await workers.at(-1)!.end();
    await tended;
    expect([...results].sort()).toEqual([
      ['job 1', 'done'],
      ['job 2', 'done'],
      ['job 3', 'done'],
      ['poison', 'job: 2 workers were lost while they ran it'],
    ]);
    expect(workers.length).toBe(3);
  });

  it('goes on after Redis was away, and after it has forgotten everything', async () => {
    const parent = fleet.parent();
    const { passed, open } = gate();
    const { events } = fleet.worker(inProcess(2, ({ job }) => job.seed === 3 && passed));
    await fleet.saw(events, 'ready');
    const runs = [3, 4].map((seed) => parent.run(readJob(smallJob(seed)), {}));
    await fleet.saw(events, 'started', 2);
    await redis.restart({ pause: 200 });
    open();
    expect(await Promise.all(runs)).toEqual(await Promise.all([3, 4].map((seed) => computed(smallJob(seed)))));
    expect(events.map(({ type }) => type)).toContain('connected');
    const third = parent.run(readJob(smallJob(6)), {});
    await redis.forget();
    expect(await third).toEqual(await computed(smallJob(6)));
  });

  it('a worker ends when it is idle, runs once, and refuses to work with other bits', async () => {
    const { connection, queue } = fleet;
    const options = { connection, queue, executor: inProcess() };
    const worker = fleetWorker({ ...options, idle: 100 });
    expect(await worker.run()).toEqual({ done: 0, failed: 0, returned: 0 });
    await expect(worker.run()).rejects.toThrow(
      'fleetWorker.run: the call must be the only one; received a second call',
    );
    const other = { ...inProcess(), run: async () => ({ ...(await computed(smallJob(1))) }) };
    const refused = fleetWorker({ ...options, executor: other }).run();
    await expect(refused).rejects.toMatchObject({ name: 'StateError' });
    await expect(refused).rejects.toThrow('be where the self-test gives the bits 46087527');
  });

  it('says why Redis cannot be used, without the password', async () => {
    const run = (connection: string | object): Promise<unknown> =>
      bullmq({ connection })
        .run(readJob(smallJob(1)), {})
        .catch((error: unknown) => error);
    const address = `127.0.0.1:${redis.port}`;
    const wrong = await run(`redis://:geheim@${address}`);
    expect(wrong).toMatchObject({
      name: 'StateError',
      message: `bullmq.run: the call must reach Redis; received WRONGPASS from ${address}. Check the user and the password`,
    });
    expect(Object.values(wrong as object).join()).not.toContain('geheim');
    expect((wrong as Error).stack).not.toContain('geheim');
    expect(await run({ port: redis.port })).toMatchObject({ message: expect.stringContaining('NOAUTH from') });
    const worker = fleetWorker({ connection: `redis://:geheim@${address}`, executor: inProcess() });
    await expect(worker.run()).rejects.toThrow('fleetWorker.run: the call must reach Redis; received WRONGPASS');
    expect(await run('redis://127.0.0.1:1')).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED from 127.0.0.1:1. Start Redis'),
    });
  });
});
