// Reads models of TensorFlow.js with fromTfjs, writes them with toTfjs, runs them in TensorFlow.js again, and compares the
// outputs. Needs npm run build, and npm ci --ignore-scripts in bench/peers.
//   node bench/peers/tfjs-exchange.mjs                  fixed models, and 300 random ones
//   node bench/peers/tfjs-exchange.mjs --random 2000    more random ones
//   node bench/peers/tfjs-exchange.mjs --record FILE    also writes files and outputs of the fixed models, for spec/
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { fromTfjs, toTfjs } from '../../dist/exchange/tfjs.js';
import { tensor } from '../../dist/index.js';
import { descriptions, numbersFrom, randomDescription } from './tfjs-models.mjs';

console.warn = () => {}; // TensorFlow.js asks for its native package
const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
await tf.setBackend('cpu');

const TOLERANCE = 2e-6;

const { values: flags } = parseArgs({
  options: { random: { type: 'string', default: '300' }, record: { type: 'string' } },
});

/** A layer, or a cell, of its description. */
function layerOf([kind, options]) {
  const { layer, cell, cells, ...rest } = options;
  return tf.layers[kind]({
    ...rest,
    ...(layer && { layer: layerOf(layer) }),
    ...(cell && { cell: layerOf(cell) }),
    ...(cells && { cell: cells.map(layerOf) }),
  });
}

/** A model with random weights. */
function modelOf({ inputShape, layers: [[kind, options], ...others] }, next) {
  const first = layerOf([kind, { ...options, inputShape }]);
  const model = tf.sequential({ layers: [first, ...others.map(layerOf)] });
  const random = (shape) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 1.6 * next() - 0.8),
      shape,
    );
  model.setWeights(model.getWeights().map(({ shape }) => random(shape)));
  return model;
}

/** Random input; rows of padded ones end with time steps that do not count. */
function inputOf({ inputShape, B, T, padded, tokens, layers }, next) {
  const [, { maskValue = 0 }] = layers[0];
  const shape = inputShape.length === 1 && tokens === undefined ? [B, inputShape[0]] : [B, T, ...inputShape.slice(1)];
  const width = inputShape.length === 2 ? inputShape[1] : 1;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
    tokens === undefined ? 2 * next() - 1 : (padded ? 1 : 0) + Math.floor(next() * (tokens - (padded ? 1 : 0))),
  );
  if (padded) {
    for (let row = 0; row < B; row++) {
      const length = 1 + Math.floor(next() * T);
      data.fill(tokens === undefined ? maskValue : 0, (row * T + length) * width, (row + 1) * T * width);
    }
  }
  return { shape, data };
}

async function saved(model) {
  let artifacts;
  await model.save(
    tf.io.withSaveHandler(async (each) => {
      artifacts = each;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  const { modelTopology, weightSpecs, weightData, format, generatedBy } = artifacts;
  const modelJson = {
    modelTopology,
    format,
    generatedBy,
    weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }],
  };
  return { modelJson: JSON.stringify(modelJson), weights: new Uint8Array(weightData) };
}

/** Bits of the nearest float16. */
function halfOf(value) {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  if (magnitude < 2 ** -14) return sign + Math.round(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign + (exponent + 14) * 1024 + Math.round((magnitude / 2 ** exponent) * 1024);
}

/** The same files with weights as integers or float16, as the converter of TensorFlow.js makes them smaller. */
function quantized({ modelJson, weights }, dtype) {
  const model = JSON.parse(modelJson);
  const numbers = new Float32Array(weights.buffer);
  const parts = [];
  let at = 0;
  for (const spec of model.weightsManifest[0].weights) {
    const own = numbers.subarray(at, at + tf.util.sizeFromShape(spec.shape));
    at += own.length;
    const [min, max] = [Math.min, Math.max].map((of) => own.reduce((a, b) => of(a, b)));
    const scale = (max - min) / (dtype === 'uint8' ? 255 : 65535) || 1;
    spec.quantization = { dtype, ...(dtype !== 'float16' && { min, scale }), original_dtype: 'float32' };
    const stored = Array.from(own, (v) => (dtype === 'float16' ? halfOf(v) : Math.round((v - min) / scale)));
    parts.push(
      Buffer.from(dtype === 'uint8' ? Uint8Array.from(stored) : new Uint8Array(Uint16Array.from(stored).buffer)),
    );
  }
  return { modelJson: JSON.stringify(model), weights: new Uint8Array(Buffer.concat(parts)) };
}

/** Loads files as a browser would, and runs the model. */
async function runBy({ modelJson, weights }, { shape, data }) {
  const { modelTopology, weightsManifest } = JSON.parse(modelJson);
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs, weightData: weights.slice().buffer }),
  );
  return model.predict(tf.tensor(data, shape));
}

/** The largest difference, relative to the largest number above 1. */
function difference(ours, theirs) {
  if (ours.shape.join() !== theirs.shape.join()) throw new Error(`shapes [${ours.shape}] and [${theirs.shape}]`);
  const [a, b] = [ours.data, theirs.data];
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return b.reduce((most, value, k) => {
    const d = Math.abs(value - a[k]) / scale;
    return d <= most ? most : d; // NaN stays
  }, 0);
}
const numbersOf = (output) => ({ shape: output.shape, data: output.dataSync() });

async function compare(description, seed) {
  const next = numbersFrom(seed);
  const model = modelOf(description, next);
  const x = inputOf(description, next);
  const { quantize } = description;
  const files = quantize === undefined ? await saved(model) : quantized(await saved(model), quantize);
  const theirs = numbersOf(quantize === undefined ? model.predict(tf.tensor(x.data, x.shape)) : await runBy(files, x));
  const here = fromTfjs(files.modelJson, files.weights);
  const ours = here.predict(reshaped(x)).copy();
  const written = toTfjs(here);
  const back = numbersOf(await runBy(written, x));
  const sha256 = createHash('sha256').update(written.modelJson).update(written.weights).digest('hex');
  tf.disposeVariables();
  return { files, x, theirs, sha256, worst: [difference(ours, theirs), difference(back, theirs)] };
}

/** A tensor of these numbers. */
function reshaped({ shape, data }) {
  const nested = (k, at, size) =>
    k === shape.length
      ? data[at]
      : Array.from({ length: shape[k] }, (_, i) => nested(k + 1, at + i * (size / shape[k]), size / shape[k]));
  return tensor(nested(0, 0, data.length));
}

const random = Array.from({ length: Number(flags.random) }, (_, k) => randomDescription(k + 1));
const records = [];
const worst = [0, 0];
let failed = 0;
for (const [k, description] of [...descriptions, ...random].entries()) {
  try {
    const result = await compare(description, k + 1);
    if (k < descriptions.length) records.push({ description, ...result });
    for (const way of [0, 1]) worst[way] = Math.max(worst[way], result.worst[way]);
    if (result.worst.every((d) => d <= TOLERANCE)) continue;
    throw new Error(`differs by ${result.worst.join(' and ')}`);
  } catch (error) {
    failed++;
    console.error(`${description.name}: ${error.message}`);
    if (k >= descriptions.length) console.error(JSON.stringify(description));
  }
}
console.log(`TensorFlow.js ${tf.version.tfjs}: ${descriptions.length} fixed and ${random.length} random models`);
console.log(
  `${failed} failed; largest difference of fromTfjs ${worst[0].toExponential(2)}, of TensorFlow.js on what toTfjs`,
);
console.log(`writes ${worst[1].toExponential(2)}, allowed ${TOLERANCE}`);
if (failed > 0) process.exitCode = 1;
if (flags.record !== undefined) {
  const about = `TensorFlow.js ${tf.version.tfjs}, backend cpu; node bench/peers/tfjs-exchange.mjs --record FILE`;
  const lines = records.map(({ description: { name }, files, x, theirs, sha256 }) =>
    JSON.stringify({
      name,
      modelJson: JSON.parse(files.modelJson),
      weights: Buffer.from(files.weights).toString('base64'),
      x: { shape: x.shape, data: [...x.data] },
      y: { shape: theirs.shape, data: [...theirs.data] },
      sha256,
    }),
  );
  writeFileSync(flags.record, `{"about":${JSON.stringify(about)},"records":[\n${lines.join(',\n')}\n]}\n`);
}
