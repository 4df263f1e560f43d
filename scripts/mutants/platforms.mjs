/** Mutants that fail only on some platforms: without timers, text coders or a console, or with WebAssembly from files.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const platforms = {
  'lib/formats/utf8.ts': [
    {
      name: 'utf8: overlong forms are read',
      find: ' || point < SMALLEST[more]!',
      replace: '',
      killedBy: 'spec/formats/utf8.spec.ts',
    },
    {
      name: 'utf8: a lone surrogate is written as it is',
      find: 'else if (isSurrogate(point)) point = 0xfffd;',
      replace: '',
      killedBy: 'spec/formats/utf8.spec.ts',
    },
  ],
  'lib/memory/arena.ts': [
    {
      name: 'errors: whatever stops an arena from growing is lack of memory',
      find: 'if (!isOutOfMemory(error)) throw error;',
      replace: '',
      killedBy: 'spec/tensor/out-of-memory.spec.ts',
    },
  ],
  'lib/tensor/storage.ts': [
    {
      name: 'errors: whatever stops an allocation is lack of memory',
      find: 'if (!isOutOfMemory(error)) throw error;',
      replace: '',
      killedBy: 'spec/tensor/out-of-memory.spec.ts',
    },
  ],
  'lib/errors.ts': [
    {
      name: 'errors: the bare text of Firefox is no lack of memory',
      find: " || error === 'out of memory'",
      replace: '',
      killedBy: 'spec/tensor/out-of-memory.spec.ts',
    },
  ],
  'lib/training/turns.ts': [
    {
      name: 'fit: waits for a timer that does not exist',
      find: 'queue &&\n',
      replace: '\n',
      killedBy: 'spec/platforms.spec.ts',
    },
    {
      name: 'fit: a pause of one timer that browsers delay',
      find: "if (typeof MessageChannel !== 'function') return setTimeout;",
      replace: 'if (setTimeout) return setTimeout;',
      killedBy: 'spec/training/turns.spec.ts',
    },
    {
      name: 'fit: goes on before other tasks',
      find: 'new Promise<void>((resolve) => queue(resolve))',
      replace: 'new Promise<void>((resolve) => queueMicrotask(resolve))',
      killedBy: 'spec/training/turns.spec.ts',
    },
  ],
  'lib/training/progress-bar.ts': [
    {
      name: 'progress bar: writes to a console that does not exist',
      find: 'console?.info',
      replace: 'console!.info',
      killedBy: 'spec/platforms.spec.ts',
    },
  ],
  'lib/kernels/simd.ts': [
    {
      name: 'useKernels: takes the kernels of another version',
      find: 'length === 1;',
      replace: 'length >= 0;',
      killedBy: 'spec/kernels/use-kernels.spec.ts',
    },
  ],
  'lib/node.ts': [
    {
      name: 'wide: an unknown version of V8 compiles without a trial',
      find: '&& isTrusted(version)) return undefined;',
      replace: "&& version !== '') return undefined;",
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: options of the command line are ignored',
      find: 'options.length === 0 && ',
      replace: '',
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: trust any makes a trial',
      find: "trust === 'any' ? undefined : ",
      replace: '',
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: the trial has no flags',
      find: 'flagsFor(process).map(([on]) => on)',
      replace: '[]',
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: the timeout is ignored',
      find: '    timeout,\n  );',
      replace: '    1000,\n  );',
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: AVX2 is assumed',
      find: "if (platform !== 'linux') return true;",
      replace: "if (platform !== '') return true;",
      killedBy: 'spec/node.spec.ts',
    },
  ],
  'lib/kernels/wide-flags.ts': [
    {
      name: 'wide: flags of V8 stay set',
      find: 'for (const [, off] of flags) setFlagsFromString(off);',
      replace: '',
      killedBy: 'spec/node.spec.ts',
    },
    {
      name: 'wide: V8 14 aborts for lack of a flag',
      find: '[...FLAGS, DEOPT]',
      replace: 'FLAGS',
      killedBy: 'spec/node.spec.ts',
    },
  ],
  'lib/kernels/wide-evidence.ts': [
    {
      name: 'wide: evidence for other kernels counts',
      find: ' && kernels === KERNELS_NAME',
      replace: '',
      killedBy: 'spec/kernels/wide-evidence.spec.ts',
    },
    {
      name: 'wide: evidence for another version of V8 counts',
      find: 'v8 === version',
      replace: 'v8.startsWith(version)',
      killedBy: 'spec/kernels/wide-evidence.spec.ts',
    },
  ],
  'lib/kernels/wide.ts': [
    {
      name: 'wide: objections are ignored',
      find: 'engine.objection() ?? ',
      replace: '',
      killedBy: 'spec/kernels/wide.spec.ts',
    },
  ],
  'lib/kernels/run-probe.ts': [
    {
      name: 'probe: any hash is right',
      find: 'output === answer',
      replace: 'output.length === answer.length',
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
    {
      name: 'probe: an answer before a crash counts',
      find: 'if (status !== 0) return',
      replace: 'if (status === -1) return',
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
    {
      name: 'probe: a hang is reported as another failure',
      find: "error?.code === 'ETIMEDOUT'",
      replace: "error?.code === ''",
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
    {
      name: 'probe: starts an application that is not Node',
      find: 'if (!NODE.test(host.execPath))',
      replace: "if (host.execPath === '')",
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
    {
      name: 'probe: NODE_OPTIONS reach the child',
      find: ', NODE_OPTIONS: undefined',
      replace: '',
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
  ],
  'lib/kernels/probe.ts': [
    {
      name: 'probe: the child does not set the flags',
      find: 'for (const flag of flags) v8.setFlagsFromString(flag);',
      replace: '',
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
    {
      name: 'probe: kernels get the results of earlier kernels as inputs',
      find: '    heap.set(inputs, at);\n',
      replace: '',
      killedBy: 'spec/kernels/run-probe.spec.ts',
    },
  ],
  'lib/kernels/use-kernels.ts': [
    {
      name: 'useKernels: accepted after kernels are in use',
      find: '  requireUnchosen(where);',
      replace: '',
      killedBy: 'spec/kernels/use-kernels.spec.ts',
    },
    {
      name: 'useKernels: compiles the bytes instead of using the module',
      find: 'simdBackend(() => module)',
      replace: 'simdBackend()',
      killedBy: 'spec/kernels/use-kernels.spec.ts',
    },
  ],
};
