// Times cases on a machine that may be busy. Every case is verified before it is timed. Rounds are interleaved, so that
// a slow period affects all cases equally, and both widths of vectors. The machine's peak is measured before and after
// each run.
import { setTimeout } from 'node:timers/promises';
import { rowOf } from './results.mjs';
import { timeOf, timeOfAsync } from './statistics.mjs';

/**
 * @typedef {object} Case
 * @property {string} group
 * @property {string} name
 * @property {Record<string, number>} shape - B, T, I, H of a layer; M, N, K of a product; n elements
 * @property {{ amount: number, unit: 'flop' | 'element' | 'byte' }} work - of one run, for the rate
 * @property {() => Prepared} prepare - prepares the timed work
 */
/**
 * @typedef {object} Prepared
 * @property {() => unknown} run - the timed work
 * @property {() => unknown} [baseline] - the work that the ratio refers to; both run in turn
 * @property {boolean} [asynchronous] - whether `run` and `baseline` return promises
 * @property {() => number | Promise<number>} error - of the result against an independent computation, relative to its largest value
 * @property {number} tolerance - largest error allowed
 */

/** Number of untimed slices of a case. They are necessary because V8 recompiles kernels while they run. */
const WARM_UP_SLICES = 4;
/** Least total warm-up of all cases, in seconds. */
const WARM_UP_SECONDS = 3;
/** Number of slices per round of a case with a baseline. A ratio near 1 needs many pairs. */
const PAIR_SLICES = 4;
/** Least number of rounds of a case that takes longer than a slice. */
const FEWEST_ROUNDS = 5;

async function verify({ group, name }, { error, tolerance }) {
  const found = await error();
  if (found <= tolerance) return;
  throw new Error(`${group}, ${name}: wrong by ${found.toExponential(1)}, allowed ${tolerance.toExponential(1)}`);
}

/** Warms up, and returns the number of runs that fill `slice` seconds. */
async function calibrate({ run, time }, slice) {
  let times = 1;
  let last = (await time(run, 1)).seconds;
  for (let spent = last; spent < WARM_UP_SLICES * slice; spent += last) {
    last = (await time(run, times)).seconds;
    if (last < slice / 4) times *= 2;
  }
  return Math.max(1, Math.round((times * slice) / Math.max(last, 1e-9)));
}

/** Time per run, averaged over several runs. It is also returned as its own baseline. */
async function timeOver({ run, time }, times) {
  const { seconds, wall } = await time(run, times);
  const one = { seconds: seconds / times, wall: wall / times };
  return [one, one];
}

/**
 * Runs both in turn, each first equally often. A sample is a pair, because a slow period affects both runs of a pair
 * equally.
 */
async function timePairs({ run, baseline, time }, times) {
  const pairs = [];
  for (let k = 0; k < PAIR_SLICES * times; k++) {
    const first = k % 2 === 0 ? undefined : await time(baseline, 1);
    const timed = await time(run, 1);
    pairs.push([timed, first ?? (await time(baseline, 1))]);
  }
  return pairs;
}

/** A case runs in every round, or in each `stride`-th round if one run takes longer than a slice. */
async function strideOf({ run, time }, times, { rounds, slice }) {
  if (times > 1 || slice === 0) return 1;
  const wanted = Math.round((2 * rounds * slice) / (await time(run, 1)).seconds);
  return Math.floor(rounds / Math.min(Math.max(wanted, FEWEST_ROUNDS), rounds));
}

/** Prepares a case at one width, and verifies it there. */
async function prepareAt({ bits, use }, each) {
  use();
  const { run, baseline, asynchronous = false, ...check } = each.prepare();
  await verify(each, check);
  return { bits, use, run, baseline, time: asynchronous ? timeOfAsync : timeOf, samples: [], ours: [] };
}

/** Samples at all widths have the same number of runs, so that each wide sample has a narrow one. */
async function prepareAll(widths, options) {
  const entries = [];
  for (const [at, each] of widths[0].cases.entries()) {
    const variants = [];
    for (const width of widths) variants.push(await prepareAt(width, width.cases[at]));
    let times;
    for (const variant of variants) {
      variant.use();
      const own = await calibrate(variant, options.slice);
      times ??= own;
    }
    variants[0].use();
    entries.push({ each, variants, times, stride: await strideOf(variants[0], times, options) });
  }
  return entries;
}

/** Adds the samples of one slice. */
async function sample(variant, times, peak) {
  const { bits, use, baseline, samples, ours } = variant;
  use();
  const before = peak(bits).best;
  const pairs = baseline === undefined ? [await timeOver(variant, times)] : await timePairs(variant, times);
  const between = (before + peak(bits).best) / 2;
  for (const [timed, other] of pairs) {
    samples.push({ ...timed, peak: between });
    ours.push(other);
  }
}

function rowsOf({ each, variants }, version) {
  return variants.map(({ bits, samples, ours }, k) => {
    const narrow = k === 0 ? undefined : variants[0].samples;
    return rowOf(each, { engine: 'bptt', version, width: bits, verified: true, samples, ours, narrow });
  });
}

/**
 * Verifies all cases, then times them in turn, round after round.
 *
 * @param {{ bits: number, use: () => void, cases: Case[] }[]} widths - see `widths`; the same cases for each, prepared with
 * its kernels
 * @param {{ rounds: number, slice: number }} options - rounds, and seconds that a case runs in each
 * @param {(bits: number) => { best: number }} peak - returns the current peak in GFLOP/s; see `preparePeak`
 * @param {string} version
 * @returns one row per case and width; see results.mjs
 */
export async function measure(widths, options, peak, version) {
  const begun = performance.now();
  const entries = await prepareAll(widths, options);
  while (options.slice > 0 && performance.now() - begun < WARM_UP_SECONDS * 1e3) {
    for (const { use, run } of entries.flatMap(({ variants }) => variants)) {
      use();
      await run();
    }
    await setTimeout(1);
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const { variants, times } of entries.filter(({ stride }) => round % stride === 0)) {
      for (const variant of variants) await sample(variant, times, peak);
    }
  }
  return entries.flatMap((entry) => rowsOf(entry, version));
}
