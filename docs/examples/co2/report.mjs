// Writes the report: one HTML file without scripts or external files, for light, dark and print.
import { report } from 'bptt/plot';
import { forecastChart, forecastErrorChart, horizonChart } from './charts.mjs';
import { errorRows, verdictOn } from './errors.mjs';
import { SETTINGS } from './model.mjs';
import { SOURCE } from './record.mjs';
import { REMEDY } from './remedy.mjs';
import { HORIZON, INPUT } from './windows.mjs';

/** Explains why the remedy of a verdict is not applied; empty if the report has no such verdict. */
function remedyInWords(verdicts) {
  const { layer, forgetBias, seeds, without, withIt } = REMEDY;
  if (!verdicts.some(({ kind, where }) => kind === 'vanishing' && where === layer)) return [];
  return [
    `Gradients vanish in ${layer}, but the remedy below is not applied: on the decade before, on which all settings were chosen, ` +
      `gradients reach further back with a forget bias of ${forgetBias}, but the mean error of ${seeds.length} seeds rises from ` +
      `${without.toFixed(3)} to ${withIt.toFixed(3)} ppm.`,
  ];
}

/** Describes data, model and training, one paragraph each. */
function method({ split, hash, history }) {
  const { seed, units, batchSize, clip, learningRate } = SETTINGS;
  return [
    `Data: ${SOURCE}. Licence: https://creativecommons.org/licenses/by/4.0/`,
    `Split: ${split}. Nothing of the held-out decade was used for training, scaling, stopping or choosing settings.`,
    `Inputs: ${INPUT} months, each as its distance from the line through the last value with the mean drift of the window, ` +
      `divided by one scale, and the month of the year as a point on a circle. Outputs: the same distance for the next ${HORIZON} months.`,
    `Model: LSTM(${units}) that returns sequences, LSTM(${units}), Dense(${HORIZON}). Training: ${history.epochs.length} epochs, ` +
      `batches of ${batchSize}, Adam, learning rate up to ${learningRate} and down to zero, global norm clipped to ${clip.globalNorm}, seed ${seed}.`,
    'Gradients through time and gates show the trained model on the last training window; the series above the gates is its first ' +
      'input, the distance from the line. Histograms show batches during training; their last column shows that window.',
    'Baselines: "last value" repeats the last value; "last year + its drift" adds the mean change over the last 12 months to the same ' +
      'month a year earlier; "last year + mean drift" adds the mean yearly change over the whole input window.',
    `SHA-256 of the final parameters: ${hash}…`,
  ];
}

/** Returns the page. `flow`: records of the gradient flow; `input`: the input sequence of the last record. */
export function reportPage({ flow, input, ...data }) {
  const { errors, check, history, batches } = data;
  const january = 'Twelve months each, issued at the turn of the year with the record up to December.';
  return report(history, flow, {
    title: 'CO₂ at Mauna Loa, twelve months ahead',
    summary: [verdictOn(errors), ...remedyInWords(flow.at(-1).flow.verdicts)],
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
