// A worker that waits at random, and that freezes when it is told to.
import { parentPort, workerData } from 'node:worker_threads';
import { serve } from '../../dist/kernels/threads/serve.js';
import { Share } from '../../dist/kernels/threads/shares.js';

const { freeze, seed } = workerData; // Int32Array: 1 freezes the worker until it is 0 again
const { run } = Share.prototype;
let state = seed;

function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

Share.prototype.run = function (...call) {
  if (Atomics.load(freeze, 0) === 1) Atomics.wait(freeze, 0, 1);
  if (random() < 0.01) Atomics.wait(freeze, 1, 0, random() * 2); // up to 2 ms
  return run.apply(this, call);
};

serve(parentPort);
