// Builds and trains the model, and records the training for the report.
import { createHash } from 'node:crypto';
import { Adam, Dense, Dropout, LSTM, oneCycle, progressBar, QuantileLoss, Sequential } from 'bptt';
import { recordFlow } from 'bptt/flow';
import { HORIZON } from './windows.mjs';

/** Settings. They were chosen with `npm start -- --rehearse`, without the last ten years of the record. */
export const SETTINGS = {
  seed: 1,
  units: 24,
  inputDropout: 0.2,
  dropout: 0.3,
  epochs: 10,
  batchSize: 16,
  clip: { globalNorm: 0.1 },
  learningRate: 0.005,
  rise: 0.1,
};

/** The quantiles of each forecast: the median, an interval of 50 % and one of 80 %. */
export const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];
export const MEDIAN = QUANTILES.indexOf(0.5);

/** Number of training steps between records of the gradient flow. */
const FLOW_EVERY = 20;

/** Two stacked LSTMs, and all quantiles of all months ahead. */
export function buildModel(seed = SETTINGS.seed, { units, inputDropout, dropout } = SETTINGS) {
  return new Sequential(
    [
      new LSTM({ units, dropout: inputDropout, returnSequences: true }),
      new Dropout({ rate: dropout }),
      new LSTM({ units }),
      new Dropout({ rate: dropout }),
      new Dense({ units: QUANTILES.length * HORIZON }),
    ],
    { inputSize: 1, seed },
  );
}

/** A copy without dropout, so that its gradient flow is that of all weights. */
export function withoutDropout(model) {
  const copy = buildModel(SETTINGS.seed, { ...SETTINGS, inputDropout: 0, dropout: 0 }).build();
  for (const { name, value } of model.parameters) copy.parameters.get(name).assign(value);
  return copy.compile({
    optimizer: new Adam({ learningRate: SETTINGS.learningRate }),
    loss: new QuantileLoss({ quantiles: QUANTILES }),
  });
}

/** Trains on inputs and targets for a fixed number of epochs. The learning rate rises, then falls to zero, in straight lines. */
export async function trainModel(model, x, y, { epochs = SETTINGS.epochs, seed = SETTINGS.seed, callbacks = [] } = {}) {
  const { batchSize, clip, learningRate, rise } = SETTINGS;
  const steps = epochs * Math.ceil(x.shape[0] / batchSize);
  const optimizer = new Adam({ learningRate: oneCycle(learningRate, { steps, rise, form: 'linear' }) });
  model.compile({ optimizer, loss: new QuantileLoss({ quantiles: QUANTILES }), clip });
  return model.fit(x, y, { epochs, batchSize, seed, callbacks });
}

/** Trains, shows the progress, and keeps every log. */
export async function train(model, x, y, epochs) {
  const batches = [];
  const logger = { onBatchEnd: (log) => void batches.push(log) };
  const recorder = recordFlow(model, { every: FLOW_EVERY });
  const history = await trainModel(model, x, y, { epochs, callbacks: [logger, recorder, progressBar()] });
  return { history, batches, records: recorder.records };
}

/** SHA-256 of all parameters. The same seed gives the same hash. */
export function fingerprint(model) {
  const hash = createHash('sha256');
  for (const { value } of model.parameters) hash.update(new Uint8Array(value.copy().data.buffer));
  return hash.digest('hex').slice(0, 16);
}
