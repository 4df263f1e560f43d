// Judges mutants: by the verification kit on the built library, or by a spec on the sources.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERIFY = fileURLToPath(new URL('./verify.mjs', import.meta.url));
export const JEST = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  resolve('node_modules/jest/bin/jest.js'),
];
const LIMIT_MS = 60_000;

/** @typedef {{ outcome: 'right' | 'wrong' | 'broken', output: string }} Judgement */

/** Runs Node in a folder. @returns {Promise<{ code: number | null, output: string }>} */
function run(args, cwd) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd, timeout: LIMIT_MS, env: { ...process.env, NO_COLOR: '1' } });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code) => done({ code, output: output.trim() }));
  });
}

/** Runs the verification kit on a build. @returns {Promise<Judgement>} */
export async function judgeByKit(build) {
  const { code, output } = await run([VERIFY, build], process.cwd());
  if (code === 0) return { outcome: 'right', output };
  return code === 1 ? { outcome: 'wrong', output: output.split('\n')[0] } : { outcome: 'broken', output };
}

/**
 * Runs one spec, or its tests with matching names, in a copy of the repository. If no test runs, or the suite does not
 * load, the mutant is broken.
 *
 * @returns {Promise<Judgement>}
 */
export async function judgeBySpec(copy, { killedBy, test }) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const named = test === undefined ? [] : ['--testNamePattern', test];
  const { output } = await run(
    [...JEST, '--runInBand', '--json', `--outputFile=${report}`, ...named, '--runTestsByPath', killedBy],
    copy,
  );
  if (!existsSync(report)) return { outcome: 'broken', output };
  const { testResults, numRuntimeErrorTestSuites, numPassedTests, numFailedTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed');
  if (numRuntimeErrorTestSuites > 0) return { outcome: 'broken', output };
  if (failed !== undefined) return { outcome: 'wrong', output: `${killedBy}: ${failed.fullName}` };
  return numPassedTests + numFailedTests > 0
    ? { outcome: 'right', output }
    : { outcome: 'broken', output: 'no such test' };
}
