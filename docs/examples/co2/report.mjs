// Writes the report: one HTML file without scripts or external files, for light, dark and print.
import { report } from 'bptt/plot';
import { forecastChart, forecastErrorChart, horizonChart } from './charts.mjs';
import { errorRows, verdictOn } from './errors.mjs';
import { QUANTILES, SETTINGS } from './model.mjs';
import { SOURCE } from './record.mjs';
import { REMEDY } from './remedy.mjs';
import { HORIZON, INPUT } from './windows.mjs';

/** Explains why the remedy of a verdict is not applied; empty if the report has no such verdict. */
function remedyInWords(verdicts) {
  const { layers, forgetBias, seeds, without, withIt } = REMEDY;
  const vanishing = layers.filter((layer) =>
    verdicts.some(({ kind, where }) => kind === 'vanishing' && where === layer),
  );
  if (vanishing.length === 0) return [];
  return [
    `Gradients vanish in ${vanishing.join(' and ')}, but the remedy below is not applied: on the decade before, on which all settings ` +
      `were chosen, gradients reach further back with forget biases of ${forgetBias}, but the mean error of ${seeds.length} seeds rises from ` +
      `${without.toFixed(3)} to ${withIt.toFixed(3)} ppm.`,
  ];
}

/** Describes data, model and training, one paragraph each. */
function method({ split, hash, history }) {
  const { seed, units, inputDropout, dropout, batchSize, clip, learningRate } = SETTINGS;
  return [
    `Data: ${SOURCE}. Licence: https://creativecommons.org/licenses/by/4.0/`,
    `Split: ${split}. The held-out decade was not used for training and scaling. The settings were chosen on the decade before ` +
      'it, but the held-out decade was looked at several times while inputs and outputs were designed.',
    `Inputs: a window of ${INPUT} months less its line and its season. The line has the mean drift of the window; the season of a month ` +
      `is its mean distance from the line in the window. What remains is divided by one scale. Outputs: the same for the next ${HORIZON} ` +
      `months, as the quantiles ${QUANTILES.join(', ')}; the forecast is the median.`,
    `Model: LSTM(${units}) that returns sequences, LSTM(${units}), Dense(${QUANTILES.length * HORIZON}), with dropout of ${inputDropout} at the ` +
      `input and ${dropout} after each LSTM. Training: ${history.epochs.length} epochs, ` +
      `batches of ${batchSize}, Adam, learning rate up to ${learningRate} and down to zero, global norm clipped to ${clip.globalNorm}, seed ${seed}.`,
    'The last training epoch counts. Early stopping was tried on the decade before, with the last eight years of the training windows for ' +
      'validation, and was not better: those years are missing in training.',
    'Gradients through time and gates show the trained model on the last training window, without dropout; the series above the gates is ' +
      'its input. Histograms show batches during training; their last column shows that window.',
    'Baselines: "last value" repeats the last value; "last year + its drift" adds the mean change over the last 12 months to the same ' +
      'month a year earlier; "last year + mean drift" adds the mean yearly change over the whole input window; "line + season" is what the model corrects, without the model.',
    `SHA-256 of the final parameters: ${hash}…`,
  ];
}

/** Returns the page. `flow`: records of the gradient flow; `input`: the input sequence of the last record. */
export function reportPage({ flow, input, ...data }) {
  const { errors, coverage, check, history, batches } = data;
  const january = 'Twelve months each, issued at the turn of the year with the record up to December.';
  return report(history, flow, {
    title: 'CO₂ at Mauna Loa, twelve months ahead',
    summary: [verdictOn(errors), coverage, ...remedyInWords(flow.at(-1).flow.verdicts)],
    batches,
    input,
    sections: [
      { heading: 'Forecasts', figures: [forecastChart(data), forecastErrorChart(data)], caption: january },
      {
        heading: 'Error by horizon',
        text: ['Over all held-out windows, one issued each month, in ppm.'],
        figures: [horizonChart(data)],
        table: errorRows(errors),
      },
    ],
    appendix: [
      {
        heading: 'Gradient check',
        text: [
          'The backward pass of the trained model against finite differences, in float64, on two held-out windows:',
        ],
        code: `${check}`,
      },
      { heading: 'How it was made', text: method(data) },
    ],
  });
}
