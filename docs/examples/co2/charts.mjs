// Draws the forecasts. (`report` draws the training.)
import { lineChart } from 'bptt/plot';
import { strongest } from './errors.mjs';

/** Forecasts issued at the end of each year, as points [year, ppm] with a gap after each December. */
function januaryRuns({ record, tested }, { rows }, value) {
  return tested.flatMap((t, row) => {
    if (record.month(t + 1) !== 0) return [];
    const run = rows[row].map((ppm, h) => [record.year(t + 1 + h), value(ppm, t + 1 + h)]);
    return [...run, [run.at(-1)[0], Number.NaN]];
  });
}

/** The held-out decade in years, the x axis of both charts. */
const decade = ({ record, heldOut: [from, to] }) => [record.year(from), record.year(to - 1)];

/** Draws the observed values, and the forecasts issued with the record up to each December. */
export function forecastChart(data) {
  const { record, heldOut, forecasts, errors } = data;
  const [from, to] = heldOut;
  const truth = Array.from({ length: to - from }, (_, i) => [record.year(from + i), record.values[from + i]]);
  const runs = [0, strongest(errors)].map((k) => ({
    name: forecasts[k].name,
    points: januaryRuns(data, forecasts[k], (ppm) => ppm),
  }));
  return lineChart([{ name: 'observed', points: truth, faint: true }, ...runs], {
    title: 'Forecasts of CO₂ over the held-out decade',
    width: 840,
    height: 400,
    xLabel: 'year',
    xDomain: decade(data),
    yLabel: 'CO₂ in ppm',
  });
}

/** Draws the errors of the same forecasts. */
export function forecastErrorChart(data) {
  const { record, forecasts, errors } = data;
  const less = (ppm, k) => ppm - record.values[k];
  const series = [0, strongest(errors)].map((k) => ({
    name: `${forecasts[k].name} − observed`,
    points: januaryRuns(data, forecasts[k], less),
  }));
  const title = 'Errors of the same forecasts';
  return lineChart(series, { title, width: 840, xLabel: 'year', xDomain: decade(data), yLabel: 'error in ppm' });
}

/** Draws the RMSE by months ahead. The axis is logarithmic, because the errors of "last value" are much larger. */
export function horizonChart({ errors }) {
  const series = errors.map(({ name, byHorizon }) => ({
    name,
    points: byHorizon.map(({ rmse }, h) => [h + 1, rmse]),
  }));
  const labels = { xLabel: 'months ahead', yLabel: 'RMSE in ppm (log scale)', yScale: 'log' };
  return lineChart(series, { title: 'Held-out error by horizon', width: 840, ...labels });
}
