// Measures the current peak of 128-bit vectors. The speed of a shared machine changes by half within seconds, so a rate
// is meaningful only relative to a peak measured at the same time.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import asc from 'assemblyscript/asc';
import { packedSize } from '../dist/kernels/contract.js';
import { Arena } from '../dist/memory/arena.js';
import { timeOf } from './statistics.mjs';

const LANES = 4;
const CHAINS = 12;
const TURNS = 400_000;
/**
 * Sizes of a matrix product. The packed panel, the left matrix and the result have 25 KiB and stay in a first-level
 * cache of 32 KiB.
 */
const [M, N, K] = [16, 16, 192];
/** Number of products per measurement, with as many operations as the loop in registers. */
const PRODUCTS = Math.round((TURNS * CHAINS * LANES) / (M * N * K));
/** Least and largest warm-up in seconds, and the least speed-up of the optimized code over the first code. */
const [LEAST_SECONDS, MOST_SECONDS, SPEED_UP] = [0.5, 10, 2.5];

async function compileRegisters() {
  const source = new URL('peak/registers.ts', import.meta.url);
  const written = {};
  const { error } = await asc.main(
    'registers.ts --outFile out.wasm --runtime stub --enable simd -O3 --noAssert'.split(' '),
    {
      readFile: (name) => (name === 'registers.ts' ? readFileSync(source, 'utf8') : null),
      writeFile: (name, contents) => {
        written[name] = contents;
      },
    },
  );
  if (error) throw error;
  return new WebAssembly.Instance(new WebAssembly.Module(written['out.wasm'])).exports;
}

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
 * @returns {Promise<() => { registers: number, product: number, best: number }>} a function that measures for some
 *   milliseconds, in GFLOP/s: multiply-adds in registers, a product in the first-level cache, and the better of both
 */
export async function preparePeak() {
  const { multiplyAdd } = await compileRegisters();
  const multiply = productInFirstCache();
  const measure = () => {
    const registers = (2 * LANES * CHAINS * TURNS) / timeOf(() => multiplyAdd(TURNS, 0.5), 1).seconds / 1e9;
    const product = (2 * M * N * K * PRODUCTS) / timeOf(multiply, PRODUCTS).seconds / 1e9;
    return { registers, product, best: Math.max(registers, product) };
  };
  await warmUp(measure);
  return measure;
}
