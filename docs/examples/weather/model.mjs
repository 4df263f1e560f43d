// Builds and trains the model and the linear baseline, and turns outputs into forecasts.
import { Adam, Dense, Dropout, EarlyStopping, GRU, QuantileLoss, Sequential } from 'bptt';
import { SERIES } from './record.mjs';
import { HORIZON } from './windows.mjs';

/** The quantiles of each forecast: the median, an interval of 50 % and one of 80 %. */
export const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];

export const MEDIAN = QUANTILES.indexOf(0.5);

/** Settings, chosen with `--rehearse`. */
const SETTINGS = {
  seed: 1,
  units: 24,
  dropout: 0.2,
  epochs: 60,
  patience: 8,
  batchSize: 32,
  learningRate: 3e-3,
  clip: { globalNorm: 1 },
};

const OUTPUTS = QUANTILES.length * HORIZON * SERIES.length;

/** A GRU reads the days. Its last output becomes all quantiles of all series of all days ahead. */
export function buildModel({ units, dropout, seed } = SETTINGS) {
  const gru = new GRU({ units, dropout: dropout / 2, resetAfter: true });
  return new Sequential([gru, new Dropout({ rate: dropout }), new Dense({ units: OUTPUTS })], { seed });
}

/** Linear quantile regression of all numbers of a window, in one row. */
export const buildLinear = ({ seed } = SETTINGS) => new Sequential([new Dense({ units: OUTPUTS })], { seed });

/** Trains until the validation loss has not improved for some epochs; the model gets the weights of the best one. */
export async function train(model, trained, validation, settings = {}) {
  const { epochs, patience, batchSize, learningRate, clip } = { ...SETTINGS, ...settings };
  model.compile({ optimizer: new Adam({ learningRate }), loss: new QuantileLoss({ quantiles: QUANTILES }), clip });
  const stopping = new EarlyStopping({ patience, restoreBest: true });
  const validationData = [validation.x, validation.y];
  const history = await model.fit(trained.x, trained.y, { epochs, batchSize, validationData, callbacks: [stopping] });
  return { history, best: stopping.bestEpoch };
}

/** Forecasts of outputs [N, OUTPUTS] in the units of the record: [N][series][quantile][day ahead]. Quantiles are sorted. */
export function forecastsOf(outputs, scale) {
  const size = HORIZON * SERIES.length;
  return outputs.toArray().map((row) =>
    SERIES.map((_, j) => {
      const days = Array.from({ length: HORIZON }, (_, h) => {
        const values = QUANTILES.map((_, q) => row[q * size + h * SERIES.length + j]);
        return values.sort((a, b) => a - b).map((value) => scale.mean[j] + scale.scale[j] * value);
      });
      return QUANTILES.map((_, q) => days.map((values) => values[q]));
    }),
  );
}
