// Verifies the build in a folder: gradient checks of all cells, of stacks, dense layers and losses, with fixed seeds
// and T above 8; some cases of each property; segments, windows, and updates that overflow. Exit code 0: right; 1:
// wrong; any other: broken.
import { pathToFileURL } from 'node:url';
import { checkPolicy, PolicyError } from './verify-policy.mjs';
import { checkThroughTime, ThroughTimeError } from './verify-through-time.mjs';

const RIGHT = 0;
const WRONG = 1;
const BROKEN = 2;

const load = (path) => import(pathToFileURL(`${process.argv[2]}/${path}`).href);
const bptt = await load('index.js');
const { assertGradients, GradientError, recurrentProperties } = await load('verify/index.js');
const { PropertyError } = await load('verify/expect-equal.js');
const { layerProducts } = await load('flow/jacobian/layer-products.js');
const { RowTrace } = await load('flow/row-trace.js');
const { default: fc } = await import('fast-check');

const dtype = 'float64';
const normal = (shape, seed, options = {}) => bptt.randomNormal(shape, { dtype, seed, ...options });

const recurrent = {
  LSTM: (options) => new bptt.LSTM(options),
  GRU: (options) => new bptt.GRU(options),
  'GRU, reset after': (options) => new bptt.GRU({ ...options, resetAfter: true }),
  'SimpleRNN, tanh': (options) => new bptt.SimpleRNN(options),
  'SimpleRNN, relu': (options) => new bptt.SimpleRNN({ ...options, activation: 'relu' }),
};

/** Changes all weights and biases, so that none has its initial value. */
function scramble(layer, seed) {
  const random = new bptt.Random(seed);
  for (const { value } of layer.parameters) {
    bptt.assign(value, bptt.randomNormal(value.shape, { dtype, sd: 0.6, seed: random }));
  }
  return layer;
}

function checkRecurrent(make) {
  for (const [T, returnSequences, cotangents] of [
    [1, true, 'all'],
    [4, false, 'all'],
    [11, true, 4],
  ]) {
    const layer = scramble(make({ units: 3, inputSize: 2, dtype, returnSequences }).build(), T);
    const states = layer.cell.states.map((name, k) => [name, normal([2, 3], 20 + k, { sd: 0.5 })]);
    assertGradients(layer, { x: normal([2, T, 2], 10 + T), initialState: Object.fromEntries(states), cotangents });
  }
}

function checkStack() {
  const { Dense, GRU, LSTM, Sequential } = bptt;
  const layers = [new LSTM({ units: 3, returnSequences: true }), new GRU({ units: 2 }), new Dense({ units: 2 })];
  const stack = scramble(new Sequential(layers, { inputSize: 2, dtype }).build(), 5);
  assertGradients(stack, { x: normal([2, 9, 2], 4) });
}

function checkDense() {
  for (const activation of ['linear', 'sigmoid', 'tanh', 'relu', 'softmax']) {
    const dense = scramble(new bptt.Dense({ units: 3, inputSize: 4, activation, dtype }).build(), 6);
    assertGradients(dense, { x: normal([3, 2, 4], 7), cotangents: 'all' });
  }
}

function checkLosses() {
  const { BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy, randomUniform, Tensor, tensor } = bptt;
  const weights = randomUniform([3, 4], { dtype, seed: 8 });
  const losses = [
    [new MeanSquaredError(), weights],
    [new SoftmaxCrossEntropy(), tensor([0, 3, 1])],
    [new SoftmaxCrossEntropy(), weights],
    [new BinaryCrossEntropy(), weights],
  ];
  for (const [loss, target] of losses) {
    const prediction = normal([3, 4], 9);
    assertGradients({
      variables: { prediction },
      forward: () => ({ loss: tensor([loss.evaluate(prediction, target).loss], { dtype }) }),
      backward: (upstream) => {
        const { gradient } = loss.evaluate(prediction, target);
        const data = gradient.data.map((v) => v * upstream.loss.get(0));
        return { prediction: new Tensor({ data }, gradient.shape) };
      },
    });
  }
}

function checkProperties(make) {
  const properties = recurrentProperties(make, { dtype, maxT: 9, maxB: 3, maxI: 2, maxH: 3, scale: 0.5 });
  for (const property of Object.values(properties)) {
    const { failed, errorInstance } = fc.check(property, { numRuns: 8, seed: 1, endOnFailure: true });
    if (failed) throw errorInstance;
  }
}

/**
 * Checks that forward mode is the transpose of the backward pass: ⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩ at every step, for unit vectors.
 */
function checkForwardMode(name, make) {
  const layer = scramble(make({ units: 3, inputSize: 2, dtype }).build(), 12);
  layer.forward(normal([1, 4, 2], 13));
  const trace = new RowTrace(layer.cell, 4, 1, 0, 0);
  const [rows, draw] = [
    { B: 1, starts: undefined },
    { trainingStep: 0, order: undefined },
  ];
  const visit = (values) => trace.keep(layer.parameters.arena.data, values);
  layer.passes.current('verify').pass.forward({ steps: 4, from: 0, rows, output: true, draw, visit });
  const { size, forward, backward } = layerProducts(layer.cell);
  for (const values of trace.steps) {
    for (let k = 0; k < size * size; k++) {
      const [u, v, Ju] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
      const [row, column] = [Math.floor(k / size), k % size];
      [u[column], v[row]] = [1, 1];
      forward(values, u, Ju);
      backward(values, v);
      if (Math.abs(Ju[row] - v[column]) <= 1e-12) continue;
      throw new PropertyError(`${name}, forward mode`, `have ${v[column]} at [${row}, ${column}] of J`, `${Ju[row]}`);
    }
  }
}

try {
  checkPolicy(bptt);
  checkDense();
  checkLosses();
  for (const make of Object.values(recurrent)) checkRecurrent(make);
  for (const [name, make] of Object.entries(recurrent)) checkForwardMode(name, make);
  for (const [name, make] of Object.entries(recurrent)) {
    const options = { units: 3, inputSize: 2, dtype, returnSequences: true };
    checkThroughTime(bptt, name, scramble(make(options).build(), 14));
  }
  checkStack();
  for (const make of Object.values(recurrent)) checkProperties(make);
  process.exitCode = RIGHT;
} catch (error) {
  const found = [GradientError, PropertyError, PolicyError, ThroughTimeError].some((kind) => error instanceof kind);
  process.exitCode = found ? WRONG : BROKEN;
  console.log(found ? firstProblem(error) : error?.stack);
}

/** Describes in one line how the mutant was detected. */
function firstProblem({ report, message }) {
  return report === undefined
    ? message
    : (report.problems[0] ?? `${report}`.split('\n').find((line) => /^worst/.test(line)));
}
