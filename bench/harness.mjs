// Times cases fairly on a machine that does other things too: every case is verified before it is timed, and rounds are
// interleaved, so that a slow moment hits all cases alike. Medians and quartiles, never a single best run.

/**
 * @typedef {object} Case
 * @property {string} group
 * @property {string} name
 * @property {() => Prepared} prepare - makes what is timed
 * @property {{ amount: number, unit: 'flop' | 'element' | 'byte' }} [work] - of one run, for the rate
 */
/**
 * @typedef {object} Prepared
 * @property {() => unknown} run - what is timed
 * @property {() => number} error - of the result against an independent computation, relative to its largest value
 * @property {number} tolerance - largest error allowed
 */

const RATES = { flop: ['GFLOP/s', 1e9], element: ['M elements/s', 1e6], byte: ['MB/s', 1e6] };

/** Largest difference, relative to the largest expected value. */
export function relativeError(actual, expected) {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(actual[k] - expected[k]));
    scale = Math.max(scale, Math.abs(expected[k]));
    if (!Number.isFinite(actual[k])) return Infinity;
  }
  return scale === 0 ? difference : difference / scale;
}

function verify({ group, name }, { error, tolerance }) {
  const found = error();
  if (found <= tolerance) return;
  throw new Error(`${group}, ${name}: wrong by ${found.toExponential(1)}, allowed ${tolerance.toExponential(1)}`);
}

const secondsOf = (run, times) => {
  const begun = performance.now();
  for (let k = 0; k < times; k++) run();
  return (performance.now() - begun) / 1e3;
};

/** Warms up for a while and returns how many runs fill `slice` seconds. */
function calibrate(run, slice) {
  let times = 1;
  let spent = 0;
  let last = 0;
  while (spent < slice) {
    last = secondsOf(run, times);
    spent += last;
    if (last < slice / 4) times *= 2;
  }
  return Math.max(1, Math.round((times * slice) / Math.max(last, 1e-9)));
}

/** Value at a share of a sorted list, between neighbours where it falls between them. */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

function summary({ group, name, work }, seconds) {
  const sorted = seconds.toSorted((a, b) => a - b);
  const [p25, median, p75] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const row = { group, name, median, p25, p75, min: sorted[0] };
  if (work === undefined) return row;
  const [unit, size] = RATES[work.unit];
  return { ...row, rate: work.amount / median / size, unit };
}

/**
 * Verifies all cases, then times them in turn, round after round.
 *
 * @param {Case[]} cases
 * @param {{ rounds: number, slice: number }} options - rounds, and seconds that a case runs in each
 * @returns rows: seconds a run as median, quartiles and minimum, and the rate where the case knows its work
 */
export function measure(cases, { rounds, slice }) {
  const entries = cases.map((each) => {
    const prepared = each.prepare();
    verify(each, prepared);
    return { each, run: prepared.run, times: calibrate(prepared.run, slice), seconds: [] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { run, times, seconds } of entries) seconds.push(secondsOf(run, times) / times);
  }
  return entries.map(({ each, seconds }) => summary(each, seconds));
}

const UNITS = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [0, 'ns'],
];

function duration(seconds) {
  const [size, unit] = UNITS.find(([least]) => seconds >= least);
  return `${(seconds / (size || 1e-9)).toPrecision(3)} ${unit}`;
}

/** The rows as a table for a terminal. */
export function table(rows) {
  const head = ['case', 'median', 'quartiles', 'rate'];
  const cells = rows.map(({ name, median, p25, p75, rate, unit }) => [
    name,
    duration(median),
    `${duration(p25)} to ${duration(p75)}`,
    rate === undefined ? '' : `${rate.toPrecision(3)} ${unit}`,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => row[column].length)));
  const line = (row) => row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  ');
  return rows.reduce(
    (text, { group }, k) => `${text}${group === rows[k - 1]?.group ? '' : `\n${group}\n`}${line(cells[k])}\n`,
    `${line(head)}\n`,
  );
}
