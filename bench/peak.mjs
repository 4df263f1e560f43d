// Measures the current peak of one core at a width of vectors. The speed of a shared machine changes by half within
// seconds, so a rate is meaningful only relative to a peak measured at the same time.
import { setTimeout } from 'node:timers/promises';
import { packedSize } from '../dist/kernels/contract.js';
import { Arena } from '../dist/memory/arena.js';
import { CHAINS, registerLoop } from './peak/registers.mjs';
import { timeOf } from './statistics.mjs';

/** Bits of a float32. */
const LANE = 32;
const TURNS = 400_000;
/**
 * Sizes of a matrix product. The packed panel, the left matrix and the result have 25 KiB and stay in a first-level
 * cache of 32 KiB.
 */
const [M, N, K] = [16, 16, 192];
/** Least and largest warm-up in seconds, and the least speed-up of the optimized code over the first code. */
const [LEAST_SECONDS, MOST_SECONDS, SPEED_UP] = [0.5, 10, 2.5];

function productInFirstCache() {
  const arena = new Arena('float32');
  const [a, p, c] = [M * K, packedSize(K, N), M * N].map((size) => arena.keep(size));
  arena.data.fill(0.5, a, a + M * K);
  arena.data.fill(0.25, p, p + K * N);
  return () => arena.kernels.matmul(c, N, a, K, p, M, N, K, false);
}

/** Measures until V8's optimizing compiler has compiled both functions, which takes long on a busy machine. */
async function warmUp(measure) {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1e3;
  const slowest = measure();
  for (let optimized = false; seconds() < LEAST_SECONDS || (!optimized && seconds() < MOST_SECONDS); ) {
    await setTimeout(1);
    const now = measure();
    optimized = ['registers', 'product'].every((name) => now[name] > SPEED_UP * slowest[name]);
    for (const name of ['registers', 'product']) slowest[name] = Math.min(slowest[name], now[name]);
  }
}

/**
 * @param {number} bits - of the vectors of the default kernels, 128 or 256
 * @returns {Promise<() => { registers: number, product: number, best: number }>} a function that measures for some
 *   milliseconds, in GFLOP/s: multiply-adds in registers, a product in the first-level cache, and the better of both
 */
export async function preparePeak(bits) {
  const multiplyAdd = registerLoop(bits);
  const multiply = productInFirstCache();
  const operations = (2 * CHAINS * TURNS * bits) / LANE;
  const products = Math.round(operations / (2 * M * N * K)); // as many operations as the loop in registers
  const measure = () => {
    const registers = operations / timeOf(() => multiplyAdd(TURNS), 1).seconds / 1e9;
    const product = (2 * M * N * K * products) / timeOf(multiply, products).seconds / 1e9;
    return { registers, product, best: Math.max(registers, product) };
  };
  await warmUp(measure);
  return measure;
}
