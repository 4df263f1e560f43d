// Errors of forecasts, by horizon and overall.
import { PART } from './baselines.mjs';
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

/** The months ahead at which the model does not beat a baseline, by the root mean square. */
const lostTo = (own, other) =>
  own.byHorizon.flatMap(({ rmse }, h) => (rmse > LEAD * other.byHorizon[h].rmse ? [h + 1] : []));

/** Names of the baselines that the model does not beat at every horizon; that of its own line and season may be one. */
export const unbeaten = ([own, ...others]) =>
  others.filter((other) => other.name !== PART && lostTo(own, other).length > 0).map(({ name }) => name);

/** Describes how the model compares with the strongest baseline and with the others, overall and by horizon. */
export function verdictOn(errors) {
  const [own] = errors;
  const best = errors[strongest(errors)];
  const share = Math.round(100 * (1 - own.rmse / best.rmse));
  const where = errors.slice(1).map((other) => {
    const lost = lostTo(own, other);
    return lost.length === 0
      ? `It beats "${other.name}" at each of the ${HORIZON} months ahead.`
      : `It does not beat "${other.name}" at ${ranges(lost)} months ahead: its error is less than 2 % smaller there, or larger.`;
  });
  return (
    `Over the held-out decade the model is off by ${own.rmse.toFixed(3)} ppm (root mean square), the strongest ` +
    `baseline, "${best.name}", by ${best.rmse.toFixed(3)} ppm: ${Math.abs(share)} % ${share >= 0 ? 'less' : 'more'} for the model. ` +
    where.join(' ')
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
