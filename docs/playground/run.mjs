// A run: the model of some settings, its training steps, and what is to be seen of it.
import {
  Adam,
  Dense,
  Dropout,
  GRU,
  initializers,
  LSTM,
  MeanSquaredError,
  Random,
  RMSprop,
  Sequential,
  SGD,
  SimpleRNN,
  SoftmaxCrossEntropy,
  Tensor,
} from 'bptt';
import { hashOf } from './hash.mjs';
import { lengthOf } from './settings.mjs';
import { scoreOf, taskOf } from './tasks.mjs';

const OPTIMIZERS = { Adam, SGD, RMSprop };
/** Rows of the batch that scores are measured on. */
const TEST_ROWS = 64;

function initializerOf(init) {
  if (init === 'orthogonal') return {};
  const made = {
    glorot: initializers.glorotUniform(),
    small: initializers.normal({ sd: 0.01 }),
    large: initializers.normal({ sd: 1 }),
  };
  return { recurrentInitializer: made[init] };
}

function cellLayer({ cell, units, init }, returnSequences) {
  const options = { units, returnSequences, ...initializerOf(init) };
  switch (cell) {
    case 'SimpleRNN':
      return new SimpleRNN(options);
    case 'GRU':
      return new GRU(options);
    case 'GRUResetAfter':
      return new GRU({ ...options, resetAfter: true });
    case 'PeepholeLSTM':
      return new LSTM({ ...options, peepholes: true });
  }
  return new LSTM(options);
}

/** Sets the biases of forget gates, before training. */
function setForgetBias(layers, value) {
  for (const { cell } of layers) {
    const { b } = cell.gate('forget');
    for (let j = 0; j < cell.units; j++) b.set(j, value);
  }
}

/** The compiled model of some settings, for a task. */
function modelOf(settings, { answers, everyStep, inputs, outputs }) {
  const { layers, dropout, optimizer, rate, clip, seed, forgetBias, cell } = settings;
  const recurrent = Array.from({ length: layers }, (_, k) => cellLayer(settings, everyStep || k < layers - 1));
  const list = recurrent.flatMap((layer) => (dropout > 0 ? [layer, new Dropout({ rate: dropout })] : [layer]));
  const options = { inputSize: inputs.length, seed };
  const model = new Sequential([...list, new Dense({ units: outputs.length })], options).build();
  if (cell.endsWith('LSTM')) setForgetBias(recurrent, forgetBias);
  model.compile({
    optimizer: new OPTIMIZERS[optimizer]({ learningRate: rate }),
    loss: answers === 'classes' ? new SoftmaxCrossEntropy() : new MeanSquaredError(),
    onNonFinite: 'skip',
    ...(clip > 0 && { clip: { globalNorm: clip } }),
  });
  return model;
}

/** A batch as tensors, with the options of `trainStep`. */
function examplesOf({ x, xShape, y, yShape, lengths, weights }) {
  return {
    x: new Tensor({ data: x }, xShape),
    y: new Tensor({ data: y }, yShape),
    options: { ...(lengths && { lengths }), ...(weights && { sampleWeights: weights }) },
  };
}

/** One net on one task. The same settings give the same bits on every engine. */
export class Run {
  #random;
  #test;

  /** @param {ReturnType<import('./settings.mjs').readSettings>} settings */
  constructor(settings) {
    this.settings = settings;
    this.task = taskOf(settings);
    this.length = lengthOf(settings);
    this.model = modelOf(settings, this.task);
    this.steps = 0;
    this.#random = new Random(settings.seed);
    this.#test = this.task.draw(new Random(settings.seed + 1_000_003), TEST_ROWS, this.length, true);
  }

  /** One training step; returns loss, gradient norms before and after clipping, and whether it was skipped. */
  step() {
    const { x, y, options } = examplesOf(this.task.draw(this.#random, this.settings.rows, this.length));
    this.steps++;
    return this.model.trainStep(x, y, options);
  }

  /** The first rows of the sequences that are not trained on. */
  examples(rows) {
    const { x, y, options } = examplesOf(this.#test);
    const { lengths } = options;
    return {
      x: x.hi(rows).copy(),
      y: y.hi(rows).copy(),
      options: lengths === undefined ? {} : { lengths: lengths.slice(0, rows) },
    };
  }

  /** The share of right answers on sequences that are not trained on. */
  score() {
    const { x, options } = this.examples(TEST_ROWS);
    return scoreOf(this.task, this.#test, this.model.predict(x, options));
  }

  /** A copy of the model without dropout. Its passes leave the gradients and the tape of the run alone. */
  copy() {
    const copy = modelOf({ ...this.settings, dropout: 0 }, this.task);
    for (const { name, value } of this.model.parameters) copy.parameters.get(name).assign(value);
    return copy;
  }

  /** Digits that are the same wherever these settings were trained for as many steps. */
  hash() {
    return hashOf(this.model.toBytes());
  }
}
