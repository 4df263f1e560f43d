// Drawing classes, verified against the frequencies of many draws.
import {
  Dense,
  Embedding,
  forecast,
  GaussianNLL,
  GRU,
  generate,
  LSTM,
  oneHot,
  randomNormal,
  Sequential,
  sample,
  tensor,
} from 'bptt';

const [ROWS, CLASSES] = [1000, 65];
const logits = Float64Array.from({ length: CLASSES }, (_, j) => ((j * 37) % 23) / 4);
const rows = { data: logits, shape: [ROWS, CLASSES], stride: [0, 1], offset: 0 };

/** Largest difference between a class's share of the draws and its probability. */
function error(options) {
  const { data } = sample({ ...rows, shape: [100_000, CLASSES] }, options);
  const weights = logits.map((a) => Math.exp(a / options.temperature));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights
    .map((w, j) => Math.abs(data.filter((c) => c === j).length / data.length - w / total))
    .reduce((a, b) => Math.max(a, b));
}

const [UNITS, STEPS, FEW] = [128, 1000, 20];

/** A language model that reads one-hot rows or indices. */
function modelOf(indices) {
  const first = indices ? [new Embedding({ inputDim: CLASSES, outputDim: 32 })] : [];
  const layers = [...first, new LSTM({ units: UNITS }), new Dense({ units: CLASSES })];
  return new Sequential(layers, indices ? {} : { inputSize: CLASSES }).build(indices ? 1 : CLASSES);
}

/** Share of classes that differ from samples of whole predictions. */
function generationError(model, options) {
  const found = [...generate(model, [1, 2], { ...options, steps: FEW })];
  const differ = found.filter((c, step) => {
    const soFar = [1, 2, ...found.slice(0, step)];
    const x = model.indexCount > 0 ? tensor([soFar]) : oneHot([soFar], CLASSES);
    return sample(model.predict(x), { ...options, step }).get(0) !== c;
  });
  return differ.length / FEW;
}

/** A generated character of an LSTM, by one-hot rows and by indices. */
const generationCases = () =>
  [false, true].map((indices) => ({
    group: `generating ${STEPS} characters of ${CLASSES}, LSTM ${UNITS}`,
    name: indices ? 'indices' : 'one-hot rows',
    shape: { H: UNITS, F: CLASSES },
    work: { amount: STEPS, unit: 'element' },
    prepare: () => {
      const model = modelOf(indices);
      const run = () => [...generate(model, [1, 2], { steps: STEPS, temperature: 0.8 })].length;
      return { run, error: () => generationError(model, { temperature: 0.8 }), tolerance: 0 };
    },
  }));

export function samplingCases() {
  return [...drawingCases(), ...generationCases(), forecastCase()];
}

/** Random paths of several series, relative to the same time steps without sampling. */
function forecastCase() {
  const [B, PATHS, HORIZON, H] = [8, 100, 24, 32];
  const model = new Sequential([new GRU({ units: H }), new Dense({ units: 2 })], { inputSize: 1 }).build();
  const history = randomNormal([B, 48, 1], { seed: 1 });
  const options = { horizon: HORIZON, paths: PATHS, loss: new GaussianNLL() };
  const stream = model.stream({ batchSize: B * PATHS });
  const x = randomNormal([B * PATHS, 1], { seed: 2 });
  const baseline = () => {
    const state = stream.zeroState();
    for (let step = 0; step < HORIZON; step++) stream.step(x, state);
  };
  const error = () => {
    const { point } = forecast(model, history, options);
    const y = model.predict(history);
    return Array.from({ length: B }, (_, b) => Math.abs(point.get(b, 0, 0) - y.get(b, 0))).reduce((a, b) =>
      Math.max(a, b),
    );
  };
  return {
    group: `forecasting by ${B}·${PATHS} paths of ${HORIZON} steps, by steps alone`,
    name: 'GaussianNLL',
    shape: { B, H },
    work: { amount: B * PATHS * HORIZON, unit: 'element' },
    prepare: () => ({ run: () => forecast(model, history, options), baseline, error, tolerance: 0 }),
  };
}

function drawingCases() {
  return [{ temperature: 0.8 }, { temperature: 0.8, topP: 0.9999999 }].map((options) => ({
    group: `sampling ${ROWS} rows of ${CLASSES} classes`,
    name: options.topP === undefined ? 'temperature' : 'topP',
    shape: { B: ROWS, F: CLASSES },
    work: { amount: ROWS * CLASSES, unit: 'element' },
    prepare: () => ({ run: () => sample(rows, options), error: () => error(options), tolerance: 0.01 }),
  }));
}
