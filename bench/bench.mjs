// npm run bench: verifies and times the built package.
//
//   npm run bench -- --quick          a smoke run of seconds: verifies everything, times too little to be believed
//   npm run bench -- --only lstm      cases whose group or name holds the word
//   npm run bench -- --json FILE      writes the rows too
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { backend } from 'bptt';
import { clippingCases } from './cases/clipping.mjs';
import { fileCases } from './cases/files.mjs';
import { layerCases } from './cases/layers.mjs';
import { lossCases } from './cases/losses.mjs';
import { matmulCases } from './cases/matmul.mjs';
import { optimizerCases } from './cases/optimizers.mjs';
import { streamingCases } from './cases/streaming.mjs';
import { measure, table } from './harness.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
});
const cases = [matmulCases, layerCases, streamingCases, optimizerCases, clippingCases, lossCases, fileCases]
  .flatMap((list) => list())
  .filter(({ group, name }) => `${group} ${name}`.toLowerCase().includes((options.only ?? '').toLowerCase()));
if (cases.length === 0) {
  console.error(`No case holds "${options.only}".`);
  process.exit(1);
}

const settings = options.quick ? { rounds: 1, slice: 0 } : { rounds: 15, slice: 0.05 };
const machine = { node: process.version, cpu: cpus()[0].model.trim(), backend: backend().name };
console.log(`${machine.backend} kernels, Node ${machine.node}, ${machine.cpu}; ${settings.rounds} interleaved rounds`);
const rows = measure(cases, settings);
console.log(`all ${rows.length} cases verified\n\n${table(rows)}`);
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ ...machine, ...settings, rows }, null, 2)}\n`);
}
