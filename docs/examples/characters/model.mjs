// Builds and trains the model, measures it, and lets it write.
import { Adam, Dense, Dropout, Embedding, GRU, pad, Random, Sequential, SoftmaxCrossEntropy, tensor } from 'bptt';
import { chunks } from './data.mjs';

/** Settings. The training text is cut into `rows` parts, which are read in parallel, `steps` characters at a time. */
export const SETTINGS = {
  seed: 1,
  units: 352,
  embedding: 32,
  dropout: 0.2,
  epochs: 9,
  rows: 16,
  steps: 64,
  learningRate: 4e-3,
  clip: { globalNorm: 1 },
};

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

/** Trains on symbols, and calls `onEpoch` with the bits per character of each epoch. The rate falls like a half cosine. */
export async function train(model, symbols, onEpoch, settings = SETTINGS) {
  const { epochs, rows, steps, learningRate, clip } = settings;
  const optimizer = new Adam({ learningRate });
  model.compile({ optimizer, loss: new SoftmaxCrossEntropy(), clip });
  const updates = epochs * Math.floor(Math.floor((symbols.length - 1) / rows) / steps);
  let done = 0;
  const schedule = {
    onBatchEnd() {
      done++;
      optimizer.learningRate = (learningRate / 2) * (1 + Math.cos((Math.PI * done) / updates));
    },
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { loss } = await model.fitStream(chunks(symbols, settings), { callbacks: [schedule] });
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

/** Draws the next symbol from the softmax of logits [1, symbols] / temperature. */
function draw(logits, random, temperature) {
  const weights = logits.toArray()[0].map((a) => Math.exp(a / temperature));
  const threshold = random.uniform() * weights.reduce((sum, w) => sum + w, 0);
  let sum = 0;
  return weights.findIndex((w) => {
    sum += w;
    return sum > threshold;
  });
}

/** Lets the model read the symbols of a text, and write `count` more. */
export function continueText(model, symbols, count, { temperature = 0.7, seed = 1 } = {}) {
  const [stream, random] = [model.stream(), new Random(seed)];
  const state = stream.zeroState();
  let logits;
  for (const symbol of symbols) logits = stream.step(tensor([symbol]), state);
  return Array.from({ length: count }, () => {
    const symbol = draw(logits, random, temperature);
    logits = stream.step(tensor([symbol]), state);
    return symbol;
  });
}
