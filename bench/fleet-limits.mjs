// npm run bench:limits: how far a fleet goes. Measures what a job costs its parent, Redis and the store on this machine, and simulates fleets of up
// to 100 machines with 16 threads each from these figures.
//   npm run bench:limits -- --jobs 100000     simulates fleets of so many jobs; 1,000,000 by default
//   npm run bench:limits -- --json FILE       also writes the figures to a file
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { bullmq } from '../dist/fleet/bullmq/index.js';
import { folderStore, local, readJob, trainFleet } from '../dist/fleet/index.js';
import { startRedis } from '../scripts/redis.mjs';
import { simulate } from './limits/simulate.mjs';

const MEASURED = 2000;
const WORKER = fileURLToPath(new URL('../scripts/fleet/worker.mjs', import.meta.url));

/** A job whose training takes next to no time. Its model and its data are those of a small real one. */
const jobOf = (seed) => ({
  name: `job ${seed}`,
  model: {
    inputSize: 1,
    layers: [
      { kind: 'GRU', units: 16 },
      { kind: 'Dense', units: 12 },
    ],
  },
  training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 1, batchSize: 1024 },
  data: { loader: 'series', values: Array.from({ length: 120 }, (_, t) => (t * seed) % 97), input: 24, horizon: 12 },
  seed,
});

/** Numbers of a section of Redis' INFO. */
async function infoOf(client, section) {
  const text = await client.info(section);
  return Object.fromEntries(
    [...text.matchAll(/^(\w+):([\d.]+)\r?$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

async function redisSeconds(client) {
  const { used_cpu_user: user, used_cpu_sys: system } = await infoOf(client, 'cpu');
  return user + system;
}

/** Seconds of processor time that this process has used. */
const ownSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** What a job costs the parent and Redis, and the bytes that it takes: empty jobs through one worker process. */
async function measureQueue() {
  const redis = await startRedis();
  const client = new Redis(redis.port);
  const executor = bullmq({ connection: redis.url, window: 500 });
  const jobs = (from, count) => Array.from({ length: count }, (_, k) => jobOf(from + k));
  const worker = spawn(process.execPath, [WORKER, JSON.stringify({ connection: redis.url, threads: 1 })], {
    stdio: 'ignore',
  });
  try {
    const run = async (list) => {
      for await (const { status, error } of trainFleet(list, { executor })) if (status !== 'done') throw error;
    };
    await run(jobs(0, 200)); // compiles
    const list = jobs(1000, MEASURED);
    const before = [ownSeconds(), await redisSeconds(client), (await infoOf(client, 'stats')).total_net_input_bytes];
    const began = performance.now();
    await run(list);
    const seconds = (performance.now() - began) / 1000;
    const after = [ownSeconds(), await redisSeconds(client), (await infoOf(client, 'stats')).total_net_input_bytes];
    const [parent, server] = after.map((each, k) => (each - before[k]) / MEASURED);
    return { parent, server, throughput: MEASURED / seconds, ...(await measureMemory(client, redis, worker)) };
  } finally {
    worker.kill('SIGKILL');
    await executor.close();
    client.disconnect();
    await redis.stop();
  }
}

/** Bytes in Redis of a job that waits: without a worker. */
async function measureMemory(client, redis, worker) {
  worker.kill('SIGKILL');
  const waiting = bullmq({ connection: redis.url, queue: 'memory', window: 1000 });
  const controller = new AbortController();
  const empty = (await infoOf(client, 'memory')).used_memory;
  const runs = Array.from({ length: 1000 }, (_, k) =>
    waiting.run(readJob(jobOf(5000 + k)), { signal: controller.signal }),
  );
  const settled = Promise.allSettled(runs);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const held = ((await infoOf(client, 'memory')).used_memory - empty) / 1000;
  controller.abort(new Error('measured'));
  await settled;
  await waiting.close();
  return { held };
}

/** Seconds of a result in a folder, with eight writers at once; bytes of a result. */
async function measureStore() {
  const folder = mkdtempSync(join(tmpdir(), 'bptt-limits-'));
  const executor = local({ workers: 1 });
  const job = readJob(jobOf(1));
  const outcome = await executor.run(job, {});
  await executor.close();
  const store = folderStore(folder);
  const keys = Array.from({ length: 400 }, (_, k) => job.key.slice(0, 26) + String(100000 + k)).map((key, k) => {
    const at = k.toString(16).padStart(2, '0').slice(-2);
    return at + key.slice(2);
  });
  const writers = 8;
  const put = async (list) => {
    for (const key of list) await store.put({ key, name: 'job', outcome, error: undefined, attempts: 1, seconds: 0 });
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: writers }, (_, w) => put(keys.filter((_, k) => k % writers === w))));
  const seconds = (performance.now() - began) / 1000;
  rmSync(folder, { recursive: true });
  return {
    writers,
    seconds: (seconds * writers) / keys.length,
    model: outcome.model.length,
    job: JSON.stringify(job.job).length,
  };
}

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '1000000' }, json: { type: 'string' } } });
const jobs = Number(values.jobs);

console.error('Measuring the queue and the store …');
const queue = await measureQueue();
const store = await measureStore();
const ms = (seconds) => `${(1000 * seconds).toFixed(2)} ms`;
console.log(`${cpus()[0].model}, Node ${process.versions.node}`);
console.log(
  `A job costs its parent ${ms(queue.parent)} and Redis ${ms(queue.server)} of processor time; ${queue.throughput.toFixed(0)} empty jobs a second went through one thread.`,
);
console.log(
  `It takes ${store.job} bytes as JSON, its model ${store.model}; while it waits, Redis holds ${queue.held.toFixed(0)} bytes of it.`,
);
console.log(`The store takes ${ms(store.seconds / store.writers)} for a result, with ${store.writers} at once.\n`);

const part = (total) => total / 4;
const plan = {
  jobs,
  parent: { add: queue.parent / 2, collect: queue.parent / 2 },
  redis: {
    add: part(queue.server),
    take: part(queue.server),
    finish: part(queue.server),
    collect: part(queue.server),
    renew: part(queue.server),
  },
  renewals: 2 / 30, // half of a lock of 30 s
  bytes: { down: store.job, up: (4 / 3) * store.model },
  bandwidth: 125e6, // a network of 1 Gbit/s
  store: { seconds: store.seconds, writers: store.writers },
};
const rows = [
  [
    'machines',
    'threads',
    'a job',
    'time for all',
    'jobs a second',
    'threads busy',
    'parent',
    'Redis',
    'network',
    'store',
    'what limits',
  ],
];
const results = [];
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const span = (seconds) =>
  seconds > 86400
    ? `${(seconds / 86400).toFixed(1)} d`
    : seconds > 3600
      ? `${(seconds / 3600).toFixed(1)} h`
      : `${(seconds / 60).toFixed(0)} min`;
for (const machines of [1, 10, 100]) {
  for (const mean of [0.2, 2, 20]) {
    const workers = 16 * machines;
    const found = simulate({ ...plan, workers, window: 4 * workers, job: { mean, sigma: 0.5 } });
    results.push({ machines, mean, ...found });
    const { busy } = found;
    rows.push([
      machines,
      workers,
      `${mean} s`,
      span(found.seconds),
      found.perSecond.toFixed(0),
      ...['workers', 'parent', 'redis', 'network', 'store'].map((name) => percent(busy[name])),
      found.limit === 'workers' ? 'threads' : found.limit,
    ]);
  }
}
const widths = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, String(row[column]).length), 0));
console.log(`${jobs} jobs, a window of four for each thread, locks of 30 s, 1 Gbit/s:`);
console.log(rows.map((row) => row.map((cell, column) => String(cell).padStart(widths[column])).join('  ')).join('\n'));
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ queue, store, results }, null, 2));
