// Builds and trains the model.
import { Adam, BinaryCrossEntropy, cosineDecay, Dense, GRU, Sequential } from 'bptt';
import { BANDS } from '../../voice/features.mjs';

/** Settings, chosen with `--rehearse`. The learning rate falls like a half cosine. */
export const SETTINGS = { seed: 1, units: 16, epochs: 60, batchSize: 16, learningRate: 1e-2, clip: { globalNorm: 1 } };

/** A GRU, and the probability of speech in each frame. */
export function buildModel({ units, seed } = SETTINGS) {
  const layers = [new GRU({ units, returnSequences: true }), new Dense({ units: 1, activation: 'sigmoid' })];
  return new Sequential(layers, { inputSize: BANDS, seed });
}

/** Trains, and calls `onEpoch` with the log of each epoch. */
export async function train(model, { x, y }, onEpoch, settings = SETTINGS) {
  const { epochs, batchSize, learningRate, clip } = settings;
  const steps = epochs * Math.ceil(x.shape[0] / batchSize);
  const optimizer = new Adam({ learningRate: cosineDecay(learningRate, { steps }) });
  model.compile({ optimizer, loss: new BinaryCrossEntropy({ from: 'probabilities' }), clip });
  await model.fit(x, y, { epochs, batchSize, callbacks: [{ onEpochEnd: onEpoch }] });
}

/** Decisions of a model, for each frame of each sound: whether speech is more probable than not. */
export function decide(model, x) {
  return model
    .predict(x)
    .toArray()
    .map((rows) => rows.map(([probability]) => (probability > 0.5 ? 1 : 0)));
}
