// The same training run on several versions of Node, with and without wide vectors, and on an emulated arm64: one hash of
// all parameters, or exit 1. The binaries come from npm and go into a temporary folder. `node scripts/bits.mjs --run` is the
// run itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STEPS = 500;
const X64 = process.arch === 'x64';
const QEMU = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'];
const QEMU_PACKAGES = 'qemu-user libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross libatomic1-arm64-cross';

/** Runs: which Node, for which machine, its flags, and what the run itself is told. */
const RUNS = [
  { name: 'this Node' },
  { name: 'Node 22', version: 22 },
  { name: 'Node 24', version: 24 },
  { name: 'Node 24, wide by flag', version: 24, flags: ['--experimental-wasm-revectorize'] },
  ...(X64 ? [{ name: 'Node 24, enableWideSimd', version: 24, wide: true }] : []),
  { name: 'Node 26', version: 26 },
  ...(X64 && hasQemu() ? [{ name: 'Node 22, arm64', version: 22, machine: 'linux-arm64', through: QEMU }] : []),
];

function hasQemu() {
  return spawnSync(QEMU[0], ['--version']).status === 0;
}

/** SHA-256 of all parameters of an LSTM and a GRU after training, and which kernels computed. */
async function train() {
  if (process.argv.includes('--wide')) {
    const { enabled, reason } = (await import('bptt/node')).enableWideSimd();
    if (!enabled) throw new Error(reason);
  }
  const { Adam, backend, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential } = await import('bptt');
  const hash = createHash('sha256');
  for (const Layer of [LSTM, GRU]) {
    const layers = [new Layer({ units: 33, returnSequences: true }), new Layer({ units: 20 }), new Dense({ units: 3 })];
    const model = new Sequential(layers, { seed: 1 });
    model.compile({
      optimizer: new Adam({ learningRate: 0.01 }),
      loss: new MeanSquaredError(),
      clip: { globalNorm: 1 },
    });
    const x = randomNormal([9, 12, 7], { seed: 2 });
    const y = randomNormal([9, 3], { seed: 3 });
    for (let step = 0; step < STEPS; step++) model.trainStep(x, y);
    hash.update(model.toBytes());
  }
  return `${hash.digest('hex')} ${backend().name}`;
}

const packageOf = ({ version, machine = `${process.platform}-${process.arch}` }) => `node-${machine}@${version}`;
const aliasOf = (run) => packageOf(run).replace('@', '-');

/** Puts every Node that a run needs into a folder. */
function install(folder, runs) {
  const packages = new Set(runs.filter(({ version }) => version).map((run) => `${aliasOf(run)}@npm:${packageOf(run)}`));
  // --force: a binary for another processor is refused otherwise
  const options = ['install', '--force', '--ignore-scripts', '--no-save', '--prefix', folder];
  execFileSync('npm', [...options, ...packages], { stdio: 'ignore' });
}

/** Output of this file's `--run` on the Node of a run. */
function outputOf(folder, run, ...more) {
  const { version, flags = [], wide, through = [] } = run;
  const node = version === undefined ? process.execPath : `${folder}/node_modules/${aliasOf(run)}/bin/node`;
  const [command, ...args] = [
    ...through,
    node,
    ...flags,
    ...more,
    process.argv[1],
    '--run',
    ...(wide ? ['--wide'] : []),
  ];
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
}

/** Whether machine code of the kernels, as enableWideSimd leaves it, has instructions on registers of 256 bits. */
function isWide(folder) {
  const run = RUNS.find(({ wide }) => wide);
  const processor = '/proc/cpuinfo';
  if (run === undefined || !existsSync(processor) || !/\bavx2\b/.test(readFileSync(processor, 'utf8'))) return true;
  const count = outputOf(folder, run, '--print-wasm-code').match(/\bymm\d/g)?.length ?? 0;
  console.log(`enableWideSimd: ${count} registers of 256 bits named in the machine code`);
  return count > 0;
}

function compare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bits-'));
  try {
    install(folder, RUNS);
    const results = RUNS.map((run) => {
      const result = outputOf(folder, run).trim();
      console.log(`${run.name.padEnd(26)}${result}`);
      return result;
    });
    if (!hasQemu()) console.log(`Node 22, arm64            SKIPPED: on Debian, apt-get install ${QEMU_PACKAGES}`);
    const same = new Set(results).size === 1;
    console.log(same ? `The same bits after ${STEPS} steps everywhere.` : 'The bits differ.');
    if (!same || !isWide(folder)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv.includes('--run')) console.log(await train());
else compare();
