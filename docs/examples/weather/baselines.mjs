// Baselines: rules that forecast quantiles from the record.

import { QUANTILES } from './model.mjs';
import { SERIES } from './record.mjs';
import { HORIZON, issuedFor } from './windows.mjs';

/** Days of a year, for the same day a year before. */
const YEAR = 365;

/** Days around a day of the year that climatology takes as alike. */
const AROUND = 15;

/** Quantiles of numbers, interpolated linearly. */
function quantilesOf(values) {
  const sorted = Float64Array.from(values).sort();
  return QUANTILES.map((q) => {
    const at = q * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return below + (at - Math.floor(at)) * (above - below);
  });
}

/** Forecasts [series][quantile][day ahead] of a rule, which returns the quantiles of a series on a day ahead. */
function each(rule) {
  return SERIES.map((_, j) => {
    const days = Array.from({ length: HORIZON }, (_, h) => rule(j, h));
    return QUANTILES.map((_, q) => days.map((values) => values[q]));
  });
}

/** The quantiles of all days within two weeks of the same date, in the years before the held-out one. */
function climatology(end) {
  return ({ city, day }) =>
    each((j, h) => {
      const values = [];
      for (let year = 1; day - year * YEAR + AROUND + HORIZON >= 0; year++) {
        for (let d = -AROUND; d <= AROUND; d++) {
          const at = day + h - year * YEAR + d;
          if (at >= 0 && at < end) values.push(city.days[at][j]);
        }
      }
      return quantilesOf(values);
    });
}

/** A base value, plus the quantiles of its errors before the held-out year, by city, series and days ahead. */
function withErrors(cities, end, baseOf) {
  const errors = new Map(
    cities.map((city) => [
      city,
      SERIES.map((_, j) =>
        Array.from({ length: HORIZON }, (_, h) => {
          const days = issuedFor(YEAR, end);
          return quantilesOf(days.map((day) => city.days[day + h][j] - baseOf(city, day, h)[j]));
        }),
      ),
    ]),
  );
  return ({ city, day }) => each((j, h) => errors.get(city)[j][h].map((error) => baseOf(city, day, h)[j] + error));
}

/** Names, and functions of the cities and of the end of the years to learn from that return forecasts of a place. */
export const BASELINES = [
  { name: 'climatology', learn: (_, end) => climatology(end) },
  { name: 'last day', learn: (cities, end) => withErrors(cities, end, (city, day) => city.days[day - 1]) },
  {
    name: 'a year before',
    learn: (cities, end) => withErrors(cities, end, (city, day, h) => city.days[day + h - YEAR]),
  },
];
