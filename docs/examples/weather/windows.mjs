// Makes windows of the record: the last days as inputs, the days ahead as targets.
import { StandardScaler, tensor, windows } from 'bptt';
import { dayOf, FIRST, SERIES } from './record.mjs';

/** Days that the model reads, and days ahead. */
export const LENGTH = 14;
export const HORIZON = 7;

/** Days on which the periods begin: training, validation, held out, and the end. A rehearsal does the same a year earlier. */
export const periods = ({ rehearse = false } = {}) =>
  (rehearse
    ? ['2012-01-01', '2013-01-01', '2014-01-01', '2015-01-01']
    : ['2012-01-01', '2014-01-01', '2015-01-01', '2016-01-01']
  ).map(dayOf);

/** Precipitation is skewed, so its logarithm is an input. */
const read = ([warmest, coldest, wind, rain]) => [warmest, coldest, wind, Math.log1p(rain)];

/** The scale of the columns: mean and standard deviation over the days before `end` of all cities. */
export const scaleOf = (cities, end) =>
  new StandardScaler().fit(tensor(cities.flatMap(({ days }) => days.slice(0, end).map(read))));

/** The time of the year as a point on a circle. */
function season(day) {
  const date = new Date(FIRST + day * 86_400_000);
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const share = (date - start) / (Date.UTC(date.getUTCFullYear() + 1, 0, 1) - start);
  return [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)];
}

/** The first days ahead of all windows whose days ahead are within [from, to). Windows may begin earlier. */
export function issuedFor(from, to) {
  const first = Math.max(from, LENGTH);
  return Array.from({ length: to - HORIZON - first + 1 }, (_, k) => first + k);
}

/** The days of a city from the first one that a window reads: scaled columns, the time of the year, and the city's number. */
function seriesOf({ days }, number, from, to, scale) {
  const first = Math.max(from - LENGTH, 0);
  const scaled = scale.transform(tensor(days.slice(first, to).map(read))).toArray();
  return tensor(scaled.map((columns, k) => [...columns, ...season(first + k), number]));
}

/**
 * Windows of all cities, city by city: inputs x [N, LENGTH, 7] and targets y [N, HORIZON · 3], scaled; and `places`, the city
 * and the first day ahead of each.
 */
export function windowsOf(cities, from, to, scale) {
  const series = cities.map((city, number) => seriesOf(city, number, from, to, scale));
  const parts = windows(series, { length: LENGTH, horizon: HORIZON, targets: [...SERIES.keys()] });
  return {
    x: tensor(parts.flatMap(({ x }) => tensor(x).toArray())),
    y: tensor(parts.flatMap(({ y }) => tensor(y).toArray()).map((days) => days.flat())),
    places: cities.flatMap((city, number) => issuedFor(from, to).map((day) => ({ city, number, day }))),
  };
}

/** The same windows as rows of numbers, for a model without time steps. */
export const flattened = ({ x, y, places }) => ({ x: tensor(x.toArray().map((steps) => steps.flat())), y, places });
