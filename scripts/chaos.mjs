// Trains on threads that wait at random, are killed and freeze: npm run chaos -- [steps | --long]. Each step has to give the
// bits of one thread, or to throw an error and leave the model as it was. It needs dist/ (npm run build).
import { Worker } from 'node:worker_threads';
import { Adam, Dense, Dropout, GRU, LSTM, MeanSquaredError, randomNormal, Sequential } from '../dist/index.js';
import { compileSharedKernels } from '../dist/kernels/simd.js';
import { Teams } from '../dist/kernels/threads/teams.js';
import { takeTeamsFrom } from '../dist/kernels/threads/with-threads.js';

const THREADS = [2, 3, 5];
const TIMEOUT = 150;

/** Seeded random numbers, so that a run can be repeated as far as threads can. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The workers that run, and those that were frozen. */
const workers = new Set();

function spawn(failed) {
  const freeze = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL('chaos/worker.mjs', import.meta.url), {
    workerData: { freeze, seed: workers.size },
  });
  const running = { worker, freeze };
  workers.add(running);
  worker.on('error', (error) => failed(String(error)));
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => {
      workers.delete(running);
      Atomics.store(freeze, 0, 0); // it goes on, and writes to memory that nobody uses any more
      Atomics.notify(freeze, 0);
      setTimeout(() => worker.terminate(), 5);
    },
  };
}

function makeModel(threads) {
  const layers = [
    new LSTM({ units: 48, returnSequences: true, recurrentDropout: 0.2, zoneout: { h: 0.1 } }),
    new Dropout({ rate: 0.2 }),
    new GRU({ units: 40, returnSequences: true }),
    new Dense({ units: 8 }),
  ];
  const model = new Sequential(layers, { seed: 1, threads, threadTimeout: TIMEOUT });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  return model;
}

const equal = (a, b) => Buffer.compare(Buffer.from(a.toBytes()), Buffer.from(b.toBytes())) === 0;

/** Something bad that happens to a worker: it is killed, or it freezes. */
function disturb(random) {
  const running = [...workers];
  if (running.length === 0) return;
  const { worker, freeze } = running[Math.floor(random() * running.length)];
  if (random() < 0.5) void worker.terminate();
  else Atomics.store(freeze, 0, 1);
}

/**
 * @param {number} steps
 * @returns {Promise<{ steps: number, errors: number, disturbed: number, wrong: string[] }>}
 */
export async function chaos(steps, seed = 1) {
  const random = generator(seed);
  const source = { cores: 4, maySleep: true, spawn };
  takeTeamsFrom(new Teams(compileSharedKernels(), false, source));
  const found = { steps: 0, errors: 0, disturbed: 0, wrong: [] };
  const [alone, models] = [makeModel(1), THREADS.map(makeModel)];
  const batch = (k) => {
    const [B, T] = [4 + (k % 5), 5 + (k % 7)];
    return [randomNormal([B, T, 32], { seed: k }), randomNormal([B, T, 8], { seed: k + 1 })];
  };
  for (const model of [alone, ...models]) model.trainStep(...batch(0));
  for (let k = 1; k <= steps && found.wrong.length === 0; k++) {
    if (k % 100 === 0) found.disturbed += Number(disturb(random) ?? 1);
    const model = models[k % models.length];
    const [x, y] = batch(Math.ceil(k / models.length));
    for (let done = false; !done; ) {
      const before = model.toBytes();
      try {
        model.trainStep(x, y);
        done = true;
      } catch (error) {
        found.errors++;
        if (!/^BpttError: threads: /.test(String(error))) throw error;
        if (Buffer.compare(Buffer.from(before), Buffer.from(model.toBytes())) !== 0)
          found.wrong.push(`step ${k}: changed`);
      }
    }
    found.steps++;
    if (k % models.length === models.length - 1) await new Promise((resolve) => setTimeout(resolve)); // workers start
    if (k % models.length !== 0) continue;
    alone.trainStep(x, y);
    if (!models.every((each) => equal(each, alone))) found.wrong.push(`step ${k}: other bits`);
  }
  for (const { worker } of workers) await worker.terminate();
  return found;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [count = '1000'] = process.argv.slice(2);
  const began = performance.now();
  const { wrong, ...found } = await chaos(count === '--long' ? 10_000 : Number(count));
  console.log(found, `${((performance.now() - began) / 1000).toFixed(0)} s`);
  for (const line of wrong) console.log(`WRONG: ${line}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
