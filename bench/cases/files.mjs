// Saving and loading, verified by comparing predictions of the loaded model bit by bit.
import { Dense, LSTM, randomNormal, Sequential } from 'bptt';
import { relativeError } from '../statistics.mjs';

function prepare(which) {
  const layers = [new LSTM({ units: 128, returnSequences: true }), new LSTM({ units: 128 }), new Dense({ units: 10 })];
  const model = new Sequential(layers, { seed: 1, inputSize: 64 }).build();
  const x = randomNormal([2, 5, 64], { seed: 2 });
  const bytes = model.toBytes();
  const error = () => relativeError(Sequential.fromBytes(bytes).predict(x).data, model.predict(x).data);
  const run = which === 'save' ? () => model.toBytes() : () => Sequential.fromBytes(bytes);
  return { run, error, tolerance: 0 };
}

export function fileCases() {
  const weights = 4 * 128 * (64 + 128 + 1) + 4 * 128 * (128 + 128 + 1) + 10 * (128 + 1);
  return ['save', 'load'].map((which) => ({
    group: `files, ${weights} parameters`,
    name: which,
    shape: { parameters: weights },
    work: { amount: 4 * weights, unit: 'byte' },
    prepare: () => prepare(which),
  }));
}
