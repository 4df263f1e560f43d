// The four charts of the report.
import { lineChart, logTicks, ticksBetween } from './svg-chart.mjs';

/** Colours of the forecasters, in the order of the errors: the model first. */
const COLOURS = ['model', 'base-a', 'base-b', 'base-c'];
const DASHES = [undefined, '2 3', '6 3', '8 3 2 3'];

const years = (from, to, year) => ({
  label: 'year',
  domain: [Math.floor(year(from)), Math.ceil(year(to - 1))],
  ticks: ticksBetween(Math.floor(year(from)), Math.ceil(year(to - 1)), 10),
});

/** Around all points, widened to whole ticks. */
function around(points, count) {
  const ys = points.map(([, y]) => y);
  const ticks = ticksBetween(Math.min(...ys), Math.max(...ys), count);
  const step = ticks[1] - ticks[0];
  const domain = [step * Math.floor(Math.min(...ys) / step), step * Math.ceil(Math.max(...ys) / step)];
  return { domain, ticks: ticksBetween(...domain, count) };
}

/** A factor of room below and above, on a logarithmic axis. */
function logAround(values) {
  const domain = [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
  return { domain, ticks: logTicks(...domain), log: true };
}

/** Forecasts issued at the turn of each year, as runs of [year, ppm]. */
function januaryRuns({ record, tested }, { rows }, value) {
  return tested.flatMap((t, row) =>
    record.month(t + 1) === 0 ? [rows[row].map((ppm, h) => [record.year(t + 1 + h), value(ppm, t + 1 + h)])] : [],
  );
}

/** Truth and all forecasts made each January with the record up to December. */
export function forecastChart(data) {
  const { record, heldOut, forecasts, errors } = data;
  const [from, to] = heldOut;
  const truth = Array.from({ length: to - from }, (_, i) => [record.year(from + i), record.values[from + i]]);
  const best = strongest(errors);
  return lineChart({
    title: 'Forecasts of CO2 over the held-out decade',
    height: 380,
    x: years(from, to, record.year),
    y: { label: 'CO₂ in ppm', ...around(truth, 6) },
    series: [
      { name: 'observed', colour: 'truth', width: 3.5, lines: [truth] },
      series(data, best, (ppm) => ppm, 1.2),
      series(data, 0, (ppm) => ppm, 1.6),
    ],
  });

  function series({ forecasts: all }, k, value, width) {
    const lines = januaryRuns(data, forecasts[k], value);
    return { name: all[k].name, colour: COLOURS[k], dash: DASHES[k], width, lines };
  }
}

/** The same forecasts less the truth. */
export function forecastErrorChart(data) {
  const { record, heldOut, forecasts, errors } = data;
  const less = (ppm, k) => ppm - record.values[k];
  const series = [strongest(errors), 0].map((k) => ({
    name: `${forecasts[k].name} − observed`,
    colour: COLOURS[k],
    dash: DASHES[k],
    dots: k === 0,
    lines: januaryRuns(data, forecasts[k], less),
  }));
  return lineChart({
    title: 'Errors of the same forecasts',
    height: 240,
    x: years(...heldOut, record.year),
    y: {
      label: 'error in ppm',
      ...around(
        series.flatMap(({ lines }) => lines.flat()),
        5,
      ),
    },
    series,
  });
}

/** Place of the baseline with the smallest error. */
export function strongest(errors) {
  const least = Math.min(...errors.slice(1).map(({ rmse }) => rmse));
  return errors.findIndex(({ rmse }, k) => k > 0 && rmse === least);
}

/** RMSE by months ahead; logarithmic, for the last value is far off. */
export function horizonChart({ errors }) {
  const series = errors.map(({ name, byHorizon }, k) => ({
    name,
    colour: COLOURS[k],
    dash: DASHES[k],
    width: k === 0 ? 2.4 : 1.6,
    dots: true,
    lines: [byHorizon.map(({ rmse }, h) => [h + 1, rmse])],
  }));
  const months = errors[0].byHorizon.map((_, h) => h + 1);
  return lineChart({
    title: 'Held-out error by horizon',
    x: { label: 'months ahead', domain: [0.7, months.length + 0.3], ticks: months },
    y: { label: 'RMSE in ppm (log scale)', ...logAround(errors.flatMap((e) => e.byHorizon.map(({ rmse }) => rmse))) },
    series,
  });
}

/** Training loss by epoch. */
export function lossChart({ history }) {
  const points = history.epochs.map(({ epoch, loss }) => [epoch + 1, loss]);
  return lineChart({
    title: 'Training loss',
    height: 260,
    x: {
      label: 'epoch',
      domain: [0.5, points.length + 0.5],
      ticks: ticksBetween(1, points.length, 10).filter(Number.isInteger),
    },
    y: { label: 'squared error (log scale)', ...logAround(points.map(([, loss]) => loss)) },
    series: [{ name: 'mean squared error, scaled', colour: 'model', dots: true, lines: [points] }],
  });
}

/** Global norm of the gradients of every step. */
export function gradientChart({ history }) {
  const { steps } = history;
  const line = (key) => [steps.map((step, k) => [k + 1, step[key]])];
  return lineChart({
    title: 'Gradient norms',
    height: 260,
    x: { label: 'training step', domain: [1, steps.length], ticks: ticksBetween(1, steps.length, 8) },
    y: { label: 'norm (log scale)', ...logAround(steps.map(({ gradientNorm }) => gradientNorm)) },
    series: [
      { name: 'before clipping', colour: 'base-a', width: 1, lines: line('gradientNorm') },
      { name: 'after clipping', colour: 'model', width: 1, lines: line('clippedNorm') },
    ],
  });
}
