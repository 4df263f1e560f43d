// Many small models: creating a model and calling it once, and calling one of many live models; and training with a large
// embedding. They are verified against a model on the reference kernels.
import { Adam, Dense, Embedding, LSTM, MeanSquaredError, Random, randomNormal, Sequential, tensor, zeros } from 'bptt';
import { relativeError } from '../statistics.mjs';

const LIVE = 2000;
const [B, T, I, H] = [1, 20, 4, 8];
const x = randomNormal([B, T, I], { seed: 2 });

const make = (options) => new Sequential([new LSTM({ units: H }), new Dense({ units: 1 })], { seed: 1, ...options });

function error(model) {
  return relativeError(model.predict(x).data, make({ backend: 'reference' }).predict(x).data);
}

function prepareMaking() {
  return { run: () => make().predict(x), error: () => error(make()), tolerance: 0 };
}

/** Each run calls the next of many live models; the baseline always calls the same model. */
function prepareLive() {
  const models = Array.from({ length: LIVE }, () => make());
  for (const model of models) model.predict(x);
  let next = 0;
  return {
    run: () => models[next++ % LIVE].predict(x),
    baseline: () => models[0].predict(x),
    error: () => Math.max(error(models[0]), error(models[1]), error(models[LIVE - 1])),
    tolerance: 0,
  };
}

/** A training step of an LSTM behind a table of 50,000 words; the baseline is the LSTM alone. */
function prepareEmbedding() {
  const [words, D, rows, steps] = [50_000, 128, 32, 80];
  const random = new Random(1);
  const compiled = (layers, options) =>
    new Sequential(layers, { seed: 1, ...options }).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  const embedded = (options) =>
    compiled([new Embedding({ inputDim: words, outputDim: D }), new LSTM({ units: D })], options);
  const texts = Array.from({ length: 8 }, () =>
    tensor(Array.from({ length: rows }, () => Array.from({ length: steps }, () => random.integer(words)))),
  );
  const [model, alone] = [embedded(), compiled([new LSTM({ units: D })])];
  const [features, target] = [randomNormal([rows, steps, D], { seed: 2 }), zeros([rows, D])];
  let next = 0;
  return {
    run: () => model.trainStep(texts[next++ % texts.length], target),
    baseline: () => alone.trainStep(features, target),
    error: () => {
      const short = texts[0].hi(2, 5);
      const outputs = [embedded(), embedded({ backend: 'reference' })].map((each) => each.predict(short).data);
      return relativeError(...outputs);
    },
    tolerance: 0,
  };
}

export function modelCases() {
  const shape = { B, T, I, H };
  const group = `models, LSTM and Dense, B ${B} T ${T} I ${I} H ${H}`;
  const work = { amount: B * T * (2 * 4 * H * (I + H)), unit: 'flop' };
  return [
    { group, name: 'make one and call it', shape, work, prepare: prepareMaking },
    { group, name: `call one of ${LIVE} live models by one model`, shape, work, prepare: prepareLive },
    {
      group: 'embedding 50,000 × 128 and LSTM 128, B 32 T 80',
      name: 'train by the LSTM alone',
      shape: { B: 32, T: 80, I: 128, H: 128 },
      work: { amount: 3 * 32 * 80 * (2 * 4 * 128 * 256), unit: 'flop' },
      prepare: prepareEmbedding,
    },
  ];
}
