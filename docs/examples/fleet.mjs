// Forecasts the flights of each day at each airport a week ahead: a GRU for each of several hundred series, beside one GRU for all
// of them and the same weekday of the week before. All nets are jobs of one fleet, which runs on all cores. Reports the errors of
// the last four weeks, whichever way is best, and fails if a job fails.
//
//   npm run example fleet                      takes some minutes; writes report/fleet/fleet.html
//   npm run example fleet                      goes on after Ctrl-C, with the results in report/fleet/store
//   npm run example fleet -- --fresh           begins anew
//   npm run example fleet -- --redis           runs the jobs on two worker processes through Redis, and kills one half way
//   npm run example fleet -- --rehearse        holds out the four weeks before, to choose the settings
//   npm run example fleet -- --only 20         takes the first 20 series
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { folderStore, local, trainFleet } from 'bptt/fleet';
import { evaluate, rowsOf, summarize, verdictOn } from './fleet/figures.mjs';
import { ALL, foldsOf, HORIZON, jobsOf, WEEKS } from './fleet/jobs.mjs';
import { pageOf } from './fleet/page.mjs';
import { choose, DAYS, dateOf, readSeries, SOURCE } from './fleet/record.mjs';
import { throughRedis } from './fleet/through-redis.mjs';
import { aligned } from './shared/aligned.mjs';

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: {
    fresh: { type: 'boolean', default: false },
    redis: { type: 'boolean', default: false },
    rehearse: { type: 'boolean', default: false },
    only: { type: 'string' },
    out: { type: 'string', default: 'report/fleet' },
  },
});

// The series. Which ones are left out, is decided by the days of the training alone.
const length = DAYS - (options.rehearse ? WEEKS * HORIZON : 0);
const [, end] = foldsOf(length)[0].train;
const { chosen, left } = choose(await readSeries(), end);
const cut = options.only === undefined ? chosen : chosen.slice(0, Number(options.only));
const series = cut.map(({ id, values }) => ({ id, values: values.slice(0, length) }));
const reasons = [...left].map(([reason, count]) => `${count} with ${reason}`).join(', ');
const facts = [
  `Data: ${SOURCE}, from ${dateOf(0)} to ${dateOf(length - 1)}.`,
  `${series.length} series: flights a day from an airport, and to it. Left out: ${reasons}.`,
  `Training to ${dateOf(end - 1)}; ${WEEKS} weeks from ${dateOf(end)} are forecast, each from the days before it.`,
];
console.log(facts.join('\n'));

// Train. What is in the store is not trained again.
const store = `${options.out}/store${options.redis ? '-redis' : ''}`;
if (options.fresh) rmSync(store, { recursive: true, force: true });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
let [shown, counts, epochs] = [0, '', ''];
function show() {
  if (performance.now() - shown < 1000) return;
  shown = performance.now();
  const text = counts + epochs;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}
function onProgress({ done, stored, failed, total, perSecond, secondsLeft }) {
  const left = secondsLeft === undefined ? '' : `, ${minutes(secondsLeft)} left`;
  counts = `${done + stored} of ${total} nets, ${failed} failed, ${perSecond.toFixed(1)} a second${left}`;
  if (done + stored + failed === total) shown = 0;
  if (remote !== undefined && done === Math.floor(total / 2) && remote.kill())
    console.error('\nKilled one of two workers.');
  show();
}
/** The net for all series takes longest. */
function onEpoch({ epoch, epochs: all }, { job }) {
  if (job.name !== ALL) return;
  epochs = `; ${ALL}: epoch ${epoch + 1} of ${all}`;
  show();
}
const remote = options.redis ? await throughRedis() : undefined;
const executor = remote?.executor ?? local({ loaders: new URL('./fleet/loaders.mjs', import.meta.url) });
const outcomes = new Map();
const failures = [];
const begun = performance.now();
try {
  const settings = { executor, store: folderStore(store), signal: stop.signal, onProgress, onEpoch };
  for await (const { name, outcome, error } of trainFleet(jobsOf(series, end), settings)) {
    if (error) failures.push(`${name}: ${error.message}`);
    else outcomes.set(name, outcome);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
  console.error(`\nInterrupted. What was trained is in ${store}; the same command goes on.`);
  process.exit(130);
} finally {
  await (remote ?? executor).close();
  if (process.stderr.isTTY) process.stderr.write('\n');
}
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exit(1);
}
const seconds = (performance.now() - begun) / 1000;
const hash = createHash('sha256');
for (const { id } of [{ id: ALL }, ...series]) hash.update(outcomes.get(id).model);
console.log(
  `${outcomes.size} nets in ${minutes(seconds)} ${remote === undefined ? `on ${executor.capacity} threads` : 'on two workers, one killed half way'}. SHA-256 of all: ${hash.digest('hex').slice(0, 16)}`,
);

// Evaluate.
const models = new Map([...outcomes].map(([name, { model }]) => [name, model]));
const evaluated = evaluate(series, models);
const summary = summarize(evaluated);
console.log(
  `\nErrors of ${series.length * WEEKS * HORIZON} forecasts:\n${aligned(rowsOf(summary))}\n\n${verdictOn(summary)}\n`,
);
mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/fleet.html`, pageOf({ facts, summary, evaluated, outcomes }));
console.log(`Report: ${options.out}/fleet.html`);
