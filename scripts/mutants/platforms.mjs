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
      find: "typeof setTimeout !== 'function' || ",
      replace: '',
      killedBy: 'spec/platforms.spec.ts',
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
