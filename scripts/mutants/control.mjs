// Checks that the unchanged library passes everything that judges mutants.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { JEST, judgeByKit } from './judges.mjs';

/** Runs specs, or their tests with matching names, in one process. Returns the full names of the tests that passed. */
function passing(copy, specs, named) {
  if (specs.size === 0) return new Map();
  const report = join(copy, 'control.json');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...JEST, '--json', `--outputFile=${report}`, ...named, '--runTestsByPath', ...specs],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 1 << 28 },
  );
  const { success, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  if (!success) throw new Error(`The library itself does not pass:\n${stdout}${stderr}`);
  const passed = ({ assertionResults }) => assertionResults.filter(({ status }) => status === 'passed');
  return new Map(
    testResults.map((suite) => [relative(copy, suite.name), passed(suite).map(({ fullName }) => fullName)]),
  );
}

/**
 * Runs the kit, and all specs and tests that mutants name: in one process, as one for each takes minutes.
 *
 * @throws Error if one does not pass, or if no test has a name that a mutant gives
 */
export async function control({ build, sources }, mutants) {
  if (mutants.some(({ killedBy }) => killedBy === undefined)) {
    const { outcome, output } = await judgeByKit(build);
    if (outcome !== 'right') throw new Error(`The library itself does not pass:\n${output}`);
  }
  const copy = realpathSync(sources);
  const bySpec = mutants.filter(({ killedBy }) => killedBy !== undefined);
  const whole = new Set(bySpec.filter(({ test }) => test === undefined).map(({ killedBy }) => killedBy));
  const parts = bySpec.filter(({ killedBy }) => !whole.has(killedBy));
  const names = [...new Set(parts.map(({ test }) => `(${test})`))].join('|');
  const passed = new Map([
    ...passing(copy, whole, []),
    ...passing(copy, new Set(parts.map(({ killedBy }) => killedBy)), ['--testNamePattern', names]),
  ]);
  const missing = bySpec.find(({ killedBy, test = '' }) => {
    const pattern = new RegExp(test, 'i');
    return !passed.get(killedBy)?.some((name) => pattern.test(name));
  });
  if (missing !== undefined) throw new Error(`${missing.killedBy} has no test "${missing.test}" (${missing.name})`);
}
