import { firstDifference } from './known-answers.ts';
import { type Backend, chooseModule, chosen, requireUnchosen } from './load.ts';
import { compileKernels, type Module } from './simd.ts';

/** Compiles with the engine set up to pack vectors, and sets it back. */
export type WideCompiler = (compile: () => Module) => Module;

const WIDE: Backend = {
  name: 'simd',
  wide: true,
  reason:
    'WebAssembly; V8 packs pairs of 128-bit vectors into 256 bits, and all kernels gave the bits of the reference',
};

/**
 * Lets the kernels of this process be a module compiled wide, when it gives the bits of the reference; else they are
 * compiled anew, as they would have been without it.
 *
 * @returns why the wide module was not taken; undefined when it was
 * @throws StateError when kernels run already
 */
export function chooseWide(compileWide: WideCompiler, where: string): string | undefined {
  const before = chosen();
  if (before?.name === 'reference') return `the reference kernels compute: ${before.reason}`;
  requireUnchosen(where);
  const failure = tryWide(compileWide);
  if (failure === undefined) return undefined;
  chooseModule(compileKernels('narrow'), { name: 'simd', reason: `128-bit vectors: ${failure}` });
  return failure;
}

function tryWide(compileWide: WideCompiler): string | undefined {
  try {
    const module = compileWide(() => compileKernels('wide'));
    const kernel = firstDifference(module);
    if (kernel !== undefined) return `the wide form of ${kernel} does not have the bits of the reference`;
    chooseModule(module, WIDE);
    return undefined;
  } catch (error) {
    return `the engine refused wide vectors: ${error}`;
  }
}
