import { backend } from './kernels/load.ts';
import { chooseWide } from './kernels/wide.ts';

/** Whether wide vectors are on, and what led to it. */
export interface WideSimd {
  /** Whether V8 was asked to compile the kernels wide, and every one gave the bits of the reference. */
  readonly enabled: boolean;
  /** What led to it. */
  readonly reason: string;
}

/** The part of Node this uses. */
interface NodeProcess {
  readonly arch: string;
  readonly execArgv: readonly string[];
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: 'node:v8'): { setFlagsFromString(flags: string): void };
}

/** The first Node whose V8 has the pass that packs vectors. */
const FIRST_NODE = 24;

/**
 * Flags of V8 while the kernels are compiled, and what takes each back. Only the optimizing compiler packs vectors, so it
 * has to compile all of the module at once: else the check would see the code of the first tier, and never the wide one.
 */
const FLAGS: readonly (readonly [string, string])[] = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
];

let result: WideSimd | undefined;

/**
 * Lets V8 pack pairs of the kernels' 128-bit operations into 256-bit ones, on Node 24 and newer on x86-64 processors with
 * AVX2. The flags it sets are set back at once, but hold for all threads until then. The bits stay the same: that is checked, kernel by kernel, before the
 * wide ones are taken, since V8 calls the pass experimental. Elsewhere it does nothing, and says so.
 *
 * Call it before anything computes. Each thread has kernels of its own: a worker calls it too.
 *
 * @throws StateError when kernels run already; nothing was changed
 *
 * @example
 * ```ts
 * const { enabled, reason } = enableWideSimd();
 * backend().wide === true; // the same as `enabled`
 * ```
 */
export function enableWideSimd(): WideSimd {
  result ??= enable((globalThis as { process?: NodeProcess }).process);
  return result;
}

function enable(process: NodeProcess | undefined): WideSimd {
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

/** Flags of the command line stay as they are. */
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
