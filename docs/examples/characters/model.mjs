// Builds and trains the model, measures it, and lets it write.
import {
  Adam,
  cosineDecay,
  Dense,
  Dropout,
  Embedding,
  GRU,
  generate,
  pad,
  Sequential,
  SoftmaxCrossEntropy,
} from 'bptt';
import { chunks } from './data.mjs';

/** Settings. The training text is cut into `rows` parts, which are read in parallel, `steps` characters at a time. */
export const SETTINGS = {
  seed: 1,
  units: 128,
  embedding: 32,
  dropout: 0,
  epochs: 6,
  rows: 16,
  steps: 64,
  learningRate: 0.01,
  clip: { globalNorm: 1 },
};

/** The same for `--long`. */
export const LONG = { ...SETTINGS, units: 352, dropout: 0.2, epochs: 9, learningRate: 4e-3 };

/** A GRU reads the characters; its outputs are classified into the next one. */
export function buildModel(symbols, { units, embedding, dropout, seed } = SETTINGS) {
  return new Sequential(
    [
      new Embedding({ inputDim: symbols, outputDim: embedding }),
      new GRU({ units, resetAfter: true, returnSequences: true }),
      new Dropout({ rate: dropout }),
      new Dense({ units: symbols }),
    ],
    { seed },
  );
}

/** Trains on symbols, and calls `onEpoch` with the bits per character of each epoch. The rate falls to zero like a half cosine. */
export async function train(model, symbols, onEpoch, settings = SETTINGS) {
  const { epochs, rows, steps, learningRate, clip } = settings;
  const updates = epochs * Math.floor(Math.floor((symbols.length - 1) / rows) / steps);
  const optimizer = new Adam({ learningRate: cosineDecay(learningRate, { steps: updates }) });
  model.compile({ optimizer, loss: new SoftmaxCrossEntropy(), clip });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { loss } = await model.fitStream(chunks(symbols, settings));
    onEpoch({ epoch, bits: loss / Math.LN2 });
  }
}

/** Mean of −log₂ p in bits over all symbols of texts but the first of each. */
export function bits(model, texts) {
  const inputs = pad(texts.map((symbols) => symbols.slice(0, -1).map((symbol) => [symbol])));
  const targets = pad(texts.map((symbols) => symbols.slice(1).map((symbol) => [symbol])));
  const [x, y] = [inputs, targets].map((padded) => padded.x.pick(null, null, 0));
  return model.evaluate(x, y, { lengths: inputs.lengths }) / Math.LN2;
}

/** Lets the model read the symbols of a text, and write `count` more. */
export const continueText = (model, symbols, count, { temperature = 0.7, seed = 1 } = {}) => [
  ...generate(model, symbols, { steps: count, temperature, seed }),
];
