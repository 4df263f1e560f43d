// Layers around the recurrence: training with a large embedding, convolutions, skip connections, an encoder and decoder with
// attention. Each has a baseline that says what the layer costs, and is verified against the reference kernels.
import {
  Adam,
  Attention,
  Conv1D,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  LSTM,
  MeanSquaredError,
  Random,
  Residual,
  randomNormal,
  Sequential,
  tensor,
  zeros,
} from 'bptt';
import { relativeError } from '../statistics.mjs';

const training = () => ({ optimizer: new Adam(), loss: new MeanSquaredError() });
const chain = (layers, options) => new Sequential(layers, { seed: 1, ...options }).compile(training());

/** Error of what `make` makes, over `run`, against the reference kernels. */
function errorOf(make, run) {
  return relativeError(...[{}, { backend: 'reference' }].map((options) => run(make(options)).data));
}

/** A training step of an LSTM behind a table of 50,000 words; the baseline is the LSTM alone. */
function prepareEmbedding() {
  const [words, D, rows, steps] = [50_000, 128, 32, 80];
  const random = new Random(1);
  const embedded = (options) =>
    chain([new Embedding({ inputDim: words, outputDim: D }), new LSTM({ units: D })], options);
  const texts = Array.from({ length: 8 }, () =>
    tensor(Array.from({ length: rows }, () => Array.from({ length: steps }, () => random.integer(words)))),
  );
  const [model, alone] = [embedded(), chain([new LSTM({ units: D })])];
  const [features, target] = [randomNormal([rows, steps, D], { seed: 2 }), zeros([rows, D])];
  let next = 0;
  return {
    run: () => model.trainStep(texts[next++ % texts.length], target),
    baseline: () => alone.trainStep(features, target),
    error: () => errorOf(embedded, (each) => each.predict(texts[0].hi(2, 5))),
    tolerance: 0,
  };
}

/** A convolution; the baseline is a dense layer with the same product, rows of K·I by F. */
function prepareConvolution({ B, T, I, F, K }) {
  const make = (options) => new Conv1D({ filters: F, kernelSize: K, padding: 'causal', seed: 1, ...options });
  const [convolution, dense] = [make(), new Dense({ units: F, seed: 1 })];
  const [x, windows] = [randomNormal([B, T, I], { seed: 2 }), randomNormal([B * T, K * I], { seed: 3 })];
  const [dy, dWindows] = [randomNormal([B, T, F], { seed: 4 }), randomNormal([B * T, F], { seed: 4 })];
  const step = (layer, input, gradient) => () => {
    layer.forward(input);
    layer.backward(gradient);
  };
  return {
    run: step(convolution, x, dy),
    baseline: step(dense, windows, dWindows),
    error: () => errorOf(make, (layer) => layer.forward(x.hi(1, 20))),
    tolerance: 0,
  };
}

/** Four residual GRUs; the baseline has no skip connections. */
function prepareResidual({ B, T, H }) {
  const gru = () => new GRU({ units: H, returnSequences: true });
  const layers = (block) => [gru(), block(), block(), block(), new Dense({ units: 1 })];
  const residual = (options) =>
    chain(
      layers(() => new Residual({ layers: [gru()] })),
      options,
    );
  const [model, plain] = [residual(), chain(layers(gru))];
  const [x, y] = [randomNormal([B, T, H], { seed: 2 }), zeros([B, T, 1])];
  return {
    run: () => model.trainStep(x, y),
    baseline: () => plain.trainStep(x, y),
    error: () => errorOf(residual, (each) => each.predict(x.hi(2, 5))),
    tolerance: 0,
  };
}

/** An encoder and decoder with attention; the baseline has none. */
function prepareAttention(score) {
  return ({ B, T, H }) => {
    const gru = () => new GRU({ units: H, returnSequences: true });
    const make = (attends) => (options) =>
      new EncoderDecoder({
        encoder: [gru()],
        decoder: [gru(), ...(attends ? [new Attention({ score })] : []), new Dense({ units: 8 })],
        seed: 1,
        ...options,
      }).compile(training());
    const [model, plain] = [make(true)(), make(false)()];
    const [source, target] = [randomNormal([B, T, 8], { seed: 2 }), randomNormal([B, T, 8], { seed: 3 })];
    return {
      run: () => model.trainStep(source, target),
      baseline: () => plain.trainStep(source, target),
      error: () => errorOf(make(true), (each) => each.forward(source.hi(2, 5), target.hi(2, 4))),
      tolerance: 0,
    };
  };
}

const gruFlop = (B, T, I, H) => 3 * B * T * (2 * 3 * H * (I + H));

export function aroundCases() {
  const convolutions = [
    { B: 1, T: 4096, I: 16, F: 128, K: 3 },
    { B: 32, T: 128, I: 16, F: 128, K: 3 },
    { B: 32, T: 128, I: 128, F: 64, K: 3 },
  ].map((shape) => {
    const { B, T, I, F, K } = shape;
    const name = `K ${K}, ${I} to ${F}, B ${B} T ${T}, by a dense layer of the same product`;
    return {
      group: 'convolutions, forward and backward',
      name,
      shape,
      work: { amount: 6 * B * T * K * I * F, unit: 'flop' },
      prepare: () => prepareConvolution(shape),
    };
  });
  const shape = { B: 32, T: 40, H: 64 };
  const { B, T, H } = shape;
  const pairs = { shape, work: { amount: gruFlop(B, T, 8, H) * 2, unit: 'flop' } };
  const group = `encoder and decoder, GRU ${H}, B ${B} T ${T}, training step`;
  return [
    {
      group: 'embedding 50,000 × 128 and LSTM 128, B 32 T 80',
      name: 'train by the LSTM alone',
      shape: { B: 32, T: 80, I: 128, H: 128 },
      work: { amount: 3 * 32 * 80 * (2 * 4 * 128 * 256), unit: 'flop' },
      prepare: prepareEmbedding,
    },
    ...convolutions,
    {
      group: `branches, four GRUs of ${H}, B ${B} T ${T}, training step`,
      name: 'residual by plain',
      shape,
      work: { amount: 4 * gruFlop(B, T, H, H), unit: 'flop' },
      prepare: () => prepareResidual(shape),
    },
    ...['dot', 'general', 'additive'].map((score) => ({
      group,
      name: `attention '${score}' by none`,
      ...pairs,
      prepare: () => prepareAttention(score)(shape),
    })),
  ];
}
