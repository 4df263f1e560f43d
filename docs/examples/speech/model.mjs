// Builds and trains the model, and reads labels from its outputs.
import { Adam, Bidirectional, Conv1D, CTCLoss, cosineDecay, ctcDecode, Dense, GRU, Sequential } from 'bptt';
import { BANDS } from './features.mjs';
import { CLASSES } from './phones.mjs';

/** Settings, chosen with `--rehearse`. The learning rate falls like a half cosine. */
export const SETTINGS = {
  seed: 1,
  filters: 32,
  units: 48,
  dropout: 0.2,
  epochs: 12,
  batchSize: 16,
  learningRate: 6e-3,
  clip: { globalNorm: 1 },
};

/** A convolution over five frames, a GRU in each direction, and the logits of each frame. */
export function buildModel({ filters, units, dropout, seed } = SETTINGS) {
  const gru = () => new GRU({ units, dropout, resetAfter: true, returnSequences: true });
  return new Sequential(
    [
      new Conv1D({ filters, kernelSize: 5, padding: 'same', activation: 'relu' }),
      new Bidirectional({ layers: [gru(), gru()] }),
      new Dense({ units: CLASSES }),
    ],
    { inputSize: BANDS, seed },
  );
}

/** Trains on labels without times, and calls `onEpoch` with the log of each epoch. */
export async function train(model, { x, lengths, y }, onEpoch, settings = SETTINGS) {
  const { epochs, batchSize, learningRate, clip } = settings;
  const optimizer = new Adam({
    learningRate: cosineDecay(learningRate, { steps: epochs * Math.ceil(x.shape[0] / batchSize) }),
  });
  model.compile({ optimizer, loss: new CTCLoss(), clip });
  return model.fit(x, y, { lengths, epochs, batchSize, callbacks: [{ onEpochEnd: onEpoch }] });
}

/** The labels that the model reads in each utterance. */
export function readWith(model, { x, lengths }, options = {}) {
  const outputs = model.predict(x, { lengths, batchSize: 64 });
  return ctcDecode(outputs, { lengths, ...options }).map(([{ labels }]) => labels);
}
