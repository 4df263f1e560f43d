// Breaks the backward passes in many ways, one at a time, and demands that the verification kit finds each of them out.
// A mutant that crashes instead, or whose place in the source is gone, counts as a failure too.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildLibrary, builtName, copyBuild, mutate, transpile } from './mutants/build.mjs';
import { mutants } from './mutants/list.mjs';

const VERIFY = fileURLToPath(new URL('./mutants/verify.mjs', import.meta.url));
const AT_A_TIME = 2;
const LIMIT_MS = 60_000;

/** Runs the verification of a build; `code` 0: right, 1: wrong, else broken. */
function verify(folder) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [VERIFY, folder], { timeout: LIMIT_MS });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

/** Verifies one mutant in a copy of the build, and puts the copy right again. */
async function tryMutant(folder, mutant) {
  const { source, stale } = mutate(mutant);
  if (stale !== undefined) return { killed: false, verdict: `STALE: ${stale}` };
  const target = join(folder, builtName(relative('lib', mutant.file)));
  const original = readFileSync(target);
  try {
    writeFileSync(target, transpile(source));
    const { code, output } = await verify(folder);
    if (code === 1) return { killed: true, verdict: `killed: ${output.split('\n')[0]}` };
    return { killed: false, verdict: code === 0 ? 'SURVIVED' : `BROKEN (exit code ${code}): ${output}` };
  } catch (error) {
    return { killed: false, verdict: `BROKEN: ${error.message.split('\n')[0]}` };
  } finally {
    writeFileSync(target, original);
  }
}

const root = buildLibrary();
try {
  const control = await verify(join(root, 'built'));
  if (control.code !== 0) throw new Error(`The library itself does not pass:\n${control.output}`);
  console.log('control: passes');

  let killed = 0;
  const queue = [...mutants];
  const work = async (_, slot) => {
    const folder = copyBuild(root, `copy${slot}`);
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const result = await tryMutant(folder, mutant);
      if (result.killed) killed++;
      console.log(`${mutant.name} (${mutant.file}): ${result.verdict}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  console.log(`${killed} of ${mutants.length} mutants killed`);
  process.exitCode = killed === mutants.length ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
