// npm run bench:fleet: what a fleet costs beside its trainings: two workers over one, the time that the engine takes for each job,
// and the memory of the parent. Redis and two worker processes run on this machine too.
//   npm run bench:fleet -- speed [--jobs 2000] [--only local]   two workers over one, with jobs of about 200 ms, in rounds that alternate
//   npm run bench:fleet -- cost [--jobs 2000]    milliseconds a job, with jobs that train next to nothing
//   npm run bench:fleet -- memory [--jobs 100000] heap of the parent after 1,000 jobs and at the end, through Redis
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bullmq } from '../dist/fleet/bullmq/index.js';
import { local, readJob, trainFleet } from '../dist/fleet/index.js';
import { loadersOf } from '../dist/fleet/loaders/loaders.js';
import { runJob } from '../dist/fleet/run-job.js';
import { startRedis } from '../scripts/redis.mjs';

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string' }, rounds: { type: 'string', default: '10' }, only: { type: 'string' } },
  allowPositionals: true,
});
const [what = 'cost'] = positionals;
const script = new URL('../scripts/fleet/worker.mjs', import.meta.url).pathname;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
let seed = 0;

/** A job of `epochs` epochs; each has another key. */
const jobOf = (epochs, units) => ({
  model: {
    inputSize: 1,
    layers: [
      { kind: 'GRU', units },
      { kind: 'Dense', units: 1 },
    ],
  },
  training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs, batchSize: 16 },
  data: {
    loader: 'series',
    values: Array.from({ length: units > 1 ? 120 : 6 }, (_, t) => (t * t) % 13),
    input: 4,
    horizon: 1,
  },
  seed: ++seed,
});

/** Milliseconds a job, for `count` jobs. */
async function timeOf(executor, count, make) {
  const jobs = (function* () {
    for (let k = 0; k < count; k++) yield make();
  })();
  const began = performance.now();
  for await (const { error } of trainFleet(jobs, { executor })) if (error) throw error;
  return (performance.now() - began) / count;
}

/** A queue with worker processes of one thread each, which have trained something. */
async function queueWith(redis, queue, workers) {
  const connection = { port: redis.port };
  const children = Array.from({ length: workers }, () => {
    const options = JSON.stringify({ connection, queue, threads: 1 });
    return spawn(process.execPath, [script, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  });
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data'))); // ready
  for (const { stdout } of children) stdout.resume();
  const executor = bullmq({ connection, queue, window: 16 });
  const stop = async () => {
    await executor.close();
    const ended = Promise.all(children.map((child) => once(child, 'exit')));
    for (const child of children) child.kill();
    await ended;
  };
  return { executor, stop };
}

/** Milliseconds of a job in this thread, without any engine. */
async function alone(count, make) {
  const loaders = await loadersOf('bench', { module: undefined, folder: undefined });
  const jobs = Array.from({ length: count }, () => readJob(make()));
  const began = performance.now();
  for (const job of jobs) await runJob(job, loaders, {});
  return (performance.now() - began) / count;
}

/** Two workers over one; rounds alternate, and each does half of its jobs with one worker. */
async function speed(redis) {
  const [jobs, rounds] = [Number(values.jobs ?? 2000), Number(values.rounds)];
  const make = () => jobOf(Number(process.env.EPOCHS ?? 250), 24);
  console.log(`a job alone: ${(await alone(5, make)).toFixed(0)} ms`);
  const kinds = {
    local: async (workers) => {
      const executor = local({ workers });
      return { executor, stop: () => executor.close() };
    },
    bullmq: (workers) => queueWith(redis, `speed-${workers}`, workers),
  };
  for (const [kind, start] of Object.entries(kinds)) {
    if (values.only !== undefined && values.only !== kind) continue;
    const [one, two] = [await start(1), await start(2)];
    for (const { executor } of [one, two]) await timeOf(executor, 4, make); // threads start
    const ratios = [];
    for (let k = 0; k < rounds; k++) {
      const count = Math.round(jobs / rounds / 2);
      const single = await timeOf(one.executor, count, make);
      ratios.push(single / (await timeOf(two.executor, count, make)));
    }
    await one.stop();
    await two.stop();
    console.log(
      `${kind}: two workers over one ${median(ratios).toFixed(2)} (${ratios.map((r) => r.toFixed(2)).join(' ')})`,
    );
  }
}

/** What the engine takes for each job: the time of a job through it, less that of the job alone. */
async function cost(redis) {
  const count = Math.round(Number(values.jobs ?? 2000) / 5);
  const make = () => jobOf(1, 1);
  const here = local({ workers: 1 });
  const there = await queueWith(redis, 'cost', 1);
  const times = { alone: [], local: [], bullmq: [] };
  for (const executor of [here, there.executor]) await timeOf(executor, count, make);
  for (let round = 0; round < 5; round++) {
    times.alone.push(await alone(count, make));
    times.local.push(await timeOf(here, count, make));
    times.bullmq.push(await timeOf(there.executor, count, make));
  }
  await here.close();
  await there.stop();
  const over = (name) => median(times[name].map((time, k) => time - times.alone[k])).toFixed(2);
  console.log(
    `a job alone ${median(times.alone).toFixed(2)} ms; on top local ${over('local')} ms, bullmq ${over('bullmq')} ms`,
  );
}

/** Heap of the parent while jobs go through Redis. */
async function memory(redis) {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const { executor, stop } = await queueWith(redis, 'memory', 2);
  const most = Number(values.jobs ?? 100_000);
  const heap = () => {
    gc();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    return `heap ${((heapUsed + arrayBuffers) / 1e6).toFixed(1)} MB, resident ${(rss / 1e6).toFixed(0)} MB`;
  };
  let done = 0;
  const began = performance.now();
  const jobs = (function* () {
    for (let k = 0; k < most; k++) yield jobOf(1, 1);
  })();
  for await (const { error } of trainFleet(jobs, { executor })) {
    if (error) throw error;
    done++;
    if (done === 1000 || done === 10_000 || done === most) {
      console.log(`${done} jobs: ${heap()}, ${((performance.now() - began) / done).toFixed(2)} ms a job`);
    }
  }
  await stop();
}

const redis = await startRedis();
try {
  await { speed, cost, memory }[what](redis);
} finally {
  await redis.stop();
}
