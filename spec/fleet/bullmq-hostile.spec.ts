// Redis may belong to anyone: jobs, results and messages that no process of this library wrote.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { encodeResult } from '../../lib/fleet/bullmq/result.ts';
import { type Job, JobError, LostJobError, readJob } from '../../lib/fleet/index.ts';
import { computed, FleetQueue, PASSWORD, sleep } from '../support/fleet-queue.ts';
import { smallJob } from '../support/in-process.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const present = hasRedis();
const why = present ? '' : ', skipped: redis-server is absent';

(present ? describe : describe.skip)(`a hostile Redis${why}`, () => {
  let redis: TestRedis;
  let fleet: FleetQueue;
  let client: Redis;
  let queue: Queue;
  beforeAll(async () => {
    redis = await startRedis({ password: PASSWORD });
    client = new Redis({ port: redis.port, password: PASSWORD, maxRetriesPerRequest: null });
    await client.ping();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });
  beforeEach(() => {
    fleet = new FleetQueue(redis);
    queue = new Queue(fleet.queue, { connection: client });
  });
  afterEach(async () => {
    await fleet.end();
    await queue.close();
  });

  const key = (id: string, what: string): string => `bptt:${fleet.queue}:${id}:${what}`;
  const idOf = (job: Job): string => `${readJob(job).key}-end`;
  const order = (more: object = {}): object => ({ job: readJob(smallJob(1)).job, attempts: 3, ...more });

  it('gives jobs that a worker refuses, and then does the next', async () => {
    const id = idOf(smallJob(1));
    const other = idOf(smallJob(2));
    const bad: [string, unknown][] = [
      ['no-id', order()],
      [other, order()],
      [id.replace('end', '3'), { job: 1, attempts: 3 }],
      [id, { ...order(), code: 'process.exit()' }],
      [id.replace('end', '4'), order({ attempts: 1e9 })],
      [id.replace('end', '5'), order({ job: { ...smallJob(1), data: { loader: 'rows', x: 'x'.repeat(2 ** 21) } } })],
      [id.replace('end', '6'), order({ timeout: -1 })],
      [id.replace('end', '7'), order({ checkpoints: 'yes' })],
    ];
    for (const [jobId, data] of bad) await queue.add('job', data, { jobId });
    await queue.add('job', order(), { jobId: id.replace('end', '8') });
    await client.hset(`bull:${fleet.queue}:${id.replace('end', '8')}`, 'data', '{"__proto__');
    const { events } = fleet.worker();
    await fleet.saw(events, 'failed', bad.length); // the first is dropped, and the last is the one that is no JSON
    const run = fleet.parent().run(readJob(smallJob(3)), {});
    expect(await run).toEqual(await computed(smallJob(3)));
    const messages = events.filter(({ type }) => type === 'failed').map(({ error }) => error);
    expect(messages).toEqual([
      expect.stringContaining('be that of its job'),
      expect.stringContaining('"job"'),
      expect.stringContaining('have only job, attempts'),
      expect.stringContaining('"order.attempts"'),
      expect.stringContaining('"order'),
      expect.stringContaining('"order.timeout"'),
      expect.stringContaining('"order.checkpoints"'),
      expect.stringContaining('"order'),
    ]);
  });

  it('gives jobs whose parts are unknown, or whose files lie elsewhere', async () => {
    fleet.worker();
    const parent = fleet.parent();
    const bad: [Job, string][] = [
      [{ ...smallJob(1), model: { inputSize: 1, layers: [{ kind: 'constructor' }] } }, 'ArgumentError'],
      [{ ...smallJob(1), training: { ...smallJob(1).training, optimizer: { kind: '__proto__' } } }, 'ArgumentError'],
      [{ ...smallJob(1), data: { loader: 'csv', file: '../../etc/passwd' } }, 'ArgumentError'],
      [{ ...smallJob(1), model: { inputSize: 1, layers: [{ kind: 'LSTM', units: 65_536 }] } }, 'ArgumentError'],
    ];
    for (const [job, kind] of bad) await expect(parent.run(readJob(job), {})).rejects.toMatchObject({ kind });
  });

  it('gives results that are refused as lost, and errors without control characters', async () => {
    const parent = fleet.parent();
    const id = idOf(smallJob(1));
    const give = async (bytes: Uint8Array | string): Promise<unknown> => {
      await client.set(key(id, 'result'), Buffer.from(bytes));
      return parent.run(readJob(smallJob(1)), {}).catch((error: unknown) => error);
    };
    const right = encodeResult({ outcome: await computed(smallJob(1)) });
    const huge = right.slice();
    huge.set([255, 255, 255, 255]);
    const texts = ['x', 'null', '[]', '{"status":"done","model":1e9}', '{"status":"done","model":-1}', '{"kind":1}'];
    const headers = texts.map((text) => Buffer.concat([Buffer.from([text.length, 0, 0, 0]), Buffer.from(text)]));
    for (const bytes of [huge, ...headers, encodeResult({ outcome: await computed(smallJob(2)) })]) {
      const error = await give(bytes);
      expect(error).toBeInstanceOf(LostJobError);
      expect(await client.exists(key(id, 'result'))).toBe(0);
    }
    const error = await give(encodeResult({ error: { kind: 'Ev\u001b[2Jil', message: 'a\u0007b\nc', isLost: false } }));
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({ kind: 'EvJil', message: 'a b c' });
    expect(await give(right)).toEqual(await computed(smallJob(1)));
  });

  it('gives a checkpoint that is none: the job begins again', async () => {
    const id = idOf(smallJob(1));
    await client.set(key(id, 'checkpoint'), 'no checkpoint');
    fleet.worker();
    expect(await fleet.parent().run(readJob(smallJob(1)), {})).toEqual(await computed(smallJob(1)));
  });

  it('gives epochs and messages that mean nothing', async () => {
    const id = idOf(smallJob(1));
    await client.rpush(key(id, 'epochs'), 'x', '{}', '[1]', '["0", 1]', `[0, ${'1'.repeat(300)}]`, 'null');
    const parent = fleet.parent();
    const epochs: number[] = [];
    const run = parent.run(readJob(smallJob(1)), { onEpoch: ({ epoch }) => epochs.push(epoch) });
    await sleep(100);
    const channel = `bptt:0:${fleet.queue}:news`;
    for (const text of [
      '',
      ' ',
      id,
      `ended ${id}`,
      `result ${'x'.repeat(10_000)}`,
      `nothing ${id}`,
      `checkpoint ${id}`,
    ]) {
      await client.publish(channel, text);
    }
    await client.publish(`bptt:0:${fleet.queue}:cancelled`, 'nobody');
    fleet.worker();
    expect(await run).toEqual(await computed(smallJob(1)));
    expect(epochs).toEqual([0, 1, 2]);
  });
});
