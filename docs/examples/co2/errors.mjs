// Errors of forecasts, by horizon and overall.
import { HORIZON } from './windows.mjs';

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;
const rootMeanSquare = (list) => Math.sqrt(mean(list.map((x) => x * x)));
const meanAbsolute = (list) => mean(list.map(Math.abs));

/**
 * @typedef {object} Errors
 * @property {string} name - the forecaster
 * @property {number} rmse - ppm, over all windows and horizons
 * @property {number} mae - ppm
 * @property {{ rmse: number, mae: number }[]} byHorizon - the same for 1, 2, … months ahead
 */

/** @returns {Errors} of forecasts issued after the months `issued` */
export function errorsOf(name, { values }, issued, forecasts) {
  const errors = issued.map((t, row) => forecasts[row].map((ppm, h) => ppm - values[t + 1 + h]));
  const byHorizon = Array.from({ length: HORIZON }, (_, h) => errors.map((row) => row[h]));
  const summary = (list) => ({ rmse: rootMeanSquare(list), mae: meanAbsolute(list) });
  return { name, ...summary(errors.flat()), byHorizon: byHorizon.map(summary) };
}

/** Index of the baseline with the smallest error. */
export function strongest(errors) {
  return errors.reduce((best, { rmse }, k) => (k > 1 && rmse < errors[best].rmse ? k : best), 1);
}

/** Formats [3, 9, 10, 11] as '3, 9 to 11'. */
function ranges(months) {
  const runs = [];
  for (const month of months) {
    if (runs.at(-1)?.at(-1) === month - 1) runs.at(-1).push(month);
    else runs.push([month]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]} to ${run.at(-1)}` : `${run[0]}`)).join(', ');
}

/** The model beats a baseline only if its error is at least 2 % smaller. */
const LEAD = 0.98;

/** Describes how the model compares with the strongest baseline, overall and at the horizons where it is not better. */
export function verdictOn(errors) {
  const [own] = errors;
  const best = errors[strongest(errors)];
  const share = Math.round(100 * (1 - own.rmse / best.rmse));
  const lost = own.byHorizon.flatMap(({ rmse }, h) => (rmse > LEAD * best.byHorizon[h].rmse ? [h + 1] : []));
  const where =
    lost.length === 0
      ? 'The model has the smaller error at every horizon.'
      : `At ${ranges(lost)} months ahead the model does not beat that baseline: its error is less than 2 % smaller, or larger.`;
  return (
    `Over the held-out decade the model is off by ${own.rmse.toFixed(2)} ppm (root mean square), the strongest ` +
    `baseline, "${best.name}", by ${best.rmse.toFixed(2)} ppm: ${Math.abs(share)} % ${share >= 0 ? 'less' : 'more'} for the model. ${where}`
  );
}

/** The errors as rows of text: a header, one row for each horizon, and one for all horizons. */
export function errorRows(all) {
  const cells = (kind, pick) => all.map((errors) => pick(errors)[kind].toFixed(2));
  const row = (label, pick) => [label, ...cells('rmse', pick), ...cells('mae', pick)];
  const head = ['months ahead', ...all.map(({ name }) => `RMSE ${name}`), ...all.map(({ name }) => `MAE ${name}`)];
  const rows = Array.from({ length: HORIZON }, (_, h) => row(String(h + 1), (errors) => errors.byHorizon[h]));
  return [head, ...rows, row('all', (errors) => errors)];
}

/** The table for a terminal: RMSE and MAE of each forecaster in one cell. */
export function errorTable(all) {
  const cell = ({ rmse, mae }) => `${rmse.toFixed(3)} / ${mae.toFixed(3)}`;
  const rows = [
    ['months ahead', ...all.map(({ name }) => name)],
    ...Array.from({ length: HORIZON }, (_, h) => [String(h + 1), ...all.map((errors) => cell(errors.byHorizon[h]))]),
    ['all', ...all.map(cell)],
  ];
  const widths = rows[0].map((_, column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  return rows.map((row) => row.map((text, column) => text.padStart(widths[column])).join('  ')).join('\n');
}
