// The results of a benchmark: a header and rows, in the same format for `npm run bench` and `npm run bench:peers`.
import { cpus, type } from 'node:os';
import { median, quantile } from './statistics.mjs';

/**
 * @typedef {object} Row
 * @property {string} group
 * @property {string} name
 * @property {string} engine - 'bptt', or the other engine
 * @property {string} version - of the engine, and of Node or Python
 * @property {string} processor
 * @property {number | null} width - bits of the vectors; null for other libraries, which use what they find
 * @property {boolean} verified - whether its results were compared with an independent computation, or with ours
 * @property {Record<string, number>} shape
 * @property {number} median - processor time per run in milliseconds, all threads of the process together
 * @property {[number, number]} spread - first and third quartile of it
 * @property {number} wall - median of wall time in milliseconds, which is longer if other processes run
 * @property {number} rounds
 * @property {{ value: number, unit: string }} rate
 * @property {number | null} gflops - null where no floating-point operations are counted
 * @property {number | null} fractionOfPeak - share of the peak at this width, measured next to each run: median over the
 * rounds; null without a width
 * @property {number | null} ratioToOurs - median of the time relative to ours, or to the baseline, in the same round;
 * above 1 the case is slower
 * @property {number | null} ratioToNarrow - of wide vectors: median of the time relative to narrow vectors in the same
 * round; below 1 wide vectors are faster
 */

const RATES = { flop: ['GFLOP/s', 1e9], element: ['M elements/s', 1e6], byte: ['MB/s', 1e6] };

/** Least number of samples of a median that can fail a run. A quick run has one sample. */
const ENOUGH_SAMPLES = 5;

const processor = cpus()[0].model.trim();

/** Median of the time of samples relative to others of the same rounds. */
function ratioTo(others, samples) {
  if (others === undefined) return null;
  return median(samples.map(({ seconds }, k) => seconds / (others[k]?.seconds ?? Number.NaN)));
}

/**
 * Computes a row from its samples. `ours` and `narrow`: the samples of bptt, or of narrow vectors, in the same rounds, if
 * there are any.
 */
export function rowOf(
  { group, name, shape, work },
  { engine, version, width = null, verified, samples, ours, narrow },
) {
  const times = samples.map(({ seconds }) => seconds * 1e3);
  const middle = median(times);
  const [unit, size] = RATES[work.unit];
  const value = work.amount / (middle / 1e3) / size;
  const counted = work.unit === 'flop';
  const fractions = samples.map(({ seconds, peak }) => work.amount / seconds / 1e9 / peak);
  return {
    group,
    name,
    engine,
    version,
    processor,
    width,
    verified,
    shape,
    median: middle,
    spread: [quantile(times, 0.25), quantile(times, 0.75)],
    wall: median(samples.map(({ wall }) => wall * 1e3)),
    rounds: times.length,
    rate: { value, unit },
    gflops: counted ? value : null,
    fractionOfPeak: counted && width !== null ? median(fractions) : null,
    ratioToOurs: ratioTo(ours, samples),
    ratioToNarrow: ratioTo(narrow, samples),
  };
}

/**
 * Names the rows above 100 % of the peak, which is impossible: the peak was read too low. Both a time and a peak may be
 * off by much in a single sample, because the speed of a shared machine changes between the two. The median over the
 * samples of a row is not: each sample has its own peak, read directly before and after it. So only medians count, and
 * only those of enough samples.
 */
export function rowsAbovePeak(rows) {
  return rows
    .filter(({ fractionOfPeak, rounds }) => fractionOfPeak > 1 && rounds >= ENOUGH_SAMPLES)
    .map(
      ({ group, name, width, gflops, fractionOfPeak }) =>
        `${group}: ${name}: ${gflops.toFixed(1)} GFLOP/s, ${(100 * fractionOfPeak).toFixed(1)} % of the ${width}-bit peak: ` +
        'the peak was read too low',
    );
}

/** The header of results: machine, versions, date and settings. */
export function headerOf({ versions, settings, peaks, notes = [] }) {
  const machine = { cpu: processor, cores: cpus().length, os: type(), arch: process.arch };
  return { machine, node: process.version, versions, date: new Date().toISOString(), settings, peaks, notes };
}

/** Collects the measurements of the peak during a run, by width. */
export class Peaks {
  #byWidth = new Map();

  add(width, measurement) {
    if (!this.#byWidth.has(width)) this.#byWidth.set(width, []);
    this.#byWidth.get(width).push(measurement);
    return measurement;
  }

  /** One summary per width, in GFLOP/s. */
  summaries() {
    return [...this.#byWidth].map(([width, measurements]) => {
      const of = (name) => measurements.map((each) => each[name]);
      const quantiles = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(of('best'), share));
      return { width, quantiles, registers: median(of('registers')), product: median(of('product')) };
    });
  }
}

const isNumber = (value) => Number.isFinite(value) && value >= 0;
const ROW = {
  group: (value) => typeof value === 'string',
  name: (value) => typeof value === 'string' && value !== '',
  engine: (value) => typeof value === 'string' && value !== '',
  version: (value) => typeof value === 'string' && value !== '',
  processor: (value) => typeof value === 'string',
  width: (value) => [null, 128, 256].includes(value),
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
  ratioToNarrow: (value) => value === null || isNumber(value),
};
const HEADER = {
  machine: ({ cpu, cores, os, arch }) => [cpu, os, arch].every((text) => typeof text === 'string') && cores > 0,
  node: (value) => /^v\d/.test(value),
  versions: (value) => typeof value.bptt === 'string',
  date: (value) => !Number.isNaN(Date.parse(value)),
  settings: ({ rounds, slice }) => rounds > 0 && slice >= 0,
  peaks: (value) => value.every(({ quantiles }) => quantiles.length === 5 && quantiles.every(isNumber)),
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
