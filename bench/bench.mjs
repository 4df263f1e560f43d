// npm run bench: verifies and times the built package.
//   npm run bench -- --quick          verifies results in seconds, with rough timings and without large shapes
//   npm run bench -- --only lstm      only cases whose group or name contains the word
//   npm run bench -- --json FILE      also writes the results to a file
//   npm run bench -- --narrow         measures vectors of 128 bits only; otherwise also those of 256 bits, where available
import '../scripts/vectors.mjs'; // before the cases, which compute
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { aroundCases } from './cases/around.mjs';
import { cellCases } from './cases/cells.mjs';
import { clippingCases } from './cases/clipping.mjs';
import { dataCases } from './cases/data.mjs';
import { detectionCases } from './cases/detection.mjs';
import { fileCases } from './cases/files.mjs';
import { flowCases } from './cases/flow.mjs';
import { layerCases } from './cases/layers.mjs';
import { lossCases } from './cases/losses.mjs';
import { matmulCases } from './cases/matmul.mjs';
import { metricCases } from './cases/metrics.mjs';
import { modelCases } from './cases/models.mjs';
import { optimizerCases } from './cases/optimizers.mjs';
import { pointwiseCases } from './cases/pointwise.mjs';
import { randomCases } from './cases/random.mjs';
import { samplingCases } from './cases/sampling.mjs';
import { steadyCases } from './cases/steady.mjs';
import { streamingCases } from './cases/streaming.mjs';
import { sweepCases } from './cases/sweeps.mjs';
import { throughTimeCases } from './cases/through-time.mjs';
import { trainingCases } from './cases/training.mjs';
import { measure } from './harness.mjs';
import { compareWithNative, nativeLines } from './peak/native.mjs';
import { preparePeak } from './peak.mjs';
import { headerOf, Peaks, rowsAbovePeak } from './results.mjs';
import { table } from './table.mjs';
import { widths } from './widths.mjs';

const LISTS = [
  matmulCases,
  pointwiseCases,
  layerCases,
  aroundCases,
  randomCases,
  streamingCases,
  samplingCases,
  dataCases,
  trainingCases,
  steadyCases,
  throughTimeCases,
  cellCases,
  detectionCases,
  modelCases,
  optimizerCases,
  clippingCases,
  lossCases,
  metricCases,
  fileCases,
  flowCases,
  sweepCases,
];
const COLUMNS = ['case', 'bits', 'median', 'quartiles', 'rate', 'of peak', 'by baseline', 'by narrow'];
/** Largest number of operations per run of a case in a quick run. */
const QUICK = 5e8;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    narrow: { type: 'boolean', default: false },
  },
});
const casesToRun = () =>
  LISTS.flatMap((list) => list())
    .filter(({ group, name }) => `${group} ${name}`.toLowerCase().includes((options.only ?? '').toLowerCase()))
    .filter(({ work }) => !options.quick || work.amount < QUICK);
if (casesToRun().length === 0) {
  console.error(`No case has a group or name with "${options.only}".`);
  process.exit(1);
}

const settings = options.quick ? { rounds: 1, slice: 0 } : { rounds: 15, slice: 0.05 };
const { version: release } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = `${release}, Node ${process.version}`;
const gauges = new Map();
for (const { bits, use } of widths()) {
  use();
  gauges.set(bits, await preparePeak(bits));
}
const notes = nativeLines(compareWithNative(gauges, options.quick ? 3 : 15));
for (const note of notes) console.log(note);

const peaks = new Peaks();
const timed = widths().map((width) => ({ ...width, cases: casesToRun() }));
const rows = await measure(timed, settings, (bits) => peaks.add(bits, gauges.get(bits)()), version);
const header = headerOf({ versions: { bptt: version }, settings, peaks: peaks.summaries(), notes });

console.log(`bptt ${version}, ${header.machine.cpu}; ${settings.rounds} interleaved rounds`);
for (const { width, quantiles } of header.peaks) {
  const values = quantiles.map((v) => v.toFixed(1)).join(', ');
  console.log(`${width}-bit peak during the run: ${values} GFLOP/s (least, quartiles, most)`);
}
console.log(`all ${timed[0].cases.length} cases verified\n\n${table(rows, COLUMNS)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...header, rows }, null, 2)}\n`);
for (const problem of rowsAbovePeak(rows)) {
  console.error(problem);
  process.exitCode = 1;
}
