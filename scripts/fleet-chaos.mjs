// Trains a fleet on worker processes that are killed, frozen, cut off and given wrong clocks, on a Redis server that restarts:
// npm run fleet-chaos -- [--long]. Nothing may be lost, nothing may be twice in the store, and every result has to have the bits
// of a run in one process. It needs dist/ (npm run build), redis-server and faketime.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bullmq } from '../dist/fleet/bullmq/index.js';
import { folderStore, local, trainFleet } from '../dist/fleet/index.js';
import { startProxy } from './fleet/proxy.mjs';
import { hasRedis, startRedis } from './redis.mjs';

const LOCK = 500;
const script = new URL('fleet/worker.mjs', import.meta.url).pathname;
const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

/** Seeded random numbers; a run can be repeated as far as processes can. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Jobs of some tenths of a second. */
const jobOf = (seed) => ({
  name: `job ${seed}`,
  model: {
    inputSize: 1,
    layers: [
      { kind: 'GRU', units: 9, recurrentDropout: 0.2 },
      { kind: 'Dense', units: 2 },
    ],
  },
  training: {
    optimizer: { kind: 'Adam' },
    loss: { kind: 'MeanSquaredError' },
    epochs: 20 + (seed % 5) * 30,
    batchSize: 8,
    validationSplit: 0.25,
  },
  data: {
    loader: 'series',
    values: Array.from({ length: 60 }, (_, t) => (7 * t * t + seed) % 11),
    input: 8,
    horizon: 2,
  },
  seed,
});

/** Worker processes: one behind the proxy, one whose clock is an hour fast, one usual one. */
class Workers {
  #all = [];
  #makes;
  #isOver = false;

  constructor(redis, proxy) {
    const ahead = hasFaketime ? ['faketime', '-f', '+1h'] : [];
    this.#makes = [
      [[], proxy.port],
      [ahead, redis.port],
      [[], redis.port],
    ];
    this.#all = this.#makes.map((_, k) => this.#start(k));
  }

  #start(k) {
    const [before, port] = this.#makes[k];
    const options = { connection: { port, password: 'chaos' }, threads: 1, lock: LOCK };
    const command = [...before, process.execPath, script, JSON.stringify(options)];
    const env = { ...process.env, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], env, detached: true });
    const worker = { child, started: 0 };
    child.stdout.on('data', (data) => {
      worker.started += String(data).split('"started"').length - 1;
    });
    child.on('exit', () => {
      if (!this.#isOver) this.#all[k] = this.#start(k);
    });
    return worker;
  }

  /** Sends a signal to the group of one worker. */
  signal(worker, signal) {
    if (worker.child.exitCode === null && worker.child.signalCode === null) process.kill(-worker.child.pid, signal);
  }

  /** One of those that have begun a job. */
  some(random) {
    const busy = this.#all.filter(({ started }) => started > 0);
    return busy[Math.floor(random() * busy.length)];
  }

  async stop() {
    this.#isOver = true;
    for (const worker of this.#all) this.signal(worker, 'SIGKILL');
    await sleep(100);
  }
}

/** Harm of a random kind, until there was enough of each. */
async function harm({ workers, redis, proxy, random, kills, restarts, found, isOver }) {
  const every = Math.max(1, Math.floor(kills / restarts));
  while (!isOver() && found.kills < kills) {
    await sleep(300 + 500 * random());
    const worker = workers.some(random);
    if (worker === undefined) continue;
    workers.signal(worker, 'SIGKILL');
    found.kills++;
    if (found.kills % every === 0 && found.restarts < restarts) {
      await redis.restart({ pause: 300 * random() });
      found.restarts++;
    }
    if (found.kills % 5 === 2) {
      const frozen = workers.some(random);
      if (frozen === undefined) continue;
      workers.signal(frozen, 'SIGSTOP');
      await sleep(4 * LOCK);
      workers.signal(frozen, 'SIGCONT');
      found.frozen++;
    }
    if (found.kills % 5 === 4) {
      proxy.cut();
      await sleep(4 * LOCK);
      proxy.mend();
      found.cuts++;
    }
  }
}

/** Models and lines of the manifest of a store. */
function contentOf(folder) {
  const models = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.safetensors'));
  const lines = readFileSync(join(folder, 'manifest.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { models, lines };
}

export async function fleetChaos({ kills, restarts, seed = 1 }) {
  const random = generator(seed);
  const folder = mkdtempSync(join(tmpdir(), 'fleet-chaos-'));
  const redis = await startRedis({ password: 'chaos' });
  const proxy = await startProxy(redis.port);
  const workers = new Workers(redis, proxy);
  const executor = bullmq({ connection: { port: redis.port, password: 'chaos' }, window: 8, attempts: 100 });
  const found = { jobs: 0, kills: 0, restarts: 0, frozen: 0, cuts: 0, wrong: [] };
  const done = new Map();
  let harming = true;
  const harmed = harm({ workers, redis, proxy, random, kills, restarts, found, isOver: () => !harming });
  void harmed.then(() => {
    harming = false;
  });
  /** Jobs for as long as harm is done. */
  function* jobs() {
    while (harming) yield jobOf(++found.jobs);
  }
  try {
    const options = { executor, store: folderStore(folder), attempts: 20, checkpointEvery: 50 };
    for await (const { name, key, outcome, error } of trainFleet(jobs(), options)) {
      if (error !== undefined) found.wrong.push(`${name}: ${error.message}`);
      else if (done.has(key)) found.wrong.push(`${name}: twice`);
      done.set(key, outcome);
    }
    await harmed;
  } finally {
    harming = false;
    await workers.stop();
    await executor.close();
    proxy.stop();
    await redis.stop();
  }
  const { models, lines } = contentOf(folder);
  if (models.length !== found.jobs) found.wrong.push(`${models.length} models of ${found.jobs} jobs`);
  if (lines.length !== found.jobs) found.wrong.push(`${lines.length} lines of ${found.jobs} jobs`);
  await compare(done, found);
  rmSync(folder, { recursive: true });
  return found;
}

/** Runs each job in this process' threads, and compares the bits. */
async function compare(done, found) {
  const executor = local({ workers: 2 });
  for await (const { name, key, outcome } of trainFleet(
    Array.from({ length: found.jobs }, (_, k) => jobOf(k + 1)),
    { executor },
  )) {
    const other = done.get(key);
    const isEqual = other !== undefined && Buffer.compare(outcome.model, other.model) === 0;
    if (!isEqual) found.wrong.push(`${name}: ${other === undefined ? 'lost' : 'other bits'}`);
  }
  await executor.close();
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (!hasRedis()) console.log('SKIPPED: redis-server is absent');
  else {
    const began = performance.now();
    const isLong = process.argv.includes('--long');
    const { wrong, ...found } = await fleetChaos(isLong ? { kills: 200, restarts: 20 } : { kills: 20, restarts: 3 });
    const clocks = hasFaketime ? 'a clock an hour fast' : 'faketime is absent: no wrong clock';
    console.log(found, clocks, `${((performance.now() - began) / 1000).toFixed(0)} s`);
    for (const line of wrong) console.log(`WRONG: ${line}`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  }
}
