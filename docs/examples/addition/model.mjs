// Builds and trains the models, and lets them answer.
import { Adam, Attention, Dense, Embedding, EncoderDecoder, LSTM, SoftmaxCrossEntropy } from 'bptt';
import { answer, LENGTHS, STOP, sources, spelled, TOKENS, targets } from './data.mjs';

export const SETTINGS = {
  units: 96,
  embedding: 16,
  epochs: 20,
  batchSize: 64,
  learningRate: 5e-3,
  clip: { globalNorm: 1 },
};

/** An LSTM reads the question, another one writes the answer, with or without attention to the outputs of the first. */
export function buildModel({ attends, seed = 1 }, { units, embedding } = SETTINGS) {
  const characters = () => new Embedding({ inputDim: TOKENS, outputDim: embedding, maskZero: true });
  const lstm = () => new LSTM({ units, returnSequences: true });
  const attention = () => [new Attention({ score: 'additive' }), new Dense({ units, activation: 'tanh' })];
  return new EncoderDecoder({
    encoder: [characters(), lstm()],
    decoder: [characters(), lstm(), ...(attends ? attention() : []), new Dense({ units: TOKENS })],
    seed,
  });
}

/** Trains on sums, and calls `onEpoch` with the log of each epoch. The learning rate falls to 0 like a half cosine. */
export async function train(model, sums, onEpoch, { epochs, batchSize, learningRate, clip } = SETTINGS) {
  const optimizer = new Adam({ learningRate });
  const schedule = {
    onEpochEnd({ epoch }) {
      optimizer.learningRate = (learningRate / 2) * (1 + Math.cos((Math.PI * (epoch + 1)) / epochs));
    },
  };
  model.compile({ optimizer, loss: new SoftmaxCrossEntropy(), clip });
  return model.fit(sources(sums), targets(sums), { epochs, batchSize, callbacks: [{ onEpochEnd: onEpoch }, schedule] });
}

/** The answers that a model writes, each character the most probable one. */
export function answers(model, sums) {
  const written = model.generate(sources(sums), { steps: LENGTHS.answer, stop: STOP, batchSize: 500 });
  return written.map(([best]) => spelled(best.tokens));
}

/** Share of sums whose answers are right in every digit. */
export function share(sums, written) {
  return sums.filter((sum, i) => written[i] === answer(sum)).length / sums.length;
}

/** The tokens that a model writes for one sum, and the attention weights [tokens, length of the question] of each. */
export function attendedAnswer(model, sum) {
  const [[best]] = model.generate(sources([sum]), { steps: LENGTHS.answer, stop: STOP, attention: true });
  return { tokens: best.tokens, weights: best.attention };
}
