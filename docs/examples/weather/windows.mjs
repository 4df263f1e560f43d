// Makes windows of the record: the last days as inputs, the days ahead as targets.
import { tensor } from 'bptt';
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

/** Mean and standard deviation of each column, over the days before `end` of all cities. */
export function scaleOf(cities, end) {
  const days = cities.flatMap((city) => city.days.slice(0, end).map(read));
  return days[0].map((_, j) => {
    const mean = days.reduce((sum, day) => sum + day[j], 0) / days.length;
    return { mean, deviation: Math.sqrt(days.reduce((sum, day) => sum + (day[j] - mean) ** 2, 0) / days.length) };
  });
}

const scaled = (day, scale) => read(day).map((value, j) => (value - scale[j].mean) / scale[j].deviation);

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

/**
 * Windows of all cities, city by city: inputs x [N, LENGTH, 7] and targets y [N, HORIZON · 3], scaled; and `places`, the city
 * and the first day ahead of each.
 */
export function windowsOf(cities, from, to, scale) {
  const places = cities.flatMap((city, number) => issuedFor(from, to).map((day) => ({ city, number, day })));
  const rows = ({ city, number, day }) =>
    Array.from({ length: LENGTH }, (_, k) => day - LENGTH + k).map((at) => [
      ...scaled(city.days[at], scale),
      ...season(at),
      number,
    ]);
  const ahead = ({ city, day }) =>
    city.days.slice(day, day + HORIZON).flatMap((each) => scaled(each, scale).slice(0, SERIES.length));
  return { x: tensor(places.map(rows)), y: tensor(places.map(ahead)), places };
}

/** The same windows as rows of numbers, for a model without time steps. */
export const flattened = ({ x, y, places }) => ({ x: tensor(x.toArray().map((steps) => steps.flat())), y, places });
