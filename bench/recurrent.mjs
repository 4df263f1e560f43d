// The timed work of recurrent layers, for both benchmarks: shapes, functions, and numbers of operations.
import { Adam, clipGradients, GRU, LayerNormLSTM, LSTM, MGU, randomNormal, SimpleRNN, unstack } from 'bptt';
import { largest, relativeError } from './statistics.mjs';

/** @typedef {{ B: number, T: number, I: number, H: number }} Shape */

export const LAYERS = {
  LSTM: { gates: 4, make: (options) => new LSTM(options) },
  GRU: { gates: 3, make: (options) => new GRU(options) },
  'GRU reset after': { gates: 3, make: (options) => new GRU({ ...options, resetAfter: true }) },
  SimpleRNN: { gates: 1, make: (options) => new SimpleRNN(options) },
};

/** These and the layers that are only compared with a plain LSTM. */
const ALL_LAYERS = {
  ...LAYERS,
  LayerNormLSTM: { gates: 4, make: (options) => new LayerNormLSTM(options) },
  MGU: { gates: 2, make: (options) => new MGU(options) },
};

export const [SMALL, MIDDLE, LARGE] = [
  { B: 2, T: 80, I: 100, H: 64 },
  { B: 32, T: 80, I: 100, H: 128 },
  { B: 64, T: 50, I: 256, H: 512 },
];
export const STREAMING = { B: 1, T: 1, I: 40, H: 128 };

const CLIP = { globalNorm: 1 };
/** Number of different inputs of a streaming case, which repeat. */
const STEPS = 16;

/**
 * Number of multiplications and additions in the matrix products of a forward pass; a training step has three times as
 * many.
 */
export function flopOf(name, { B, T, I, H }, { projectionSize: P, coupledGate } = {}) {
  const gates = ALL_LAYERS[name].gates - (coupledGate === undefined ? 0 : 1);
  return 2 * T * B * H * (gates * (I + (P ?? H)) + (P ?? 0));
}

const gradientsOf = ({ parameters }) => [...parameters].map(({ gradient }) => gradient.copy().data);

function layerOf(name, { I, H }, options = {}) {
  return ALL_LAYERS[name].make({ units: H, inputSize: I, seed: 1, ...options }).build();
}

/** The same layer in float64. */
function doubled(name, shape, options, layer) {
  const double = layerOf(name, shape, { ...options, dtype: 'float64' });
  for (const parameter of double.parameters) parameter.assign(layer.parameters.get(parameter.name).value);
  return double;
}

/** First and last row of [B, …]. */
const ends = (x) => x.step(Math.max(1, x.shape[0] - 1)).copy();

function clippedGradients(layer, x, dy) {
  layer.parameters.zeroGradients();
  const output = layer.forward(x);
  const { dx } = layer.backward(dy);
  clipGradients(layer.parameters, CLIP);
  return { output, dx };
}

/**
 * A layer over whole sequences: `forward()`, and `trainingStep()`, which is forward, backward with the gradient of the
 * input, clipping by the global norm, and Adam, for given gradients of all outputs. The learning rate is 0, so every
 * step has the same parameters.
 *
 * @param {string} name - a name of LAYERS
 * @param {Shape} shape
 * @param {object} [added] - further options of the layer
 */
export function sequenceWork(name, shape, added = {}) {
  const { B, T, I, H } = shape;
  const options = { returnSequences: true, ...added };
  const layer = layerOf(name, shape, options);
  if (added.peepholes) layer.parameters.get('peephole').assign(randomNormal([3 * H], { sd: 0.1, seed: 4 }));
  const x = randomNormal([B, T, I], { seed: 2 });
  const dy = randomNormal([B, T, layer.cell.outputWidth], { seed: 3 });
  const optimizer = new Adam();
  optimizer.learningRate = 0;
  const trainingStep = () => {
    const { dx } = clippedGradients(layer, x, dy);
    optimizer.step(layer.parameters);
    return dx;
  };
  return {
    layer,
    x,
    dy,
    forward: () => layer.forward(x),
    trainingStep,
    error: () => errorOf(name, shape, options, layer, x, dy),
  };
}

/**
 * Error of outputs, clipped gradients and dx against float64. Rows are independent, so two rows in float64 are enough
 * if the others get no gradient. This takes seconds instead of minutes at the largest shape.
 */
function errorOf(name, shape, options, layer, x, dy) {
  const { B, T } = shape;
  const width = layer.cell.outputWidth;
  const sparse = dy.copy();
  sparse.data.fill(0, T * width, (B - 1) * T * width);
  const double = doubled(name, shape, options, layer);
  const found = clippedGradients(layer, x, sparse);
  const expected = clippedGradients(double, ends(x), ends(dy));
  const expectedGradients = gradientsOf(double);
  return largest([
    relativeError(ends(found.output).data, expected.output.data),
    relativeError(ends(found.dx).data, expected.dx.data),
    ...gradientsOf(layer).map((gradient, k) => relativeError(gradient, expectedGradients[k])),
  ]);
}

/**
 * A stream of a layer. `step()` runs one step; `outputs()` returns the outputs of the first steps from a state of
 * zeros, [T, B, H].
 *
 * @param {string} name - of LAYERS
 * @param {Shape} shape - T is 1
 */
export function streamingWork(name, shape) {
  const layer = layerOf(name, shape, { returnSequences: true });
  const stream = layer.stream({ batchSize: shape.B });
  const x = randomNormal([shape.B, STEPS, shape.I], { seed: 2 });
  const steps = unstack(x, 1).map((xt) => xt.copy());
  const outputs = () => {
    const state = stream.zeroState();
    return steps.flatMap((xt) => [...stream.step(xt, state).copy().data]);
  };
  const error = () =>
    relativeError(
      outputs(),
      unstack(doubled(name, shape, { returnSequences: true }, layer).forward(x), 1).flatMap((h) => [...h.copy().data]),
    );
  let t = 0;
  const state = stream.zeroState();
  const step = () => stream.step(steps[t++ % STEPS], state);
  return { layer, x, step, outputs, error };
}
