// The flags of V8 that make it pack pairs of vectors while it compiles.

/** The members of Node's `process` that are used here. */
interface FlagHost {
  readonly execArgv: readonly string[];
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: 'node:v8'): { setFlagsFromString(flags: string): void };
}

/** A flag of V8, and the flag that resets it. */
type Flag = readonly [on: string, off: string];

/**
 * Flags of V8 while it compiles the kernels. Only the optimizing compiler packs vectors. It has to compile the whole
 * module at once, because otherwise the check would run unoptimized code. Other threads may compile at the same time:
 * changing --wasm-inlining, for example, crashes them.
 */
const FLAGS: readonly Flag[] = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
];

/**
 * Deoptimization, on by default from V8 14, needs counts of calls from Liftoff, the baseline compiler; without them V8
 * aborts. On a command line, --no-liftoff implies this flag.
 */
const DEOPT: Flag = ['--no-wasm-deopt', '--wasm-deopt'];
const FIRST_V8_WITH_DEOPT = 14;

/** The flags for this version of V8. */
export function flagsFor({ versions }: FlagHost): readonly Flag[] {
  return Number.parseInt(versions.v8!, 10) < FIRST_V8_WITH_DEOPT ? FLAGS : [...FLAGS, DEOPT];
}

/** Runs a function with the flags set. Flags that the command line set are not reset. */
export function withFlags<R>(host: FlagHost, run: () => R): R {
  const { setFlagsFromString } = host.getBuiltinModule('node:v8');
  const flags = flagsFor(host).filter(([on]) => !host.execArgv.includes(on));
  for (const [on] of flags) setFlagsFromString(on);
  try {
    return run();
  } finally {
    for (const [, off] of flags) setFlagsFromString(off);
  }
}
