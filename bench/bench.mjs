// npm run bench: verifies and times the built package.
//   npm run bench -- --quick          verifies results in seconds, with rough timings and without large shapes
//   npm run bench -- --only lstm      only cases whose group or name contains the word
//   npm run bench -- --json FILE      also writes the results to a file
//   npm run bench -- --narrow         keeps vectors of 128 bits where 256 are available
import '../scripts/vectors.mjs'; // before the cases, which compute
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { backend } from 'bptt';
import { cellCases } from './cases/cells.mjs';
import { clippingCases } from './cases/clipping.mjs';
import { detectionCases } from './cases/detection.mjs';
import { fileCases } from './cases/files.mjs';
import { flowCases } from './cases/flow.mjs';
import { layerCases } from './cases/layers.mjs';
import { lossCases } from './cases/losses.mjs';
import { matmulCases } from './cases/matmul.mjs';
import { modelCases } from './cases/models.mjs';
import { optimizerCases } from './cases/optimizers.mjs';
import { pointwiseCases } from './cases/pointwise.mjs';
import { randomCases } from './cases/random.mjs';
import { streamingCases } from './cases/streaming.mjs';
import { throughTimeCases } from './cases/through-time.mjs';
import { measure } from './harness.mjs';
import { preparePeak } from './peak.mjs';
import { headerOf, peakSummary } from './results.mjs';
import { table } from './table.mjs';

const LISTS = [
  matmulCases,
  pointwiseCases,
  layerCases,
  randomCases,
  streamingCases,
  throughTimeCases,
  cellCases,
  detectionCases,
  modelCases,
  optimizerCases,
  clippingCases,
  lossCases,
  fileCases,
  flowCases,
];
const COLUMNS = ['case', 'median', 'quartiles', 'rate', 'of peak', 'by baseline'];
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
const cases = LISTS.flatMap((list) => list())
  .filter(({ group, name }) => `${group} ${name}`.toLowerCase().includes((options.only ?? '').toLowerCase()))
  .filter(({ work }) => !options.quick || work.amount < QUICK);
if (cases.length === 0) {
  console.error(`No case has a group or name with "${options.only}".`);
  process.exit(1);
}

const settings = options.quick ? { rounds: 1, slice: 0 } : { rounds: 15, slice: 0.05 };
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const measurePeak = await preparePeak();
const peaks = [];
const rows = await measure(cases, settings, () => peaks[peaks.push(measurePeak()) - 1]);
const peak = peakSummary(peaks);
const header = headerOf({ versions: { bptt: `${version}, ${backend().name} kernels` }, settings, peak });

console.log(`${backend().name} kernels, Node ${header.node}, ${header.machine.cpu}; ${settings.rounds} interleaved rounds
128-bit peak during the run: ${peak.quantiles.map((v) => v.toFixed(1)).join(', ')} GFLOP/s (least, quartiles, most)
all ${rows.length} cases verified\n\n${table(rows, COLUMNS)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...header, rows }, null, 2)}\n`);
