// Exports models to ONNX, runs them with ONNX Runtime, and compares the outputs with ours. Needs npm run build, and
// npm ci --ignore-scripts in bench/peers.
//   node bench/peers/onnx-export.mjs                  fixed models, and 300 random ones
//   node bench/peers/onnx-export.mjs --random 2000    more random ones
//   node bench/peers/onnx-export.mjs --record FILE    also writes the results for the fixed models, for spec/
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import ort from 'onnxruntime-node';
import { toOnnx } from '../../dist/exchange/onnx.js';
import * as bptt from '../../dist/index.js';
import { computed, descriptions, modelOf } from './onnx-models.mjs';
import { randomDescription } from './onnx-random.mjs';

const TOLERANCE = 2e-6;

const { values: flags } = parseArgs({
  options: { random: { type: 'string', default: '300' }, record: { type: 'string' } },
});

function feedOf({ lengths }, { x, initial }, indices) {
  const float = (tensor) => new ort.Tensor('float32', tensor.copy().data, [...tensor.shape]);
  const states = Object.entries(initial).map(([name, state]) => [name, float(state)]);
  const counts =
    lengths === undefined ? {} : { lengths: new ort.Tensor('int32', Int32Array.from(lengths), [lengths.length]) };
  const input = indices ? new ort.Tensor('int32', Int32Array.from(x.copy().data), [...x.shape]) : float(x);
  return { x: input, ...counts, ...Object.fromEntries(states) };
}

/** The largest difference of two arrays, relative to the largest number above 1. */
function difference(name, ours, theirs) {
  if (ours.shape.join() !== theirs.dims.join()) throw new Error(`${name}: [${ours.shape}] and [${theirs.dims}]`);
  const values = ours.copy().data;
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return values.reduce((most, value, k) => {
    const d = Math.abs(value - theirs.data[k]) / scale;
    return d <= most ? most : d; // NaN stays
  }, 0);
}

/** Exports and runs one model. */
async function compare(description) {
  const model = modelOf(bptt, description);
  const bytes = toOnnx(model, description.options);
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const ours = computed(bptt, description, model);
  const theirs = await session.run(feedOf(description, ours, model.readsIndices));
  const names = Object.keys(ours.outputs);
  if (names.join() !== session.outputNames.join()) throw new Error(`outputs ${names} and ${session.outputNames}`);
  const worst = names
    .map((name) => difference(name, ours.outputs[name], theirs[name]))
    .reduce((most, d) => (d <= most ? most : d), 0);
  await session.release();
  return { bytes, theirs, worst };
}

/** A description, its file's SHA-256, and what ONNX Runtime computed. */
function recordOf(description, { bytes, theirs }) {
  const outputs = Object.entries(theirs).map(([name, { dims, data }]) => [name, { shape: [...dims], data: [...data] }]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { description, bytes: bytes.length, sha256, outputs: Object.fromEntries(outputs) };
}

const records = [];
const random = Array.from({ length: Number(flags.random) }, (_, k) => randomDescription(k + 1));
let [worst, failed] = [0, 0];
for (const [k, description] of [...descriptions, ...random].entries()) {
  try {
    const result = await compare(description);
    if (k < descriptions.length) records.push(recordOf(description, result));
    worst = Math.max(worst, result.worst);
    if (result.worst <= TOLERANCE) continue;
    throw new Error(`differs by ${result.worst}`);
  } catch (error) {
    failed++;
    console.error(`${description.name}: ${error.message}`);
    if (k >= descriptions.length) console.error(JSON.stringify(description));
  }
}
const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
console.log(`onnxruntime-node ${version}: ${descriptions.length} fixed and ${random.length} random models`);
console.log(`${failed} failed; largest difference ${worst.toExponential(2)}, allowed ${TOLERANCE}`);
if (failed > 0) process.exitCode = 1;
if (flags.record !== undefined) {
  const about = `ONNX Runtime ${version}, CPU, on what toOnnx writes; node bench/peers/onnx-export.mjs --record FILE`;
  const lines = records.map((record) => JSON.stringify(record)).join(',\n');
  writeFileSync(flags.record, `{"about":${JSON.stringify(about)},"records":[\n${lines}\n]}\n`);
}
