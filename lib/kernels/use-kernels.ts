import { refuse } from '../checks.ts';
import { type Backend, backend, requireUnchosen, setDefaultBackend, simdBackend } from './backend.ts';
import { isKernels } from './simd.ts';

/**
 * Computes with a compiled module of the package's file `bptt/kernels.wasm`, for run times that refuse to compile WebAssembly
 * from bytes and load it as a file instead, such as Cloudflare's workerd. Without it the plain TypeScript kernels compute
 * there, with the same bits, more slowly. Call it before anything computes; every thread has kernels of its own.
 *
 * @param module - `bptt/kernels.wasm` of this very version, compiled: a `WebAssembly.Module`
 * @returns what `backend` returns from then on
 * @throws ArgumentError for anything but these kernels
 * @throws StateError when kernels run already; nothing was changed
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
    refuse(where, 'module', expected, module, 'Compile the file that lies beside the code of the same package');
  }
  requireUnchosen(where);
  setDefaultBackend(simdBackend(() => module));
  return backend();
}
