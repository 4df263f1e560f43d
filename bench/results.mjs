// The results of a benchmark: a header and rows, in the same format for `npm run bench` and `npm run bench:peers`.
import { cpus, type } from 'node:os';
import { median, quantile } from './statistics.mjs';

/**
 * @typedef {object} Row
 * @property {string} group
 * @property {string} name
 * @property {string} engine - 'bptt', or the other engine
 * @property {boolean} verified - whether its results were compared with an independent computation, or with ours
 * @property {Record<string, number>} shape
 * @property {number} median - processor time per run in milliseconds, all threads of the process together
 * @property {[number, number]} spread - first and third quartile of it
 * @property {number} wall - median of wall time in milliseconds, which is longer if other processes run
 * @property {number} rounds
 * @property {{ value: number, unit: string }} rate
 * @property {number | null} gflops - null where no floating-point operations are counted
 * @property {number | null} fractionOfPeak - share of the 128-bit peak measured next to each run: median over the
 * rounds
 * @property {number | null} ratioToOurs - median of the time relative to ours, or to the baseline, in the same round;
 * above 1 the case is slower
 */

const RATES = { flop: ['GFLOP/s', 1e9], element: ['M elements/s', 1e6], byte: ['MB/s', 1e6] };

/** Computes a row from its samples. `ours`: the samples of bptt in the same rounds, if there are any. */
export function rowOf({ group, name, shape, work }, { engine, verified, samples, ours }) {
  const times = samples.map(({ seconds }) => seconds * 1e3);
  const middle = median(times);
  const [unit, size] = RATES[work.unit];
  const value = work.amount / (middle / 1e3) / size;
  const counted = work.unit === 'flop';
  const fractions = samples.map(({ seconds, peak }) => work.amount / seconds / 1e9 / peak);
  const ratios = samples.map(({ seconds }, k) => seconds / (ours?.[k]?.seconds ?? Number.NaN));
  return {
    group,
    name,
    engine,
    verified,
    shape,
    median: middle,
    spread: [quantile(times, 0.25), quantile(times, 0.75)],
    wall: median(samples.map(({ wall }) => wall * 1e3)),
    rounds: times.length,
    rate: { value, unit },
    gflops: counted ? value : null,
    fractionOfPeak: counted ? median(fractions) : null,
    ratioToOurs: ours === undefined ? null : median(ratios),
  };
}

/** The header of results: machine, versions, date and settings. */
export function headerOf({ versions, settings, peak, notes = [] }) {
  const [{ model }, ...others] = cpus();
  const machine = { cpu: model.trim(), cores: others.length + 1, os: type(), arch: process.arch };
  return { machine, node: process.version, versions, date: new Date().toISOString(), settings, peak, notes };
}

/** Summarizes all measurements of the peak during a run. */
export function peakSummary(measurements) {
  const of = (name) => measurements.map((each) => each[name]);
  const spread = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(of('best'), share));
  return { unit: 'GFLOP/s', quantiles: spread, registers: median(of('registers')), product: median(of('product')) };
}

const isNumber = (value) => Number.isFinite(value) && value >= 0;
const ROW = {
  group: (value) => typeof value === 'string',
  name: (value) => typeof value === 'string' && value !== '',
  engine: (value) => typeof value === 'string' && value !== '',
  verified: (value) => typeof value === 'boolean',
  shape: (value) => Object.values(value).length > 0 && Object.values(value).every((n) => Number.isInteger(n) && n > 0),
  median: isNumber,
  spread: (value) => value.length === 2 && value.every(isNumber) && value[0] <= value[1],
  wall: isNumber,
  rounds: (value) => Number.isInteger(value) && value > 0,
  rate: ({ value, unit }) => isNumber(value) && typeof unit === 'string',
  gflops: (value) => value === null || isNumber(value),
  fractionOfPeak: (value) => value === null || isNumber(value),
  ratioToOurs: (value) => value === null || isNumber(value),
};
const HEADER = {
  machine: ({ cpu, cores, os, arch }) => [cpu, os, arch].every((text) => typeof text === 'string') && cores > 0,
  node: (value) => /^v\d/.test(value),
  versions: (value) => typeof value.bptt === 'string',
  date: (value) => !Number.isNaN(Date.parse(value)),
  settings: ({ rounds, slice }) => rounds > 0 && slice >= 0,
  peak: ({ quantiles }) => quantiles.length === 5 && quantiles.every(isNumber),
  notes: (value) => value.every((note) => typeof note === 'string'),
  rows: (value) => Array.isArray(value),
};

function problemsOf(value, fields, where) {
  const unknown = Object.keys(value).filter((name) => !(name in fields));
  const wrong = Object.keys(fields).filter((name) => !(name in value) || !fields[name](value[name]));
  return [...unknown.map((name) => `${where}.${name} is unknown`), ...wrong.map((name) => `${where}.${name} is wrong`)];
}

/** Lists the problems of a results file; empty if it is valid. */
export function problemsOfResults(results) {
  const rows = results.rows.flatMap((row, k) => problemsOf(row, ROW, `rows[${k}]`));
  return [...problemsOf(results, HEADER, 'results'), ...rows];
}
