// Forecasts of three ways, and their errors.
import { MASE, Sequential, SMAPE, StandardScaler, tensor } from 'bptt';
import { nextValues } from 'bptt/fleet';
import { ALL, differencesOf, foldsOf, HORIZON } from './jobs.mjs';
import { scalerOf } from './loaders.mjs';

const load = (bytes) => Sequential.fromBytes(bytes, { classes: [StandardScaler] });

/** The same weekday of the week before. */
const naive = (values) => values.slice(-HORIZON);

/** The week before, and the differences that a net forecasts; never fewer than no flights. */
const added = (values, differences) => naive(values).map((each, h) => Math.max(0, each + differences[h]));

/** The differences that the net for all series forecasts. Those of a series are scaled by its own training days. */
function nextOfCommon(net, differences, scaler) {
  const inputs = differences.slice(-net.metadata.input).map((each) => [each]);
  const [y] = net.predict(tensor([scaler.transform(tensor(inputs)).toArray()])).toArray();
  return scaler
    .inverseTransform(tensor(y.map((each) => [each])))
    .toArray()
    .flat();
}

/** The ways of forecasting, in the order of the tables. */
export const WAYS = ['a net for each series', 'one net for all series', 'same weekday, a week before'];

/**
 * Forecasts the last weeks of each series, each week from the days before it, with nets trained before all of them.
 *
 * @param {{ id: string, values: number[] }[]} series
 * @param {Map<string, Uint8Array>} models - by name of the job
 * @returns for each series its name, values, the forecasts [way][day], errors { mase, smape } [way], and the denominator of the MASE
 */
export function evaluate(series, models) {
  const common = load(models.get(ALL));
  return series.map(({ id, values }) => {
    const folds = foldsOf(values.length);
    const [, end] = folds[0].train;
    const net = load(models.get(id));
    const scaler = scalerOf(differencesOf(values.slice(0, end)));
    const ways = [
      (known) => added(known, nextValues(net, differencesOf(known))),
      (known) => added(known, nextOfCommon(common, differencesOf(known), scaler)),
      naive,
    ];
    const forecasts = ways.map((way) => folds.flatMap(({ test: [from] }) => way(values.slice(0, from))));
    const truth = tensor([values.slice(end)]);
    const errors = (metric) => forecasts.map((days) => metric.evaluate(tensor([days]), truth));
    const scaled = new MASE({ history: tensor(values.slice(0, end)), season: HORIZON });
    return { id, values, end, forecasts, mase: errors(scaled), smape: errors(new SMAPE()), scale: scaled.scale };
  });
}

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** For each way: mean and median of both errors over all series, and how often it has the least MASE. */
export function summarize(evaluated) {
  const best = evaluated.map(({ mase }) => mase.reduce((least, each, w) => (each < mase[least] ? w : least), 0));
  return WAYS.map((name, w) => {
    const [mase, smape] = ['mase', 'smape'].map((key) => evaluated.map((each) => each[key][w]));
    const both = (values) => ({ mean: mean(values), median: median(values) });
    return { name, mase: both(mase), smape: both(smape), wins: best.filter((each) => each === w).length };
  });
}

/** The table of the summary: cells for a terminal or a page. */
export function rowsOf(summary) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  return [
    ['', 'MASE, mean', 'median', 'sMAPE, mean', 'median', 'best in'],
    ...summary.map(({ name, mase, smape, wins }) => [
      name,
      ...[mase.mean, mase.median].map((each) => each.toFixed(3)),
      ...[smape.mean, smape.median].map(percent),
      String(wins),
    ]),
  ];
}

/** Which way has the least mean and median error, and where the nets of the series stand. */
export function verdictOn(summary) {
  const least = (of) => summary.reduce((a, b) => (of(b) < of(a) ? b : a)).name;
  const byMean = least(({ mase }) => mase.mean);
  const byMedian = least(({ mase }) => mase.median);
  const both =
    byMean === byMedian
      ? `"${byMean}" has the least MASE`
      : `"${byMean}" has the least mean MASE, "${byMedian}" the least median`;
  const [own, ...others] = summary;
  const than = others.map(({ name, mase }) => {
    const change = 100 * (own.mase.mean / mase.mean - 1);
    return `${Math.abs(change).toFixed(1)} % ${change < 0 ? 'below' : 'above'} that of "${name}"`;
  });
  return `${both}. The mean MASE of "${own.name}" is ${than.join(' and ')}.`;
}
