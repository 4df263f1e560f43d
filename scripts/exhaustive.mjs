// Checks exp, tanh and sigmoid of the vector kernels for every float32: errors of at most 2, 2 and 3 ulp, monotone, in
// range, NaN for NaN, and the same bits as the reference. Then checks the gradients of 20,000 random nets of each cell.
// It takes minutes to an hour. `--share 1/16` checks the first of sixteen parts, each with inputs of all magnitudes, and a
// sixteenth of the nets. `FC_SEED=7` draws other nets.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import asc from 'assemblyscript/asc';
import { compileKernels } from '../dist/kernels/simd.js';

/** Inputs per run, with consecutive bit patterns, and the number of runs. */
const RUN = 2 ** 16;
const TOTAL = 2 ** 32 / RUN;
const LIMITS = { exp: 2, tanh: 2, sigmoid: 3 };
const REPORT_EVERY_MS = 20_000;

/** Random nets of each cell. */
const NETS = 20_000;

/** A kernel of exp for this check, because the package has none. It calls the same function. */
const EXP = `import { exp } from './lib/kernels/simd/arithmetic';
export function expForward(y: i32, a: i32, n: i32): void {
  for (let j = 0; j < n; j += 4) v128.store(<usize>(y + j) << 2, exp(v128.load(<usize>(a + j) << 2)));
}`;

async function compileExp() {
  const sources = {
    'exp.ts': EXP,
    'lib/kernels/simd/arithmetic.ts': readFileSync('lib/kernels/simd/arithmetic.ts', 'utf8'),
  };
  let bytes;
  const options = 'exp.ts --outFile exp.wasm --runtime stub --importMemory --enable simd -O3 --noAssert';
  const { error, stderr } = await asc.main(options.split(' '), {
    readFile: (name) => sources[name] ?? null,
    writeFile: (_, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${stderr}`);
  return new WebAssembly.Module(bytes);
}

/** The part to check, from 0, and the number of parts. */
function shareOf([option, value = '']) {
  if (option === undefined) return [0, 1];
  const [part, parts] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(value)?.slice(1).map(Number) ?? [];
  if (option === '--share' && part <= parts && TOTAL % parts === 0) return [part - 1, parts];
  throw new Error('exhaustive: options are none, or --share k/n with n a power of two and k from 1 to n');
}

function thread(workerData) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./exhaustive/check.mjs', import.meta.url), { workerData });
    worker.on('message', resolve).on('error', reject);
  });
}

function summarize(name, reports) {
  const { worst, at } = reports.reduce((a, b) => (b.worst > a.worst ? b : a));
  const wrong = reports.reduce((sum, report) => sum + report.wrong, 0);
  const first = reports.find((report) => report.first !== undefined)?.first;
  const error = worst === 0 ? 'at most 0.5 ulp' : `at most ${worst.toFixed(4)} ulp, at x = ${at}`;
  console.log(
    `${name.padEnd(8)} ${error} (allowed ${LIMITS[name]}); ${wrong} wrong${wrong > 0 ? `, first: ${first}` : ''}`,
  );
  return wrong === 0 && worst <= LIMITS[name];
}

const [part, parts] = shareOf(process.argv.slice(2));
const total = TOTAL / parts;
const modules = { kernels: compileKernels(), exp: await compileExp() };
const next = new Int32Array(new SharedArrayBuffer(4));
const begun = performance.now();
const timer = setInterval(() => {
  const minutes = (performance.now() - begun) / 60_000;
  console.log(`${Math.min(100, (100 * next[0]) / total).toFixed(1)} % after ${minutes.toFixed(1)} min`);
}, REPORT_EVERY_MS);
const threads = Array.from({ length: availableParallelism() }, () =>
  thread({ modules, next, part, parts, run: RUN, total }),
);
const found = await Promise.all(threads);
clearInterval(timer);
console.log(
  `${total * RUN} inputs, ${threads.length} threads, ${((performance.now() - begun) / 60_000).toFixed(1)} min`,
);
const good = Object.keys(LIMITS).filter((name) =>
  summarize(
    name,
    found.map((reports) => reports[name]),
  ),
);

/** Runs the spec of random nets; fast-check prints the choices and the seed of a failure. */
function checkNets(count, seed) {
  console.log(`gradients of ${count} random nets of each cell, seed ${seed}`);
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  const env = { ...process.env, COMBINATIONS: `${count}`, FC_SEED: `${seed}` };
  return (
    spawnSync(process.execPath, [...flags, 'spec/properties/combinations'], { env, stdio: 'inherit' }).status === 0
  );
}

// Each part draws its own nets.
const nets = checkNets(Math.ceil(NETS / parts), Number(process.env.FC_SEED ?? 1997) + part);
process.exitCode = nets && good.length === Object.keys(LIMITS).length ? 0 : 1;
