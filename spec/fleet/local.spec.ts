// Real threads, which run dist/ (npm run build).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type Executor,
  type Job,
  type JobEpoch,
  JobError,
  LostJobError,
  local,
  readJob,
} from '../../lib/fleet/index.ts';
import { built, skipped } from '../support/consumer.ts';
import { inProcess, smallJob } from '../support/in-process.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleet-local-'));
const module = path.join(folder, 'loaders.mjs');
writeFileSync(
  module,
  `export const sines = ({ n }) => ({
    x: Array.from({ length: n }, (_, i) => Array.from({ length: 5 }, (_, t) => [Math.fround(Math.sin(i + t))])),
    y: Array.from({ length: n }, (_, i) => [Math.fround(Math.sin(i + 5))]),
  });
  export const ends = () => process.exit(3);
  export const hangs = () => { for (;;); };
  export const waits = () => new Promise(() => {});
  export const throws = () => { throw new TypeError('no such table'); };
  export const notLoader = 5;`,
);
const loaders = pathToFileURL(module);
const with_ = (loader: string, more: object = {}): Job => ({ ...smallJob(1), data: { loader, ...more } });
const single = {
  model: {
    inputSize: 1,
    layers: [
      { kind: 'GRU', units: 3 },
      { kind: 'Dense', units: 1 },
    ],
  },
};

(built ? describe : describe.skip)(`local${skipped}`, () => {
  const executor = local({ workers: 2, loaders });
  afterAll(() => executor.close());
  const run = (job: Job, options = {}, on: Executor = executor) => on.run(readJob(job), options);

  it('computes the bits of this thread, on all of its threads', async () => {
    const jobs = [1, 2, 3, 4, 5].map((seed) => smallJob(seed));
    const own = inProcess();
    const expected = await Promise.all(jobs.map((job) => run(job, {}, own)));
    expect(await Promise.all(jobs.map((job) => run(job)))).toEqual(expected);
  });

  it('reports epochs, and goes on from a checkpoint', async () => {
    const epochs: JobEpoch[] = [];
    const whole = await run(smallJob(1, 6), { onEpoch: (epoch: JobEpoch) => epochs.push(epoch) });
    expect(epochs.map(({ loss }) => loss)).toEqual(whole.losses);
    const { checkpoint } = await run(smallJob(1, 6), { until: 4 });
    expect(await run(smallJob(1, 6), { checkpoint })).toEqual(whole);
  });

  it('has the loaders of the module', async () => {
    const job = { ...with_('sines', { n: 12 }), ...single };
    const { losses } = await run(job);
    expect(losses.length).toBe(3);
    await expect(run(with_('notLoader'))).rejects.toThrow("be one of the executor's: rows, series, ends, hangs");
    await expect(run(with_('csv'))).rejects.toThrow('"job.data.loader"');
  });

  it('passes on the error of a job, with its class', async () => {
    const failed = run(with_('throws'));
    await expect(failed).rejects.toBeInstanceOf(JobError);
    await expect(failed).rejects.toMatchObject({ kind: 'TypeError', message: 'no such table' });
    await expect(run(with_('sines', { n: 12 }))).rejects.toMatchObject({ kind: 'ShapeError' });
  });

  it('a job whose thread ends is lost, and the next one has a new thread', async () => {
    const one = local({ workers: 1, loaders });
    const lost = run(with_('ends'), {}, one);
    await expect(lost).rejects.toBeInstanceOf(LostJobError);
    await expect(lost).rejects.toThrow('its thread with code 3');
    expect(await run(smallJob(1), {}, one)).toEqual(await run(smallJob(1)));
    await one.close();
  });

  it('a job that takes too long fails, also where it does not yield', async () => {
    const one = local({ workers: 1, loaders });
    for (const job of [with_('hangs'), with_('waits'), smallJob(1, 10_000)]) {
      const late = run(job, { timeout: 300 }, one);
      await expect(late).rejects.toMatchObject({
        name: 'JobError',
        kind: 'TimeoutError',
        message: 'job: took more than 300 ms',
      });
    }
    expect((await run(smallJob(1), { timeout: 60_000 }, one)).losses.length).toBe(3);
    await one.close();
  });

  it('aborted rejects with the reason, after a checkpoint from which the job goes on', async () => {
    const job = smallJob(1, 400);
    const controller = new AbortController();
    const reason = { my: 'reason' };
    const checkpoints: Uint8Array[] = [];
    const aborted = run(job, {
      signal: controller.signal,
      onEpoch: ({ epoch }: JobEpoch) => epoch === 2 && controller.abort(reason),
      onCheckpoint: (bytes: Uint8Array) => checkpoints.push(bytes),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(checkpoints.length).toBe(1);
    expect(await run(job, { checkpoint: checkpoints[0] })).toEqual(await run(job));
  });

  it('rejects with what a function of the caller throws', async () => {
    for (const name of ['onEpoch', 'onCheckpoint']) {
      const throwing = (): never => {
        throw new Error(name);
      };
      await expect(run(smallJob(1), { [name]: throwing, checkpointEvery: 0 })).rejects.toThrow(name);
    }
    expect((await run(smallJob(1))).losses.length).toBe(3);
  });

  it('does not keep the process alive after an abort', () => {
    const entry = new URL('../../dist/fleet/index.js', import.meta.url).href;
    const program = `
      import { local, readJob } from '${entry}';
      const executor = local({ workers: 1 });
      const controller = new AbortController();
      const onEpoch = () => controller.abort();
      await executor.run(readJob(${JSON.stringify(smallJob(1, 5000))}), { signal: controller.signal, onEpoch }).catch(() => {});
      await executor.close();
      const start = performance.now();
      process.on('exit', () => console.log(performance.now() - start));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(Number(stdout.trim() || 'none')).toBeLessThan(1000);
  });

  it('closed, it takes no job, and those that wait are lost', async () => {
    const one = local({ workers: 1, loaders });
    const runs = [run(with_('waits'), {}, one), run(smallJob(1), {}, one)];
    const settled = Promise.allSettled(runs);
    await one.close();
    for (const each of await settled)
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'LostJobError' } });
    await expect(run(smallJob(1), {}, one)).rejects.toBeInstanceOf(LostJobError);
  });

  it('says which module of loaders is wrong', async () => {
    const empty = path.join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const x = 1;');
    const taken = path.join(folder, 'taken.mjs');
    writeFileSync(taken, 'export const rows = () => {};');
    for (const [file, message] of [
      [empty, 'be a module that exports functions'],
      [taken, 'have functions with other names than the loaders of the library'],
      [path.join(folder, 'none.mjs'), 'Cannot find module'],
    ] as const) {
      const one = local({ workers: 1, loaders: pathToFileURL(file) });
      await expect(run(smallJob(1), {}, one)).rejects.toThrow(message);
      await one.close();
    }
  });
});
