// What 128-bit vectors can do at this moment: the clock of a shared machine moves by half within seconds, so a rate means
// something only beside a peak that was measured next to it.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import asc from 'assemblyscript/asc';
import { packedSize } from '../dist/kernels/contract.js';
import { Arena } from '../dist/memory/arena.js';
import { timeOf } from './statistics.mjs';

const LANES = 4;
const CHAINS = 12;
const TURNS = 400_000;
/** A product whose packed panel, left side and result take 25 KiB: they stay in a first cache of 32 KiB. */
const [M, N, K] = [16, 16, 192];
/** Runs of it in one measurement: as many operations as the loop in registers has. */
const PRODUCTS = Math.round((TURNS * CHAINS * LANES) / (M * N * K));
/** Least and most seconds of the warm-up, and by how much the optimized code is faster than the first, at least. */
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

/** Measures until V8's optimizing compiler has replaced both pieces of code, which takes it long on a busy machine. */
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
 * @returns {Promise<() => { registers: number, product: number, best: number }>} measures for some milliseconds, in
 *   GFLOP/s: multiply-adds in registers, a product in the first cache, and the better of the two, which is the peak
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
