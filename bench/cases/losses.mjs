// Losses with their gradients, verified against their definitions in float64.
import {
  BinaryCrossEntropy,
  Dense,
  MeanSquaredError,
  randomNormal,
  randomUniform,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
} from 'bptt';
import { relativeError } from '../statistics.mjs';

const [ROWS, CLASSES] = [1280, 50];
const prediction = randomNormal([ROWS, CLASSES], { seed: 1 });
const logits = (row) => prediction.data.subarray(row * CLASSES, (row + 1) * CLASSES);
const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

const classes = tensor(Float64Array.from({ length: ROWS }, (_, row) => (row * 7) % CLASSES));
const oneHot = tensor(Array.from(classes.data, (c) => Array.from({ length: CLASSES }, (_, k) => Number(k === c))));
const shares = randomUniform([ROWS, CLASSES], { seed: 2 });

/** The mean loss, and the gradient with respect to element k. */
const squared = {
  loss: () => mean(Array.from(prediction.data, (y, k) => (y - shares.data[k]) ** 2)),
  gradient: (k) => (2 * (prediction.data[k] - shares.data[k])) / prediction.size,
};
const binary = {
  loss: () => mean(Array.from(prediction.data, (a, k) => Math.log1p(Math.exp(a)) - shares.data[k] * a)),
  gradient: (k) => (1 / (1 + Math.exp(-prediction.data[k])) - shares.data[k]) / prediction.size,
};
const sums = Array.from({ length: ROWS }, (_, row) => logits(row).reduce((total, a) => total + Math.exp(a), 0));
const crossEntropy = {
  loss: () => mean(sums.map((sum, row) => Math.log(sum) - logits(row)[classes.data[row]])),
  gradient: (k) => {
    const row = Math.floor(k / CLASSES);
    return (Math.exp(prediction.data[k]) / sums[row] - Number(k % CLASSES === classes.data[row])) / ROWS;
  },
};

/** A loss keeps the memory of its first evaluation, and with it the kernels, so that each width needs its own. */
const casesOf = () => [
  ['MeanSquaredError', new MeanSquaredError(), shares, squared],
  ['SoftmaxCrossEntropy, class numbers', new SoftmaxCrossEntropy(), classes, crossEntropy],
  ['SoftmaxCrossEntropy, one-hot', new SoftmaxCrossEntropy(), oneHot, crossEntropy],
  ['BinaryCrossEntropy', new BinaryCrossEntropy(), shares, binary],
];

const group = `losses and their gradients, ${ROWS}×${CLASSES}`;

/**
 * Softmax forward and backward, with a small matrix product and a loss. The learning rate is 0, so every step is the
 * same.
 */
function prepareSoftmax() {
  const compile = (model) => model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError() });
  const dense = new Dense({ units: CLASSES, activation: 'softmax' });
  const model = compile(new Sequential([dense], { seed: 1, inputSize: 8 }).build());
  const x = randomNormal([ROWS, 8], { seed: 3 });
  const run = () => model.trainStep(x, shares);
  const gradientOf = (of) => of.parameters.get('dense1.kernel').gradient.copy().data;
  const error = () => {
    const double = compile(model.astype('float64'));
    double.trainStep(x, shares);
    run();
    return relativeError(gradientOf(model), gradientOf(double));
  };
  return { run, error, tolerance: 1e-5 };
}

export function lossCases() {
  const work = { amount: ROWS * CLASSES, unit: 'element' };
  const losses = casesOf().map(([name, loss, target, expected]) => ({
    group,
    name,
    shape: { M: ROWS, N: CLASSES },
    work,
    prepare: () => {
      const run = () => loss.evaluate(prediction, target);
      const error = () => {
        const found = run();
        const gradient = Float64Array.from({ length: prediction.size }, (_, k) => expected.gradient(k));
        return Math.max(relativeError([found.loss], [expected.loss()]), relativeError(found.gradient.data, gradient));
      };
      return { run, error, tolerance: 1e-6 };
    },
  }));
  const name = 'Dense, softmax, MeanSquaredError: trainStep';
  return [...losses, { group, name, shape: { M: ROWS, N: CLASSES }, work, prepare: prepareSoftmax }];
}
