// Measures one case on all engines: verifies their results against ours, then times them in turn.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rowOf } from '../results.mjs';
import { relativeError } from '../statistics.mjs';
import { fileOf, readArray } from './data.mjs';

/** Largest difference from our results, relative to the largest of them. */
const TOLERANCE = 1e-4;
/** Least number of rounds of an engine that exceeds its share of time. */
const FEWEST_ROUNDS = 2;
const WARM_UP_SLICES = 6;

async function resultOf({ ask }, folder) {
  await ask({ do: 'result', file: fileOf(folder, 'result') });
  return readArray(folder, 'result');
}

/** Prepares an engine, and throws if its results differ from `expected`. */
async function prepare(engine, task, folder, expected) {
  const { layer, does, shape } = task;
  const { verified } = await engine.ask({ do: 'prepare', layer, does, shape, folder });
  if (!verified) return { verified };
  const found = await resultOf(engine, folder);
  const error = expected === undefined ? 0 : relativeError(found, expected);
  if (error > TOLERANCE) throw new Error(`differs from ours by ${error.toExponential(1)}`);
  return { verified, found };
}

/** Warms up, and returns the number of runs per slice and the rounds in which the engine runs. */
async function calibrate({ ask }, { rounds, slice, share }) {
  let times = 1;
  let { seconds } = await ask({ do: 'run', times });
  for (let spent = seconds; spent < WARM_UP_SLICES * slice; spent += seconds) {
    ({ seconds } = await ask({ do: 'run', times }));
    if (seconds < slice / 4) times *= 2;
  }
  const wanted = Math.max(FEWEST_ROUNDS, Math.round((times * share) / seconds));
  const stride = times > 1 ? 1 : Math.max(1, Math.floor(rounds / wanted));
  return { times: Math.max(1, Math.round((times * slice) / seconds)), stride };
}

/** The current peak of an engine that can measure it, otherwise NaN. */
async function peakOf({ ask, width }, record) {
  if (width === undefined) return Number.NaN;
  return record(width, await ask({ do: 'peak' })).best;
}

async function sample(engine, times, record) {
  const { ask } = engine;
  const before = await peakOf(engine, record);
  const { seconds, wall } = await ask({ do: 'run', times });
  return { seconds: seconds / times, wall: wall / times, peak: (before + (await peakOf(engine, record))) / 2 };
}

/** Returns the engines that could prepare the case and agree with ours. Reports the others to `refuse`. */
async function ready(task, engines, options, folder, refuse) {
  const entries = [];
  let expected;
  for (const engine of engines) {
    try {
      const { verified, found } = await prepare(engine, task, folder, expected);
      expected ??= found;
      entries.push({ engine, verified, samples: [], ours: [], ...(await calibrate(engine, options)) });
    } catch (error) {
      if (entries.length === 0) throw error; // ours
      refuse(`${task.group}, ${task.name}, ${engine.name}: ${error.message}`);
    }
  }
  return entries;
}

/**
 * @param {object} task - from cases.mjs
 * @param {object[]} engines - open ones, ours first
 * @param {{ rounds: number, slice: number, share: number }} options - `share`: largest time in seconds of an engine
 * over all rounds, if one run takes longer than a slice
 * @param {(width: number, peak: object) => { best: number }} record - gets each measurement of a peak, and returns it
 * @param {(problem: string) => void} refuse
 * @returns {Promise<import('../results.mjs').Row[]>}
 */
export async function measureCase(task, engines, options, record, refuse) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bptt-bench-'));
  try {
    const taking = engines.filter(({ takes }) => takes(task));
    const entries = await ready(task, taking, options, folder, refuse);
    for (let round = 0; round < options.rounds; round++) {
      let ours;
      for (const { engine, times, stride, samples, ours: beside } of entries) {
        if (round % stride > 0 && ours !== undefined) continue; // ours runs in every round
        const taken = await sample(engine, times, record);
        ours ??= taken;
        samples.push(taken);
        beside.push(ours);
      }
    }
    return entries.map(({ engine, ...rest }) =>
      rowOf(task, { ...rest, engine: engine.name, version: engine.version, width: engine.width }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
