// Breaks the library in many ways, one at a time. The verification kit, or the spec that a mutant names, has to detect
// each mutant. The run also fails if a mutant crashes, or if the code it changes no longer exists.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildLibrary, builtName, copyBuild, copySources, mutate, transpile } from './mutants/build.mjs';
import { judgeByKit, judgeBySpec } from './mutants/judges.mjs';
import { mutants } from './mutants/list.mjs';
import { SpecProcess } from './mutants/spec-process.mjs';

const AT_A_TIME = 2;

/** `npm run mutants -- fit` runs only mutants whose name, file or spec contains the word. */
const [word = ''] = process.argv.slice(2);
const chosen = mutants.filter((m) => [m.name, m.file, m.killedBy].some((text) => text?.includes(word)));

/** Runs one mutant in a worker's copy of the build or of the sources, and restores the copy. */
async function tryMutant({ build, sources, specs }, mutant) {
  const { source, stale } = mutate(mutant);
  if (stale !== undefined) return { killed: false, verdict: `STALE: ${stale}` };
  const bySpec = mutant.killedBy !== undefined;
  const target = bySpec ? join(sources, mutant.file) : join(build, builtName(relative('lib', mutant.file)));
  const original = readFileSync(target);
  try {
    const code = transpile(source); // throws if the mutant does not parse, which counts as broken
    writeFileSync(target, bySpec ? source : code);
    const { outcome, output } = bySpec ? await judgeBySpec(specs, mutant) : await judgeByKit(build);
    if (outcome === 'wrong') return { killed: true, verdict: `killed: ${output}` };
    return { killed: false, verdict: outcome === 'right' ? 'SURVIVED' : `BROKEN: ${output}` };
  } catch (error) {
    return { killed: false, verdict: `BROKEN: ${error.message.split('\n')[0]}` };
  } finally {
    writeFileSync(target, original);
  }
}

/** Checks that the unchanged library passes the kit, and all specs and tests that mutants name. */
async function control(copies) {
  const verdicts = [];
  if (chosen.some(({ killedBy }) => killedBy === undefined)) verdicts.push(await judgeByKit(copies[0].build));
  const named = chosen.filter(({ killedBy }) => killedBy !== undefined);
  const queue = [...new Map(named.map(({ killedBy, test }) => [`${killedBy} ${test}`, { killedBy, test }])).values()];
  const work = async ({ specs }) => {
    for (let spec = queue.shift(); spec !== undefined; spec = queue.shift()) {
      verdicts.push(await judgeBySpec(specs, spec));
    }
  };
  await Promise.all(copies.map(work));
  const bad = verdicts.find(({ outcome }) => outcome !== 'right');
  if (bad !== undefined) throw new Error(`The library itself does not pass:\n${bad.output}`);
}

const root = buildLibrary();
let copies = [];
try {
  copies = Array.from({ length: AT_A_TIME }, (_, k) => {
    const sources = copySources(root, `sources${k}`);
    return { build: copyBuild(root, `built${k}`), sources, specs: new SpecProcess(sources) };
  });
  await control(copies);
  console.log('control: passes');

  const alive = [];
  const queue = [...chosen];
  const work = async (copy) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const result = await tryMutant(copy, mutant);
      const line = `${mutant.name} (${mutant.file}): ${result.verdict}`;
      if (!result.killed) alive.push(line);
      console.log(line);
    }
  };
  await Promise.all(copies.map(work));
  // Repeated here, because the last lines are what a long log is read for.
  if (alive.length > 0) console.log(`Not killed:\n${alive.join('\n')}`);
  console.log(`${chosen.length - alive.length} of ${chosen.length} mutants killed`);
  process.exitCode = alive.length === 0 && chosen.length > 0 ? 0 : 1;
} finally {
  for (const { specs } of copies) specs.close();
  rmSync(root, { recursive: true, force: true });
}
