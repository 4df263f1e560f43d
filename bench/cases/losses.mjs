// Losses with their gradients, verified against their definitions in float64.
import {
  BinaryCrossEntropy,
  CTCLoss,
  ctcDecode,
  Dense,
  GaussianNLL,
  Huber,
  LogCosh,
  MeanAbsoluteError,
  MeanSquaredError,
  pad,
  QuantileLoss,
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

/** A loss of each element of the difference e = y − t, and its derivative. */
const ofError = (lossOf, gradientOf) => ({
  loss: () => mean(Array.from(prediction.data, (y, k) => lossOf(y - shares.data[k]))),
  gradient: (k) => gradientOf(prediction.data[k] - shares.data[k]) / prediction.size,
});
const absolute = ofError(Math.abs, Math.sign);
const huber = ofError(
  (e) => (Math.abs(e) <= 1 ? (e * e) / 2 : Math.abs(e) - 0.5),
  (e) => Math.min(Math.max(e, -1), 1),
);
const logCosh = ofError((e) => Math.log(Math.cosh(e)), Math.tanh);
const HALF = CLASSES / 2;
const halves = randomUniform([ROWS, HALF], { seed: 4 });
const at = (k) => ({ row: Math.floor(k / CLASSES), column: k % CLASSES });
const quantiles = {
  loss: () =>
    mean(
      Array.from(prediction.data, (y, k) => {
        const { row, column } = at(k);
        const d = halves.get(row, column % HALF) - y;
        return column < HALF ? Math.max(0.1 * d, -0.9 * d) : Math.max(0.9 * d, -0.1 * d);
      }),
    ),
  gradient: (k) => {
    const { row, column } = at(k);
    const q = column < HALF ? 0.1 : 0.9;
    return (halves.get(row, column % HALF) > prediction.data[k] ? -q : 1 - q) / prediction.size;
  },
};
/** e and log v of a target. */
const normal = (row, column) => [
  prediction.get(row, column) - halves.get(row, column),
  prediction.get(row, column + HALF),
];
const gaussian = {
  loss: () =>
    mean(
      Array.from(halves.data, (_, k) => {
        const [e, logVariance] = normal(Math.floor(k / HALF), k % HALF);
        return (logVariance + e * e * Math.exp(-logVariance)) / 2;
      }),
    ),
  gradient: (k) => {
    const { row, column } = at(k);
    const [e, logVariance] = normal(row, column % HALF);
    const inverse = Math.exp(-logVariance);
    return (column < HALF ? e * inverse : (1 - e * e * inverse) / 2) / halves.size;
  },
};
const smoothed = {
  loss: () =>
    mean(
      sums.map((sum, row) => {
        const own = Math.log(sum) - logits(row)[classes.data[row]];
        return 0.9 * own + 0.1 * mean(Array.from(logits(row), (a) => Math.log(sum) - a));
      }),
    ),
  gradient: (k) => {
    const { row, column } = at(k);
    const share = 0.9 * Number(column === classes.data[row]) + 0.1 / CLASSES;
    return (Math.exp(prediction.data[k]) / sums[row] - share) / ROWS;
  },
};

/** A loss keeps the memory of its first evaluation, and with it the kernels, so that each width needs its own. */
const casesOf = () => [
  ['MeanSquaredError', new MeanSquaredError(), shares, squared],
  ['SoftmaxCrossEntropy, class numbers', new SoftmaxCrossEntropy(), classes, crossEntropy],
  ['SoftmaxCrossEntropy, one-hot', new SoftmaxCrossEntropy(), oneHot, crossEntropy],
  ['BinaryCrossEntropy', new BinaryCrossEntropy(), shares, binary],
  ['MeanAbsoluteError', new MeanAbsoluteError(), shares, absolute],
  ['Huber', new Huber(), shares, huber],
  ['LogCosh', new LogCosh(), shares, logCosh],
  ['QuantileLoss', new QuantileLoss({ quantiles: [0.1, 0.9] }), halves, quantiles],
  ['GaussianNLL', new GaussianNLL(), halves, gaussian],
  ['SoftmaxCrossEntropy, label smoothing', new SoftmaxCrossEntropy({ labelSmoothing: 0.1 }), classes, smoothed],
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

/** CTC over 8 sequences of 160 time steps with 20 labels each; the error is that against float64. */
function prepareCTC() {
  const sequences = {
    data: prediction.data,
    shape: [8, ROWS / 8, CLASSES],
    stride: [(ROWS / 8) * CLASSES, CLASSES, 1],
    offset: 0,
  };
  const labels = tensor(
    Array.from({ length: 8 }, (_, b) => Array.from({ length: 20 }, (_, k) => 1 + ((7 * k + b) % 49))),
  );
  const loss = new CTCLoss();
  const run = () => loss.evaluate(sequences, labels);
  const error = () => {
    const exact = loss.evaluate(tensor(sequences, { dtype: 'float64' }), labels).gradient.data;
    return relativeError(run().gradient.data, exact);
  };
  return { run, error, tolerance: 1e-6 };
}

/** Decodes 8 sequences of 160 time steps whose classes are clear, so hardly any path is outside the beam. */
function prepareDecoding(options, expected) {
  const steps = ROWS / 8;
  const row = (k) => Array.from(logits(k), (a) => 10 * a);
  const clear = Array.from({ length: 8 }, (_, b) => Array.from({ length: steps }, (_, t) => row(b * steps + t)));
  const array = tensor(clear, { dtype: 'float64' });
  const run = () => ctcDecode(array, options);
  const error = () => {
    const best = run().map(([first]) => first);
    return relativeError(
      best.map(({ logProbability }) => logProbability),
      expected(array, best),
    );
  };
  return { run, error, tolerance: 1e-3 };
}

/** Log probabilities of the best paths. */
const ofPaths = (array) =>
  array.toArray().map((row) =>
    row.reduce((sum, a) => {
      const largest = a.reduce((x, y) => Math.max(x, y));
      return sum - Math.log(a.reduce((s, v) => s + Math.exp(v - largest), 0));
    }, 0),
  );

/** Log probabilities of all paths that spell the labels. */
function ofLabels(array, best) {
  const { x } = pad(
    best.map(({ labels }) => labels),
    { value: -1 },
  );
  return Array.from(new CTCLoss().evaluate(array, x).each.data, (loss) => -loss);
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
  const ctc = { group, name: 'CTCLoss, 20 labels', shape: { M: ROWS, N: CLASSES }, work, prepare: prepareCTC };
  const decoding = [
    ['ctcDecode, greedy', {}, ofPaths],
    ['ctcDecode, beam of 16', { strategy: 'beam' }, ofLabels],
  ].map(([name, options, expected]) => ({
    group,
    name,
    shape: { M: ROWS, N: CLASSES },
    work,
    prepare: () => prepareDecoding(options, expected),
  }));
  return [...losses, ctc, ...decoding, { group, name, shape: { M: ROWS, N: CLASSES }, work, prepare: prepareSoftmax }];
}
