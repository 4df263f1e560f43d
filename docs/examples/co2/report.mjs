// The report: one HTML file without scripts or links to other files; light, dark and on paper.
import { forecastChart, forecastErrorChart, gradientChart, horizonChart, lossChart, strongest } from './charts.mjs';
import { errorRows } from './errors.mjs';
import { SETTINGS } from './model.mjs';
import { SOURCE } from './record.mjs';
import { HORIZON, INPUT } from './windows.mjs';

const LIGHT =
  '--page:#fff;--ink:#1d2430;--soft:#5b6472;--grid:#e4e7ec;--truth:#b4bac4;--model:#0b62c4;--base-a:#c2410c;--base-b:#7a5c00;--base-c:#0f766e';
const DARK =
  '--page:#14171c;--ink:#e6e9ee;--soft:#a0a9b6;--grid:#2b313a;--truth:#6b7484;--model:#6db1ff;--base-a:#ff9d6b;--base-b:#e0bd4f;--base-c:#5fd3c4';

const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
body{margin:0 auto;padding:24px;max-width:880px;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6em;margin:0 0 .3em}h2{font-size:1.15em;margin:1.8em 0 .3em}p{margin:.4em 0}
figure{margin:.6em 0;break-inside:avoid}figcaption,.soft{color:var(--soft);font-size:.9em}
svg{width:100%;height:auto;display:block;font:12px system-ui,sans-serif}svg text{fill:var(--ink)}svg .label{fill:var(--soft)}
.grid{stroke:var(--grid)}.axis{stroke:var(--soft)}
table{border-collapse:collapse;font-size:.85em;font-variant-numeric:tabular-nums}
th,td{padding:.15em .7em;text-align:right;border-bottom:1px solid var(--grid)}th{color:var(--soft);font-weight:600}
tr:last-child td{font-weight:600}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8em;line-height:1.4;background:var(--grid);padding:.8em;border-radius:4px}
@media print{body{padding:0}}`;

const escapeHtml = (text) => String(text).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const paragraph = (text) => `<p>${escapeHtml(text)}</p>`;
const figure = (heading, svg, caption) =>
  `<h2>${escapeHtml(heading)}</h2><figure>${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;

function table(rows) {
  const line = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const [head, ...body] = rows;
  return `<table><thead>${line(head, 'th')}</thead><tbody>${body.map((row) => line(row, 'td')).join('')}</tbody></table>`;
}

function summary(errors) {
  const [own] = errors;
  const best = errors[strongest(errors)];
  const share = Math.round(100 * (1 - own.rmse / best.rmse));
  return (
    `Over the held-out decade the model is off by ${own.rmse.toFixed(2)} ppm (root mean square), the strongest ` +
    `baseline, "${best.name}", by ${best.rmse.toFixed(2)} ppm: ${Math.abs(share)} % ${share >= 0 ? 'less' : 'more'} for the model.`
  );
}

function method({ split, hash, history }) {
  const { seed, units, batchSize, clip, learningRate } = SETTINGS;
  return [
    `Data: ${SOURCE}. Licence: https://creativecommons.org/licenses/by/4.0/`,
    `Split: ${split}. Nothing of the held-out decade was used for training, scaling, stopping or choosing settings.`,
    `Inputs: ${INPUT} months, each as its distance from the line through the last value with the window's mean drift, ` +
      `divided by one scale, and the month of the year on a circle. Outputs: the same distance for the next ${HORIZON} months.`,
    `Model: LSTM(${units}), sequences handed on, LSTM(${units}), Dense(${HORIZON}). Training: ${history.epochs.length} epochs, ` +
      `batches of ${batchSize}, Adam, rate up to ${learningRate} and down to zero, global norm clipped to ${clip.globalNorm}, seed ${seed}.`,
    'Baselines: "last value" repeats it; "last year + its drift" adds the mean change over the last 12 months to the same ' +
      'month a year earlier; "last year + mean drift" adds the mean yearly change over the whole input window.',
    `SHA-256 of the final parameters: ${hash}…`,
  ]
    .map(paragraph)
    .join('\n');
}

/** The whole page. */
export function reportPage(data) {
  const { errors, check } = data;
  const january = 'Twelve months each, issued at the turn of the year with the record up to December.';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>CO₂ at Mauna Loa, twelve months ahead</title><style>${STYLE}</style></head><body>
<h1>CO₂ at Mauna Loa, twelve months ahead</h1>
${paragraph(summary(errors))}
${figure('Forecasts', forecastChart(data), january)}
${figure('Errors of these forecasts', forecastErrorChart(data), 'Above zero: forecast too high.')}
${figure('Error by horizon', horizonChart(data), 'Over all held-out windows, one issued each month.')}
<h2>Errors in ppm</h2>${table(errorRows(errors))}
${figure('Training', lossChart(data), 'Mean over each epoch, training windows only.')}
${figure('Gradients', gradientChart(data), `Global norm at every step, clipped to ${SETTINGS.clip.globalNorm}.`)}
<h2>Gradient check</h2>
${paragraph('The backward pass of the trained model against finite differences, in float64, on two held-out windows:')}
<pre>${escapeHtml(check)}</pre>
<h2>How it was made</h2>
${method(data)}
</body></html>
`;
}
