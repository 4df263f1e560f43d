// Builds and trains the model, and reads digits with it.
import { Adam, Bidirectional, Dense, GRU, Sequential, SoftmaxCrossEntropy } from 'bptt';
import { SIZE } from './data.mjs';

/** Settings. `rates`: learning rates by the epoch from which they apply. */
export const SETTINGS = {
  seed: 1,
  units: 64,
  dropout: 0.2,
  epochs: 14,
  batchSize: 64,
  clip: { globalNorm: 1 },
  rates: { 0: 3e-3, 8: 1e-3, 12: 3e-4 },
};

/** One GRU reads the rows downwards, one upwards. Their last outputs together are classified by a Dense layer. */
export function buildModel({ units, dropout, seed } = SETTINGS) {
  const gru = () => new GRU({ units, dropout });
  const layers = [new Bidirectional({ layers: [gru(), gru()] }), new Dense({ units: 10 })];
  return new Sequential(layers, { inputSize: SIZE, seed });
}

/** Trains on `{ x, lengths }` and y, and calls `onEpoch` with the log of each epoch. */
export async function train(model, { x, lengths }, y, onEpoch, { epochs, batchSize, clip, rates } = SETTINGS) {
  const optimizer = new Adam({ learningRate: rates[0] });
  const schedule = {
    onEpochEnd({ epoch }) {
      optimizer.learningRate = rates[epoch + 1] ?? optimizer.learningRate;
    },
  };
  model.compile({ optimizer, loss: new SoftmaxCrossEntropy(), clip });
  return model.fit(x, y, { lengths, epochs, batchSize, callbacks: [{ onEpochEnd: onEpoch }, schedule] });
}

const indexOfLargest = (row) => row.reduce((best, value, k) => (value > row[best] ? k : best), 0);

/** The class with the largest output, for each row of outputs [N, classes]. */
export const largest = (outputs) => outputs.toArray().map(indexOfLargest);

/** The digits that the model reads in sequences. */
export const readWith = (model, { x, lengths }) => largest(model.predict(x, { lengths, batchSize: 256 }));

/** Share of digits that were read correctly. */
export function accuracy(digits, read) {
  return digits.filter(({ digit }, i) => digit === read[i]).length / digits.length;
}
