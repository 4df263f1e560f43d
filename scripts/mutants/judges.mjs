// Judges mutants: by the verification kit on the built library, or by a spec on the sources.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const VERIFY = fileURLToPath(new URL('./verify.mjs', import.meta.url));
const LIMIT_MS = 180_000;

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
 * Runs one spec, or its tests with matching names, in the process of a copy of the repository. If no test runs, or the
 * suite does not load, the mutant is broken.
 *
 * @returns {Promise<Judgement>}
 */
export async function judgeBySpec(specs, { killedBy, test }) {
  const { passed, failed, broken } = await specs.run(killedBy, test);
  if (broken !== undefined) return { outcome: 'broken', output: broken };
  if (failed.length > 0) return { outcome: 'wrong', output: `${killedBy}: ${failed[0]}` };
  return passed > 0 ? { outcome: 'right', output: '' } : { outcome: 'broken', output: 'no such test' };
}
