// What surrounds a training step: the data of `fit`, weights, micro-batches, metrics, an average of weights, a checkpoint. The
// baseline is the step alone, so 1.02 is a cost of 2 %.
import {
  Accuracy,
  Adam,
  AUC,
  BinaryCrossEntropy,
  Dense,
  LSTM,
  MeanSquaredError,
  Perplexity,
  Random,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
  WeightAverage,
} from 'bptt';
import { relativeError } from '../statistics.mjs';

const [B, T, H, F] = [32, 20, 32, 4];
const [BATCHES, EPOCHS] = [8, 3];
const N = B * BATCHES;
const SHAPE = { B, T, I: F, H };
const flop = (b, t, i, h) => 3 * 2 * 4 * b * t * h * (i + h);
const work = { amount: flop(B, T, F, H), unit: 'flop' };

const [x, y] = [randomNormal([N, T, F], { seed: 1 }), randomNormal([N, F], { seed: 2 })];
const random = new Random(3);
const lengths = Array.from({ length: N }, () => T / 2 + random.integer(T / 2 + 1));
/** Rows of different lengths. */
const ragged = lengths.map((length, row) => x.pick(row, null, null).hi(length, F));
const targets = Array.from({ length: N }, (_, row) => y.pick(row, null));
/** A weight for each row, that its target tells. */
const weightsOf = (rows) => Array.from({ length: rows.shape[0] }, (_, row) => Math.abs(rows.get(row, 0)));

function regression() {
  const layers = [new LSTM({ units: H, returnSequences: false }), new Dense({ units: F })];
  return new Sequential(layers, { seed: 1 }).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
}

/** Difference of the weights of two models. */
const difference = (a, b) =>
  relativeError(
    [...a.parameters].flatMap(({ value }) => [...value.copy().data]),
    [...b.parameters].flatMap(({ value }) => [...value.copy().data]),
  );

/** Fits epochs; the baseline takes the steps on the batches of the first, which it has. */
function prepareFit([rows, goals, options], { weighs, atHand }) {
  const batches = [];
  const fitted = (model, epochs, callbacks = []) =>
    atHand
      ? model.fit(() => batches, { epochs, callbacks })
      : model.fit(rows, goals, { batchSize: B, epochs, ...options, callbacks });
  const record = (batch) => {
    const { x: rows, y: goals, mask } = batch;
    const given = { ...(mask && { mask: mask.copy() }), ...(weighs && { sampleWeights: weightsOf(goals) }) };
    batches.push([rows.copy(), goals.copy(), given]);
  };
  const step = (model, epochs) => {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const [rows, goals, given] of batches) model.trainStep(rows, goals, given);
    }
  };
  const error = async () => {
    const models = [regression(), regression(), regression()];
    await models[0].fit(rows, goals, { batchSize: B, ...options, callbacks: [{ onBatchBegin: record }] });
    await fitted(models[1], 1);
    step(models[2], 1);
    return difference(models[1], models[2]);
  };
  const [one, other] = [regression(), regression()];
  const [run, baseline] = [() => fitted(one, EPOCHS), () => step(other, EPOCHS)];
  return { run, baseline, asynchronous: true, error, tolerance: 0 };
}

function fitCases() {
  const cases = {
    'batches at hand': [x, y, {}],
    'rows, shuffled': [x, y, {}],
    'weights of rows': [x, y, { sampleWeights: weightsOf(y) }],
    'rows of different lengths': [ragged, targets, {}],
    'the same in buckets': [ragged, targets, { buckets: 4 }],
  };
  return Object.entries(cases).map(([name, given]) => ({
    group: `${EPOCHS} epochs of fit, ${N} rows, LSTM ${H}, B ${B} T ${T} I ${F}, by training steps`,
    name,
    shape: SHAPE,
    work: { ...work, amount: EPOCHS * BATCHES * work.amount },
    prepare: () => prepareFit(given, { weighs: name.startsWith('weights'), atHand: name.startsWith('batches') }),
  }));
}

/** A classifier of time steps, or of sequences by one score. */
function classifier(units, classes, { optimizer = new Adam(), ...loss } = {}) {
  const layers = [new LSTM({ units, returnSequences: classes > 1 }), new Dense({ units: classes })];
  const model = new Sequential(layers, { seed: 1 });
  return model.compile({
    optimizer,
    loss: classes > 1 ? new SoftmaxCrossEntropy(loss) : new BinaryCrossEntropy(loss),
  });
}

const labelsOf = (b, t, classes) =>
  tensor(Array.from({ length: b }, (_, row) => Array.from({ length: t }, (_, k) => (row * 7 + k * 3) % classes)));

/** Steps with options that weigh or divide the rows; each is compared with its plain meaning. */
function stepCases() {
  const [few, labels] = [x.hi(B), labelsOf(B, T, F)];
  const classWeights = [1, 2, 0.5, 1];
  const sampleWeights = tensor(
    Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => classWeights[labels.get(b, t)])),
  );
  const sgd = (loss) => classifier(H, F, { optimizer: new SGD(), ...loss });
  const stepped = (model, options) => {
    model.trainStep(few, labels, options);
    return model;
  };
  const cases = {
    'weights of time steps': [{}, { sampleWeights }, { classWeights }, {}],
    'weights of classes': [{ classWeights }, {}, {}, { sampleWeights }],
    'two micro-batches': [{}, { microBatchSize: B / 2 }, {}, {}],
  };
  return Object.entries(cases).map(([name, [loss, options, sameLoss, sameOptions]]) => ({
    group: `training step, LSTM ${H}, B ${B} T ${T} I ${F}, ${F} classes a step, by a plain step`,
    name,
    shape: SHAPE,
    work,
    prepare: () => {
      const [model, plain] = [classifier(H, F, loss), classifier(H, F)];
      const error = () => difference(stepped(sgd(loss), options), stepped(sgd(sameLoss), sameOptions));
      const [run, baseline] = [() => model.trainStep(few, labels, options), () => plain.trainStep(few, labels)];
      return { run, baseline, error, tolerance: 1e-6 };
    },
  }));
}

function prepareMetric(make, { units, b, t, classes }) {
  const few = randomNormal([b, t, classes], { seed: 4 });
  const goals = classes > 1 ? labelsOf(b, t, classes) : tensor(Array.from({ length: b }, (_, row) => [row % 2]));
  const [model, plain] = [classifier(units, classes), classifier(units, classes)];
  const metric = make();
  const stepped = (options) => {
    metric.reset();
    return model.trainStep(few, goals, { metrics: { metric }, ...options });
  };
  const error = () => {
    const { metrics, output } = stepped({ output: true });
    return relativeError([metrics.metric], [make().evaluate(output, goals)]);
  };
  return { run: () => stepped(), baseline: () => plain.trainStep(few, goals), error, tolerance: 1e-6 };
}

function metricCases() {
  const shapes = [
    { units: 32, b: B, t: T, classes: 10 },
    { units: 32, b: B, t: T, classes: 50 },
    { units: 128, b: 32, t: 80, classes: 65 },
  ];
  const rows = shapes.flatMap((shape) => [
    ['Accuracy', () => new Accuracy(), shape],
    ['Perplexity', () => new Perplexity(), shape],
  ]);
  return [...rows, ['AUC', () => new AUC(), { units: 32, b: B, t: T, classes: 1 }]].map(([name, make, shape]) => {
    const { units, b, t, classes } = shape;
    return {
      group: `training step with a metric, LSTM ${units}, B ${b} T ${t}, by the step alone`,
      name: classes === 1 ? `${name}, a score a row` : `${name}, ${classes} classes a step`,
      shape: { B: b, T: t, I: classes, H: units },
      work: { amount: flop(b, t, classes, units), unit: 'flop' },
      prepare: () => prepareMetric(make, shape),
    };
  });
}

/** A language model at its training step: an average of its weights after each, and a checkpoint. */
function keepingCases() {
  const kinds = {
    'step with WeightAverage': (model, step) => {
      const average = new WeightAverage({ decay: 0.9 });
      return () => {
        step();
        average.add(model.parameters);
      };
    },
    'step and toBytes': (model, step) => () => {
      step();
      return model.toBytes();
    },
  };
  const shapes = [
    { units: 32, b: B, t: T, classes: 50 },
    { units: 128, b: 32, t: 80, classes: 65 },
  ];
  return shapes.flatMap(({ units, b, t, classes }) =>
    Object.entries(kinds).map(([name, make]) => ({
      group: `keeping weights, LSTM ${units}, B ${b} T ${t}, ${classes} classes a step, by the step alone`,
      name,
      shape: { B: b, T: t, I: classes, H: units },
      work: { amount: flop(b, t, classes, units), unit: 'flop' },
      prepare: () => {
        const [few, labels] = [randomNormal([b, t, classes], { seed: 4 }), labelsOf(b, t, classes)];
        const [model, plain] = [classifier(units, classes), classifier(units, classes)];
        const run = make(model, () => model.trainStep(few, labels));
        return {
          run,
          baseline: () => plain.trainStep(few, labels),
          error: () => keptError(few, labels),
          tolerance: 1e-6,
        };
      },
    })),
  );
}

/** Error of an average of three steps against its formula, and of the model that bytes hold. */
function keptError(few, labels) {
  const model = classifier(4, few.shape[2]);
  const [average, decay, sum] = [new WeightAverage({ decay: 0.5 }), 0.5, { weights: undefined, total: 0 }];
  const weightsOfModel = () => [...model.parameters].flatMap(({ value }) => [...value.copy().data]);
  for (let k = 0; k < 3; k++) {
    model.trainStep(few, labels);
    average.add(model.parameters);
    const weights = weightsOfModel();
    sum.weights = weights.map((w, j) => decay * (sum.weights?.[j] ?? 0) + w);
    sum.total = decay * sum.total + 1;
  }
  const copy = Sequential.fromBytes(model.toBytes());
  const loaded = relativeError(copy.predict(few).data, model.predict(few).data);
  average.swap(model.parameters);
  return (
    loaded +
    relativeError(
      weightsOfModel(),
      sum.weights.map((w) => w / sum.total),
    )
  );
}

export function trainingCases() {
  return [...fitCases(), ...stepCases(), ...metricCases(), ...keepingCases()];
}
