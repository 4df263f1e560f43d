// Draws the forecasts. (`report` draws the training.)
import { lineChart } from 'bptt/plot';
import { fanChart } from '../shared/fan-chart.mjs';
import { strongest } from './errors.mjs';
import { MEDIAN } from './model.mjs';
import { HORIZON } from './windows.mjs';

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

/** Draws the observed values, and the forecasts issued with the record up to each December, with their intervals. */
export function forecastChart(data) {
  const { record, heldOut, tested, quantiles } = data;
  const [from, to] = heldOut;
  const observed = Array.from({ length: to - from }, (_, i) => [record.year(from + i), record.values[from + i]]);
  const issued = tested.flatMap((t, row) => (record.month(t + 1) === 0 ? [{ t, values: quantiles[row] }] : []));
  const months = (t) => Array.from({ length: HORIZON }, (_, h) => t + 1 + h);
  const less = (values, median) => values.map((value, h) => value - median[h]);
  const [first, last] = decade(data);
  const years = Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, k) => Math.ceil(first) + k);
  return fanChart({
    title: 'Forecasts of CO₂ over the held-out decade',
    caption: 'Blue: the median, the interval of 50 %, and that of 80 %. Orange: observed.',
    panels: [
      {
        label: 'CO₂ in ppm',
        observed,
        fans: issued.map(({ t, values }) => ({ x: months(t).map(record.year), quantiles: values })),
      },
      {
        label: 'The same less the median, in ppm',
        observed: issued.flatMap(({ t, values }) => {
          return months(t).map((k, h) => [record.year(k), record.values[k] - values[MEDIAN][h]]);
        }),
        fans: issued.map(({ t, values }) => {
          return { x: months(t).map(record.year), quantiles: values.map((each) => less(each, values[MEDIAN])) };
        }),
      },
    ],
    xTicks: years.map((year) => ({ x: year, label: String(year) })),
    xDomain: [first, last],
    panel: 230,
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
