// Lets one reader read mutated files, and measures each read: reads.mjs BUNDLE READER FILES SEED.
import { getHeapStatistics } from 'node:v8';

const [MOST_MS, MOST_BYTES] = [50, 16 * 2 ** 20];
const [url, index, count, seed] = process.argv.slice(2);
const { READERS, mutations, problemOf } = await import(url);
const reader = READERS[Number(index)];

function usedBytes() {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** One read: its problem, its milliseconds, and the bytes that it allocated; negative where garbage was collected. */
async function measure(bytes) {
  const [used, start] = [usedBytes(), performance.now()];
  const problem = await problemOf(reader, bytes);
  return { problem, ms: performance.now() - start, bytes: usedBytes() - used };
}

/** Measures a file. Where time or memory is in doubt, it repeats the read after a collection, and takes the least. */
async function examine(bytes) {
  const allowed = 2 * bytes.length + MOST_BYTES;
  let result = await measure(bytes);
  for (let times = 0; times < 5 && (result.ms > MOST_MS || result.bytes > allowed || result.bytes < 0); times++) {
    globalThis.gc();
    const again = await measure(bytes);
    const least = result.bytes < 0 ? again.bytes : Math.min(result.bytes, again.bytes);
    result = { problem: again.problem, ms: Math.min(result.ms, again.ms), bytes: least };
  }
  if (result.problem !== undefined) return result;
  if (result.ms > MOST_MS) return { ...result, problem: `takes ${result.ms.toFixed(0)} ms` };
  if (result.bytes > allowed) return { ...result, problem: `takes ${result.bytes} bytes for ${bytes.length}` };
  return result;
}

const prototypes = [Object, Array, Map, Function, String, Number, Uint8Array, Float32Array, Promise];
const shapes = () => JSON.stringify(prototypes.map(({ prototype }) => Object.getOwnPropertyNames(prototype)));

const before = shapes();
const files = mutations(reader.samples(), reader.words, Number(seed));
let [longest, most] = [0, 0];
for (const sample of reader.samples()) await problemOf(reader, sample); // compiles the reader
for (let at = 0; at < Number(count); at++) {
  const { problem, ms, bytes } = await examine(files.next().value);
  [longest, most] = [Math.max(longest, ms), Math.max(most, bytes)];
  if (problem !== undefined) process.send({ at, problem: `file ${at}: ${problem}` });
  else if (at % 1000 === 0) process.send({ at });
}
if (shapes() !== before) process.send({ at: count, problem: 'changed a prototype' });
const summary = `${reader.name}: ${count} files, at most ${longest.toFixed(1)} ms and ${(most / 2 ** 20).toFixed(1)} MB`;
process.send({ at: count, summary }, () => process.disconnect());
