// Runs the training of scripts/bits/training.mjs on several versions of Node, with and without wide vectors, on an
// emulated arm64, in Deno, Bun and workerd, and in pages, Workers, service workers and AudioWorklets of the installed browsers.
// Then it runs the training of scripts/bits/threads.mjs on 1, 2, 3, 5 and 16 threads on these versions of Node, in Deno, in Bun,
// and in isolated pages and their Workers. Exits with 1 unless all hashes agree. Run times are installed from npm into a temporary folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { absent, browsers, inPage, inWorklet } from './bits/browsers.mjs';

const { platform, arch } = process;
const X64 = arch === 'x64';
const RUN = fileURLToPath(new URL('bits/run.mjs', import.meta.url));
const RUN_THREADS = fileURLToPath(new URL('bits/run-threads.mjs', import.meta.url));
const QEMU = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'];
const QEMU_PACKAGES = 'qemu-user libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross libatomic1-arm64-cross';

const node = (version, machine = `${platform}-${arch}`) => ({ from: `node-${machine}@${version}`, binary: 'bin/node' });
const deno = { from: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}@2`, binary: 'deno' };
const bun = { from: `@oven/bun-${platform}-${X64 ? 'x64' : 'aarch64'}@1`, binary: 'bin/bun' };
const workerd = { from: `@cloudflare/workerd-${platform}-${X64 ? '64' : 'arm64'}@1`, binary: 'bin/workerd' };

/** The runs: package of the run time, arguments, and expected kernels. */
const RUNS = [
  { name: 'this Node' },
  { name: 'Node 20', ...node(20) },
  { name: 'Node 22', ...node(22) },
  { name: 'Node 24', ...node(24) },
  { name: 'Node 24, wide by flag', ...node(24), flags: ['--experimental-wasm-revectorize'] },
  ...(X64 ? [{ name: 'Node 24, enableWideSimd', ...node(24), wide: true, expected: 'wide' }] : []),
  { name: 'Node 26', ...node(26) },
  ...(X64 ? [{ name: 'Node 26, enableWideSimd', ...node(26), wide: true, expected: 'wide' }] : []),
  ...(X64 && hasQemu() ? [{ name: 'Node 22, arm64', ...node(22, 'linux-arm64'), through: QEMU }] : []),
  { name: 'Deno', ...deno, flags: ['run', '--no-config', '--no-lock'] },
  { name: 'Bun', ...bun },
  { name: 'workerd, kernels.wasm', ...workerd, kernels: true },
  { name: 'workerd', ...workerd, kernels: false, expected: 'reference' },
  ...browsers.flatMap((browser) =>
    ['page', 'Worker', 'service worker', 'AudioWorklet'].map((place) => ({
      name: `${browser.name}, ${place}`,
      browser,
      place,
    })),
  ),
];

/** What a run with threads has to print after the hash. */
const ON_THREADS = 'on 1, 2, 3, 5, 16 threads';

/** The runs on several threads. */
const THREADED = [
  ...RUNS.filter(({ flags, browser, kernels, through }) => !(flags || browser || through) && kernels === undefined),
  { name: 'Deno', ...deno, flags: ['run', '--no-config', '--no-lock', '--allow-read'] },
  ...browsers.flatMap((browser) =>
    ['page', 'Worker'].map((place) => ({ name: `${browser.name}, ${place}`, browser, place, threads: true })),
  ),
];

function hasQemu() {
  return spawnSync(QEMU[0], ['--version']).status === 0;
}

const aliasOf = ({ from }) => from.replaceAll(/\W/g, '-').replace(/^-/, '');

/** Installs the run times of all runs into a folder. */
function install(folder) {
  const packages = new Set(RUNS.filter(({ from }) => from).map((run) => `${aliasOf(run)}@npm:${run.from}`));
  // --force allows binaries for another processor
  const options = ['install', '--force', '--ignore-scripts', '--no-save', '--prefix', folder];
  execFileSync('npm', [...options, ...packages], { stdio: 'ignore' });
}

/** Bundles a program into one file, for run times that load only one. */
async function bundle(contents, format = 'esm') {
  const stdin = { contents, resolveDir: path.dirname(RUN) };
  const options = { bundle: true, format, write: false, external: ['*.wasm'], logLevel: 'silent' };
  return (await build({ stdin, ...options })).outputFiles[0].text;
}

/** Arguments for workerd: a configuration with or without the kernels' file. */
async function workerdTest(folder, kernels) {
  const [bound, start] = kernels ? ["import kernels from './kernels.wasm';", 'test(kernels)'] : ['', 'test()'];
  const name = kernels ? 'with-kernels' : 'without-kernels';
  const program = await bundle(`${bound} import { test } from './worker.mjs'; export default ${start};`);
  writeFileSync(`${folder}/${name}.js`, program);
  writeFileSync(`${folder}/kernels.wasm`, readFileSync(new URL('../dist/kernels.wasm', import.meta.url)));
  const wasm = kernels ? ', (name = "kernels.wasm", wasm = embed "kernels.wasm")' : '';
  const worker = `(compatibilityDate = "2025-01-01", modules = [(name = "main.js", esModule = embed "${name}.js")${wasm}])`;
  const config = `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [(name = "main", worker = ${worker})]);`;
  writeFileSync(`${folder}/${name}.capnp`, config);
  return ['test', `${folder}/${name}.capnp`];
}

/** Programs of browsers; a service worker is no module, as Firefox wants it. */
const PROGRAMS = {
  page: ["import { run } from './page.mjs'; run();"],
  'service worker': [
    "import { run } from './page.mjs'; addEventListener('install', (event) => event.waitUntil(run()));",
    'iife',
  ],
  threads: ["import { runOnThreads } from './page.mjs'; runOnThreads();"],
  AudioWorklet: ["import { Run } from './worklet.mjs'; registerProcessor('run', Run);"],
};

/** Returns the output of a run in a browser. */
async function outputOfBrowser(folder, { browser, place, threads }) {
  const program = await bundle(...(PROGRAMS[threads ? 'threads' : place] ?? PROGRAMS.page));
  if (place === 'AudioWorklet') return inWorklet(browser, program, folder);
  const scripts = { '/page.js': program, ...(threads && { '/worker.js': await bundle("import 'bptt/worker';") }) };
  return inPage(browser, place, scripts, folder);
}

/** Returns the output of a run. */
async function outputOf(folder, run, ...more) {
  if (run.browser) return outputOfBrowser(folder, run);
  const { from, binary, flags = [], wide, through = [], kernels, script = RUN } = run;
  const program = kernels === undefined ? [script, ...(wide ? ['--wide'] : [])] : await workerdTest(folder, kernels);
  const executable = from === undefined ? process.execPath : `${folder}/node_modules/${aliasOf(run)}/${binary}`;
  const [command, ...args] = [...through, executable, ...flags, ...more, ...program];
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Whether all runs on several threads have used them, and give one hash. */
async function sameOnThreads(folder) {
  console.log('On several threads:');
  const results = new Set();
  for (const run of THREADED) {
    const result = (await outputOf(folder, { ...run, script: RUN_THREADS })).trim();
    console.log(`${run.name.padEnd(26)}${result}`);
    results.add(result);
  }
  const [first] = results;
  return results.size === 1 && first.endsWith(ON_THREADS) && !first.includes('and');
}

/** Whether the machine code of the kernels uses 256-bit registers after enableWideSimd. */
async function isWide(folder) {
  const run = RUNS.find(({ wide }) => wide);
  const processor = '/proc/cpuinfo';
  if (run === undefined || !existsSync(processor) || !/\bavx2\b/.test(readFileSync(processor, 'utf8'))) return true;
  const count = (await outputOf(folder, run, '--print-wasm-code')).match(/\bymm\d/g)?.length ?? 0;
  console.log(`enableWideSimd: ${count} 256-bit registers in the machine code`);
  return count > 0;
}

const folder = mkdtempSync(path.join(tmpdir(), 'bits-'));
try {
  install(folder);
  const hashes = new Set();
  let expectedKernels = true;
  for (const run of RUNS) {
    const result = (await outputOf(folder, run)).trim();
    console.log(`${run.name.padEnd(26)}${result}`);
    const [hash, kernels] = result.split(' ');
    hashes.add(hash);
    expectedKernels &&= kernels === (run.expected ?? 'simd');
  }
  if (!hasQemu()) console.log(`Node 22, arm64            SKIPPED: on Debian, apt-get install ${QEMU_PACKAGES}`);
  for (const { name, packages } of absent)
    console.log(`${name.padEnd(26)}SKIPPED: on Debian, apt-get install ${packages}`);
  const same = (await sameOnThreads(folder)) && hashes.size === 1;
  console.log(same ? 'The same bits everywhere.' : 'The bits differ.');
  if (!expectedKernels) console.log('A run used other kernels than expected.');
  if (!same || !expectedKernels || !(await isWide(folder))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
