// Reads the monthly record of carbon dioxide at Mauna Loa from the npm package vega-datasets.
import { readFileSync } from 'node:fs';

const FILE = new URL('../data/co2-concentration.csv', import.meta.resolve('vega-datasets'));

/** First month after the last gap in the record. Earlier months are not used, so no value has to be interpolated. */
const BEGIN = '1964-05';

export const SOURCE =
  'Scripps CO2 Program, Mauna Loa Observatory, monthly in-situ CO2 (mole fraction, ppm), CC BY 4.0, ' +
  'as in the npm package vega-datasets';

/** Converts '1964-05' to the number of months since the year 0. */
const monthNumber = (text) => 12 * Number(text.slice(0, 4)) + Number(text.slice(5, 7)) - 1;

/**
 * @typedef {object} MonthlyRecord
 * @property {number[]} values - ppm, one per month, without gaps
 * @property {(text: string) => number} indexOf - index of a month such as '2010-05'; may lie after the last one
 * @property {(k: number) => string} label - month of an index, such as '2010-05'
 * @property {(k: number) => number} year - 2010.375: the middle of that month on a time axis
 * @property {(k: number) => number} month - 0 for January to 11 for December
 */

/** @returns {MonthlyRecord} */
export function readRecord() {
  const [, ...lines] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/);
  const first = monthNumber(BEGIN);
  const rows = lines
    .map((line) => line.split(','))
    .map(([date, ppm]) => ({ month: monthNumber(date), ppm: Number(ppm) }))
    .filter(({ month }) => month >= first);
  rows.forEach(({ month, ppm }, k) => {
    if (month !== first + k || !(ppm > 0)) throw new Error(`co2: row ${k} after ${BEGIN} is out of order or empty`);
  });
  const pad = (n) => String(n).padStart(2, '0');
  return {
    values: rows.map(({ ppm }) => ppm),
    indexOf: (text) => monthNumber(text) - first,
    label: (k) => `${Math.floor((first + k) / 12)}-${pad(((first + k) % 12) + 1)}`,
    year: (k) => (first + k + 0.5) / 12,
    month: (k) => (first + k) % 12,
  };
}
