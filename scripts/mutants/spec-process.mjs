// A process that runs specs of a copy of the repository, one after the other: starting jest takes longer than most specs.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCLI } from 'jest';

/** Flags of Node for jest, which runs modules in contexts of their own. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
/** jest keeps about 30 MB of each run. */
const MOST_RUNS = 20;
const LIMIT_MS = 180_000;
const ENVIRONMENT = fileURLToPath(new URL('./first-failure.mjs', import.meta.url));

/** @typedef {{ passed: number, failed: string[], broken: string | undefined }} SpecResult */

/** Runs specs of one folder in a process, which it replaces once it has run many or hangs. */
export class SpecProcess {
  #folder;
  #child;
  #runs = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  /** Runs a spec, or its tests with matching names. @returns {Promise<SpecResult>} */
  async run(spec, test) {
    if (this.#child === undefined || this.#runs++ >= MOST_RUNS) this.#start();
    const child = this.#child;
    const result = await new Promise((done) => {
      const end = (what) => {
        clearTimeout(limit);
        child.removeAllListeners();
        done(what);
      };
      const limit = setTimeout(() => end(undefined), LIMIT_MS);
      child.on('message', end);
      child.on('exit', () => end(undefined));
      child.send({ spec, test });
    });
    if (result !== undefined) return result;
    this.close();
    return { passed: 0, failed: [], broken: `${spec} ended the process, or ran for more than ${LIMIT_MS} ms` };
  }

  /** Ends the process. */
  close() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start() {
    this.close();
    this.#runs = 0;
    const env = { ...process.env, NO_COLOR: '1', FC_SHRINK: 'no' }; // a mutant needs no smallest counterexample
    this.#child = fork(fileURLToPath(import.meta.url), ['serve'], {
      cwd: this.#folder,
      env,
      execArgv: FLAGS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }
}

/** Runs a spec here. @returns {Promise<SpecResult>} */
async function runHere({ spec, test }) {
  const argv = { _: [spec], $0: 'jest', runInBand: true, runTestsByPath: true, reporters: [], testNamePattern: test };
  argv.env = ENVIRONMENT;
  const { results } = await runCLI(argv, [process.cwd()]);
  const { testResults, numPassedTests, numRuntimeErrorTestSuites } = results;
  const failed = testResults.flatMap((suite) => suite.testResults).filter(({ status }) => status === 'failed');
  return {
    passed: numPassedTests,
    failed: failed.map(({ fullName }) => fullName),
    broken: numRuntimeErrorTestSuites > 0 ? testResults[0].failureMessage : undefined,
  };
}

if (process.argv[2] === 'serve') {
  process.on('uncaughtException', () => undefined); // a task that a failed test has left behind
  process.on('message', async (message) => {
    process.send(await runHere(message).catch((error) => ({ passed: 0, failed: [], broken: String(error) })));
  });
}
