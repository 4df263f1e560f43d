// The same training run on several versions of Node, with and without wide vectors: one hash of all parameters, or exit 1.
// The binaries come from npm and go into a temporary folder. `node scripts/bits.mjs --run` is the run itself.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STEPS = 500;
const RUNS = [
  { name: 'this Node', version: undefined, flags: [] },
  { name: 'Node 22', version: 22, flags: [] },
  { name: 'Node 24', version: 24, flags: [] },
  { name: 'Node 24, wide vectors', version: 24, flags: ['--experimental-wasm-revectorize'] },
  { name: 'Node 26', version: 26, flags: [] },
];

/** SHA-256 of all parameters of an LSTM and a GRU after training, and which kernels computed. */
async function train() {
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

function compare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bits-'));
  try {
    const versions = [...new Set(RUNS.map(({ version }) => version))].filter((version) => version !== undefined);
    const packages = versions.map(
      (version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`,
    );
    execFileSync('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', folder, ...packages], {
      stdio: 'ignore',
    });
    const results = RUNS.map(({ name, version, flags }) => {
      const binary = version === undefined ? process.execPath : `${folder}/node_modules/node-${version}/bin/node`;
      const result = execFileSync(binary, [...flags, process.argv[1], '--run'], { encoding: 'utf8' }).trim();
      console.log(`${name.padEnd(24)}${result}`);
      return result;
    });
    if (new Set(results).size > 1) process.exitCode = 1;
    console.log(process.exitCode === 1 ? 'The bits differ.' : `The same bits after ${STEPS} steps everywhere.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv.includes('--run')) console.log(await train());
else compare();
