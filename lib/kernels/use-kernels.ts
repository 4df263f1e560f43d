// `useKernels`: loads the WebAssembly kernels from a compiled module.

import { refuse } from '../checks.ts';
import { requireUnchosen, setDefaultBackend, simdBackend } from './backend.ts';
import { type Backend, backend } from './report.ts';
import { isKernels } from './simd.ts';

/**
 * Uses a compiled module of the package's file `bptt/kernels.wasm`. It is for run times that do not compile WebAssembly
 * from bytes but load it as a file, such as Cloudflare's workerd. Without this call, these run times use the plain
 * TypeScript kernels, which give the same bits more slowly. Call it before any computation, in each thread.
 *
 * @param module - `bptt/kernels.wasm` of the same version, compiled: a `WebAssembly.Module`
 * @returns the backend, as `backend()` returns it
 * @throws ArgumentError for anything but these kernels; StateError if kernels are already in use. In both cases nothing
 *   changes
 *
 * @example
 * ```ts
 * // In workerd, `import kernels from 'bptt/kernels.wasm'` gives the module.
 * const begin = (kernels) => useKernels(kernels).name === 'simd';
 * ```
 */
export function useKernels(module: object): Backend {
  const where = 'useKernels';
  if (!isKernels(module)) {
    const expected = 'be the WebAssembly.Module of bptt/kernels.wasm of this version';
    refuse(where, 'module', expected, module, 'Compile the file of the same installed package');
  }
  requireUnchosen(where);
  setDefaultBackend(simdBackend(() => module));
  return backend();
}
