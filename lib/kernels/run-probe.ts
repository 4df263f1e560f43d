// Runs the probe in a child process of Node, which may crash or hang in place of the program.

import { type Hash, PROGRAM, probeTask, type Task } from './probe.ts';

/** The members of Node's `process` that a probe needs. */
export interface ProbeHost {
  readonly execPath: string;
  /** Options of the command line, for Node and for V8. */
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: 'node:child_process'): {
    spawnSync(command: string, args: readonly string[], options: object): Outcome;
  };
  getBuiltinModule(name: 'node:fs'): { readFileSync(path: string, encoding: 'utf8'): string };
  getBuiltinModule(name: 'node:crypto'): { createHash(algorithm: 'sha256'): Hash };
  getBuiltinModule(name: 'node:v8'): {
    serialize(value: Task & { readonly flags: readonly string[] }): Uint8Array;
    setFlagsFromString(flags: string): void;
  };
}

/** How a process ended. */
interface Outcome {
  readonly error?: { readonly code?: string; readonly message: string };
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: { toString(): string };
}

/** How a program of Node is named. Applications that contain Node would start a second time instead of the probe. */
const NODE = /(^|[\\/])node(js)?[-.\d]*(\.exe)?$/i;

/** Options that change how V8 compiles the kernels, or forbid changes of its flags. */
const COMPILER_OPTION = /^--.*(wasm|liftoff|turbo|future|stress|freeze)/i;

/** Largest number of bytes of an answer; a longer one ends the child. */
const MOST_OUTPUT = 4096;

/** The options of this process that change how V8 compiles the kernels. */
export function compilerOptions({ execArgv }: ProbeHost): readonly string[] {
  return execArgv.filter((option) => COMPILER_OPTION.test(option));
}

/**
 * Compiles the kernels in a child process with these flags of V8 and the compiler options of this process, and compares
 * their results with the reference.
 *
 * @param timeout - milliseconds until the child is killed
 * @param script - what the child runs
 * @returns why the kernels cannot be trusted; undefined if all gave the bits of the reference
 */
export function probeFailure(
  host: ProbeHost,
  flags: readonly string[],
  timeout: number,
  script: string = PROGRAM,
): string | undefined {
  if (!NODE.test(host.execPath)) return `the program runs in ${host.execPath}, which is not Node itself`;
  try {
    const { task, answer } = probeTask(host.getBuiltinModule('node:crypto').createHash('sha256'));
    const outcome = host
      .getBuiltinModule('node:child_process')
      .spawnSync(host.execPath, [...compilerOptions(host), '--input-type=commonjs', '--eval', script], {
        env: { ...host.env, NODE_OPTIONS: undefined }, // a debugger or a loader could stop or change the probe
        input: host.getBuiltinModule('node:v8').serialize({ flags, ...task }),
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT,
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout,
        windowsHide: true,
      });
    return failureOf(outcome, answer, timeout);
  } catch (error) {
    return `it could not start: ${error instanceof Error ? error.message : error}`;
  }
}

/** Only the hash of the right results counts as success. It is computed here, and never sent to the child. */
function failureOf({ error, status, signal, stdout }: Outcome, answer: string, timeout: number): string | undefined {
  if (error?.code === 'ETIMEDOUT') return `it did not end within ${timeout} ms`;
  if (error !== undefined && error.code !== 'EPIPE') return `it failed: ${error.message}`; // EPIPE: input was not read
  if (signal !== null) return `it crashed (${signal})`;
  if (status !== 0) return `it ended with exit code ${status}`;
  const output = stdout.toString();
  if (output === answer) return undefined;
  return /^[\da-f]{64}$/.test(output) ? 'its results differ from the reference' : 'its answer was not a hash';
}
