// The entry `bptt/node`: files that a crash cannot break, and 256-bit vectors.

import { backend } from './kernels/report.ts';
import { compilerOptions, type ProbeHost, probeFailure } from './kernels/run-probe.ts';
import { chooseWide } from './kernels/wide.ts';
import { isTrusted } from './kernels/wide-evidence.ts';
import { flagsFor, withFlags } from './kernels/wide-flags.ts';
import { integer, oneOf, optional, readOptions, type Schema } from './options.ts';

export type { CheckpointFolderOptions, SaveOptions } from './files/checkpoint-store.ts';
export { FileError } from './files/file-error.ts';
export { appendTo, loadFile, saveFile } from './files/node-files.ts';
export { CheckpointFolder } from './files/node-folder.ts';

/** Whether wide vectors are enabled, and the reason. */
export interface WideSimd {
  /** Whether V8 compiled the kernels with wide vectors, and all kernels passed the comparison with the reference. */
  readonly enabled: boolean;
  /** The reason, in words. */
  readonly reason: string;
}

/** Options of `enableWideSimd`. */
export interface WideSimdOptions {
  /**
   * Which versions of V8 compile the kernels without a trial in a child process; default 'listed'. `'listed'`: those on
   * which these kernels were compiled and compared before. `'any'`: every version; an error in V8 may then abort the
   * program.
   */
  readonly trust?: 'listed' | 'any';
  /** Milliseconds that the trial may take, from 1 to 2³¹ − 1; 20000 by default. */
  readonly timeout?: number;
}

const OPTIONS: Schema<WideSimdOptions> = {
  trust: /* @__PURE__ */ optional(/* @__PURE__ */ oneOf('listed', 'any'), 'listed'),
  timeout: /* @__PURE__ */ optional(/* @__PURE__ */ integer(1, 2 ** 31 - 1), 20000),
};

/** The members of Node's `process` that are used here. */
interface NodeProcess extends ProbeHost {
  readonly arch: string;
  readonly platform: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** The first Node version whose V8 can pack vectors. */
const FIRST_NODE = 24;

/**
 * Makes V8 pack pairs of 128-bit vector operations into 256-bit operations, on Node 24 or newer and x86-64 processors
 * with AVX2. Results do not change. V8 calls this optimization experimental, and an error in it may abort the process.
 * So only versions of V8 that have compiled these kernels before compile them directly. Any other version first does so
 * in a child process, and so does a V8 whose compiler was changed on the command line, for example by --future. This
 * takes a fraction of a second. If the child crashes, hangs or computes other bits, or cannot be started, the vectors
 * keep 128 bits. In each case, all kernels are compared with the reference bit by bit before they are used.
 *
 * On other platforms the function changes nothing and returns the reason. While it compiles, it sets flags of V8, which
 * apply to all threads.
 *
 * Call it before any computation; later calls return the result of the first. Each worker compiles its own kernels, so
 * each worker has to call it.
 *
 * @throws ArgumentError for invalid options
 * @throws StateError if kernels are already in use; nothing changes
 *
 * @example
 * ```ts
 * const { enabled, reason } = enableWideSimd();
 * backend().name === 'wide'; // the same as `enabled`
 * ```
 */
export function enableWideSimd(options: WideSimdOptions = {}): WideSimd {
  const where = 'enableWideSimd';
  const { trust, timeout } = readOptions(where, options, OPTIONS);
  const { process } = globalThis as { process?: NodeProcess };
  const engine = {
    objection: () => (trust === 'any' ? undefined : whatObjects(process!, timeout)),
    compile: <R>(compile: () => R): R => withFlags(process!, compile),
  };
  const failure = whatLacks(process) ?? chooseWide(engine, where);
  if (failure !== undefined) return { enabled: false, reason: failure };
  return { enabled: true, reason: backend().reason };
}

function whatLacks(process: NodeProcess | undefined): string | undefined {
  const { node, bun, deno } = process?.versions ?? {};
  if (node === undefined || bun !== undefined || deno !== undefined) return 'wide vectors need Node';
  if (Number.parseInt(node, 10) < FIRST_NODE) return `wide vectors need Node ${FIRST_NODE} or newer; this is ${node}`;
  if (process!.arch !== 'x64') return `wide vectors need an x86-64 processor; this is ${process!.arch}`;
  return mayHaveAvx2(process!) ? undefined : 'wide vectors need a processor with AVX2';
}

/** Whether the processor has AVX2, as far as Linux reports it; V8 packs no vectors without it. */
function mayHaveAvx2({ platform, getBuiltinModule }: NodeProcess): boolean {
  if (platform !== 'linux') return true;
  try {
    return /\bavx2\b/.test(getBuiltinModule('node:fs').readFileSync('/proc/cpuinfo', 'utf8'));
  } catch (error) {
    return error instanceof Error; // no permission to read the file
  }
}

/** Why this process may not compile the kernels; undefined if V8 is trusted, or has compiled them in a child process. */
function whatObjects(process: NodeProcess, timeout: number): string | undefined {
  const version = process.versions.v8!;
  const options = compilerOptions(process);
  if (options.length === 0 && isTrusted(version)) return undefined; // the evidence is for V8 without options
  const failure = probeFailure(
    process,
    flagsFor(process).map(([on]) => on),
    timeout,
  );
  if (failure === undefined) return undefined;
  return `V8 ${[version, ...options].join(' ')} is not known to compile these kernels correctly, and a trial in a child process failed: ${failure}`;
}
