// The entry `bptt/node`: 256-bit vectors on Node.

import { backend } from './kernels/backend.ts';
import { chooseWide } from './kernels/wide.ts';

/** Whether wide vectors are enabled, and the reason. */
export interface WideSimd {
  /** Whether V8 compiled the kernels with wide vectors, and all kernels passed the comparison with the reference. */
  readonly enabled: boolean;
  /** The reason, in words. */
  readonly reason: string;
}

/** The members of Node's `process` that are used here. */
interface NodeProcess {
  readonly arch: string;
  readonly execArgv: readonly string[];
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: 'node:v8'): { setFlagsFromString(flags: string): void };
}

/** The first Node version whose V8 can pack vectors. */
const FIRST_NODE = 24;

/**
 * Flags of V8 while it compiles the kernels, each with the flag that resets it. Only the optimizing compiler packs
 * vectors. It has to compile the whole module at once, because otherwise the check would run unoptimized code.
 */
const FLAGS: readonly (readonly [string, string])[] = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
];

/**
 * Makes V8 pack pairs of 128-bit vector operations into 256-bit operations, on Node 24 or newer and x86-64 processors
 * with AVX2. Results do not change. Because V8 calls this optimization experimental, all kernels are compared with the
 * reference bit by bit before they are used. On other platforms the function changes nothing and returns the reason.
 * While it compiles, it sets flags of V8, which apply to all threads.
 *
 * Call it before any computation; later calls return the result of the first. Each worker compiles its own kernels, so
 * each worker has to call it.
 *
 * @throws StateError if kernels are already in use; nothing changes
 *
 * @example
 * ```ts
 * const { enabled, reason } = enableWideSimd();
 * backend().name === 'wide'; // the same as `enabled`
 * ```
 */
export function enableWideSimd(): WideSimd {
  const { process } = globalThis as { process?: NodeProcess };
  const lacking = whatLacks(process);
  const failure = lacking ?? chooseWide((compile) => withFlags(process!, compile), 'enableWideSimd');
  if (failure !== undefined) return { enabled: false, reason: failure };
  return { enabled: true, reason: backend().reason };
}

function whatLacks(process: NodeProcess | undefined): string | undefined {
  const { node, bun, deno } = process?.versions ?? {};
  if (node === undefined || bun !== undefined || deno !== undefined) return 'wide vectors need Node';
  if (Number.parseInt(node, 10) < FIRST_NODE) return `wide vectors need Node ${FIRST_NODE} or newer; this is ${node}`;
  return process!.arch === 'x64' ? undefined : `wide vectors need an x86-64 processor; this is ${process!.arch}`;
}

/** Runs a function with the flags set. Flags that the command line set are not reset. */
function withFlags<R>({ execArgv, getBuiltinModule }: NodeProcess, run: () => R): R {
  const { setFlagsFromString } = getBuiltinModule('node:v8');
  const flags = FLAGS.filter(([on]) => !execArgv.includes(on));
  for (const [on] of flags) setFlagsFromString(on);
  try {
    return run();
  } finally {
    for (const [, off] of flags) setFlagsFromString(off);
  }
}
