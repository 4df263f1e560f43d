// Builds and trains the model, measures it, and lets it play.
import {
  Adam,
  BinaryCrossEntropy,
  Conv1D,
  cosineDecay,
  Dense,
  Dropout,
  GRU,
  Parallel,
  Random,
  Sequential,
  tensor,
} from 'bptt';
import { inAllKeys, LOWEST, notesOf, PITCHES, wholePiece, windowsOf } from './data.mjs';

/** Settings, chosen with `--rehearse`. The learning rate falls like a half cosine. */
export const SETTINGS = {
  seed: 1,
  units: 128,
  dropout: 0.3,
  steps: 64,
  epochs: 10,
  batchSize: 16,
  learningRate: 4e-3,
  clip: { globalNorm: 1 },
};

/** The negative log-likelihood of all notes of a step: a sum of Bernoulli distributions, one for each pitch. */
export const loss = new BinaryCrossEntropy({ sumFeatures: true });

/** A linear function of the last 16 steps: it repeats patterns. */
const recent = () => new Conv1D({ filters: PITCHES, kernelSize: 16, padding: 'causal' });

/** The logits of the next step are the sum of two branches: a GRU, and a linear function of the last 16 steps. */
export function buildModel({ units, dropout, seed } = SETTINGS) {
  const gru = new GRU({ units, resetAfter: true, dropout: 0.1, returnSequences: true });
  const branches = [
    [gru, new Dropout({ rate: dropout }), new Dense({ units: PITCHES })],
    [new Dropout({ rate: dropout }), recent()],
  ];
  return new Sequential([new Parallel({ branches, merge: 'sum' })], { inputSize: PITCHES, seed });
}

/** Settings of the linear baseline. */
const LINEAR = { epochs: 6, learningRate: 3e-3 };

/** Trains on pieces in all keys, and calls `onEpoch` with the log of each epoch. */
export async function train(model, pieces, onEpoch, settings = SETTINGS) {
  const { steps, epochs, batchSize, learningRate, clip } = settings;
  const { x, y } = windowsOf(pieces.flatMap(inAllKeys), steps);
  const optimizer = new Adam({
    learningRate: cosineDecay(learningRate, { steps: epochs * Math.ceil(x.shape[0] / batchSize) }),
  });
  model.compile({ optimizer, loss, clip });
  return model.fit(x, y, { epochs, batchSize, callbacks: [{ onEpochEnd: onEpoch }] });
}

/** The linear function alone, trained on pieces: logistic regression of each pitch. */
export async function trainedLinear(pieces) {
  const model = new Sequential([recent()], { inputSize: PITCHES, seed: SETTINGS.seed });
  await train(model, pieces, () => {}, { ...SETTINGS, ...LINEAR });
  return model;
}

/** Logits of each step of a piece but the first, from all steps before it: [1, T, PITCHES]. */
export const outputsOf = (model) => (piece) => model.predict(wholePiece(piece).x);

/** Lets the model read the steps of a piece and play `count` more: each pitch is drawn by its own probability. */
export function play(model, steps, count, { seed = 1 } = {}) {
  const [stream, random] = [model.stream(), new Random(seed)];
  const state = stream.zeroState();
  let logits;
  const read = (pitches) => {
    logits = stream.step(tensor([notesOf(pitches)]), state);
  };
  for (const pitches of steps) read(pitches);
  return Array.from({ length: count }, () => {
    const begins = Array.from({ length: PITCHES }, (_, k) => random.uniform() < 1 / (1 + Math.exp(-logits.get(0, k))));
    const pitches = begins.flatMap((yes, k) => (yes ? [LOWEST + k] : []));
    read(pitches);
    return pitches;
  });
}
