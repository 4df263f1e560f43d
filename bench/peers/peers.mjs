// npm run bench:peers: measures the same work in other libraries, on one thread each, interleaved with ours. It
// installs the libraries from a separate lockfile; those that cannot be installed are skipped and listed.
//   npm run bench:peers -- --quick              verifies results in seconds, with rough timings and small shapes only
//   npm run bench:peers -- --only step          only cases whose group or name contains the word
//   npm run bench:peers -- --json FILE          also writes the results to a file
//   npm run bench:peers -- --node PATH --wide   also runs bptt under another Node, with 256-bit vectors
//   npm run bench:peers -- --python PATH        the Python that has PyTorch
import { execSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { headerOf, Peaks, rowsAbovePeak } from '../results.mjs';
import { table } from '../table.mjs';
import { peerCases } from './cases.mjs';
import { enginesFor, open } from './engines.mjs';
import { measureCase } from './measure.mjs';

const COLUMNS = ['case', 'engine', 'bits', 'median', 'quartiles', 'rate', 'of peak', 'time / ours'];
const QUICK = 5e8;
const here = fileURLToPath(new URL('.', import.meta.url));

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    node: { type: 'string' },
    wide: { type: 'boolean', default: false },
    python: { type: 'string' },
  },
});

/** Installs the other libraries, unless they already match the lockfile. */
function install() {
  const versions = (file) =>
    existsSync(`${here}${file}`)
      ? Object.entries(JSON.parse(readFileSync(`${here}${file}`, 'utf8')).packages).filter(([name]) => name !== '')
      : [];
  const present = new Map(versions('node_modules/.package-lock.json'));
  const missing = versions('package-lock.json').filter(
    ([name, { version, optional }]) => !optional && present.get(name)?.version !== version,
  );
  if (missing.length === 0) return;
  console.log('installing the peers …');
  try {
    execSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', { cwd: here, stdio: 'ignore' });
  } catch {
    console.log('npm ci failed in bench/peers: its engines are skipped');
  }
}

async function openAll() {
  const opened = [];
  for (const engine of enginesFor(options)) opened.push(await open(engine));
  for (const { name, missing, remedy } of opened.filter(({ missing }) => missing !== undefined)) {
    notes.push(`${name} skipped: ${missing}${remedy === undefined ? '' : ` (${remedy})`}`);
  }
  return opened.filter(({ missing }) => missing === undefined);
}

const notes = [];
const cases = peerCases()
  .filter(({ group, name }) => `${group} ${name}`.toLowerCase().includes(options.only.toLowerCase()))
  .filter(({ work }) => !options.quick || work.amount < QUICK);
if (cases.length === 0) {
  console.error(`No case has a group or name with "${options.only}".`);
  process.exit(1);
}
install();
const engines = await openAll();
for (const { name, version } of engines) console.log(`${name.padEnd(20)}${version}`);
for (const note of notes) console.log(note);

const settings = options.quick ? { rounds: 1, slice: 0.001, share: 0 } : { rounds: 9, slice: 0.1, share: 4 };
const peaks = new Peaks();
const rows = [];
for (const task of cases) {
  const measured = await measureCase(
    task,
    engines,
    settings,
    (width, peak) => peaks.add(width, peak),
    (problem) => {
      notes.push(problem);
      process.exitCode = 1;
    },
  );
  for (const row of measured) rows.push(row);
  console.log(`measured: ${task.name}, ${task.group}`);
}
for (const { stop } of engines) stop();
console.log(`\n${table(rows, COLUMNS)}`);
for (const note of notes) console.log(note);
const versions = Object.fromEntries(engines.map(({ name, version }) => [name, version]));
if (options.json !== undefined) {
  const header = headerOf({ versions, settings, peaks: peaks.summaries(), notes });
  writeFileSync(options.json, `${JSON.stringify({ ...header, rows }, null, 2)}\n`);
}
for (const problem of rowsAbovePeak(rows)) {
  console.error(problem);
  process.exitCode = 1;
}
