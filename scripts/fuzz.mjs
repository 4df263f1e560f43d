// Reads mutated files of every format: npm run fuzz -- [files of each reader | --long] [--seed n]. A read has to give arrays
// or the error that names what is wrong, within 50 ms and twice the file's size plus 16 MB, and to print nothing.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const [FILES, LONG] = [100_000, 2_000_000];
/** A reader that says nothing for so long hangs. */
const SILENCE_MS = 20_000;

const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const files = values.long ? LONG : Number(positionals[0] ?? FILES);
const seed = Number(values.seed);

/** Bundles the readers of the specs with the library. */
async function bundle(folder) {
  const outfile = join(folder, 'readers.mjs');
  const here = JSON.stringify(pathToFileURL('spec/support/readers.ts').href);
  await build({
    stdin: {
      contents: "export * from './spec/support/readers.ts';\nexport * from './spec/support/mutate.ts';\n",
      resolveDir: process.cwd(),
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    define: { 'import.meta.url': here },
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  return pathToFileURL(outfile).href;
}

/** Runs one reader in a process of its own; returns its problems. */
function tryReader(url, index) {
  return new Promise((done) => {
    const child = fork(new URL('fuzz/reads.mjs', import.meta.url), [url, String(index), String(files), String(seed)], {
      execArgv: ['--expose-gc', '--max-semi-space-size=64'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let last = { at: 0 };
    const problems = [];
    const hung = () => {
      problems.push(`hangs at file ${last.at} or one of the thousand after it`);
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hung, SILENCE_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => problems.push(`prints ${JSON.stringify(String(text).slice(0, 200))}`));
    }
    child.on('message', (message) => {
      clearTimeout(timer);
      timer = setTimeout(hung, SILENCE_MS);
      last = message;
      if (message.problem !== undefined) problems.push(message.problem);
    });
    child.on('exit', () => {
      clearTimeout(timer);
      if (last.summary === undefined) problems.push(`ended after file ${last.at}`);
      else console.log(last.summary);
      for (const problem of new Set(problems)) console.log(`  ${problem}`);
      done(problems.length);
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'bptt-fuzz-'));
try {
  const url = await bundle(folder);
  const { READERS } = await import(url);
  const queue = READERS.map((_, index) => index);
  let problems = 0;
  const work = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      problems += await tryReader(url, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), READERS.length) }, work));
  console.log(`${files * READERS.length} files, seed ${seed}: ${problems === 0 ? 'no problem' : 'problems'}`);
  process.exitCode = problems === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
