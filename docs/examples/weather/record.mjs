// Reads the daily weather of two cities from the npm package vega-datasets.
import { readFileSync } from 'node:fs';

const FILE = new URL('../data/weather.csv', import.meta.resolve('vega-datasets'));

export const SOURCE =
  'daily weather of Seattle and New York 2012 to 2015 (NOAA National Climatic Data Center), as in the npm package vega-datasets';

/** The series that are forecast: columns of the record, in their order. */
export const SERIES = ['highest temperature, °C', 'lowest temperature, °C', 'wind, m/s'];

/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * @typedef {object} City
 * @property {string} name
 * @property {number[][]} days - for each day of four years: highest and lowest temperature, wind, precipitation in mm
 */

/** First day of the record, and the numbers of the days from which on validation and held-out days begin. */
export const FIRST = Date.parse('2012-01-01');
export const dayOf = (date) => (Date.parse(date) - FIRST) / DAY;

/** The date of a day, such as '2015-03-01'. */
export const dateOf = (day) => new Date(FIRST + day * DAY).toISOString().slice(0, 10);

/** @returns {City[]} */
export function readCities() {
  const [, ...lines] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/);
  const cities = new Map();
  for (const line of lines) {
    const [name, date, precipitation, warmest, coldest, wind] = line.split(',');
    if (!cities.has(name)) cities.set(name, []);
    const days = cities.get(name);
    if (dayOf(date) !== days.length) throw new Error(`weather: ${name} has a gap before ${date}`);
    days.push([warmest, coldest, wind, precipitation].map(Number));
  }
  return Array.from(cities, ([name, days]) => ({ name, days }));
}
