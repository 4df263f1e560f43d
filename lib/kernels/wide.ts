import {
  type Backend,
  chosenBackend,
  moduleBackend,
  requireUnchosen,
  setDefaultBackend,
  simdBackend,
} from './backend.ts';
import { firstDifference } from './known-answers.ts';
import { compileKernels, kernelsCode, type Module } from './simd.ts';

/** Compiles with the engine set up to pack vectors, and sets it back. */
export type WideCompiler = (compile: () => Module) => Module;

const WIDE: Backend = {
  name: 'wide',
  reason:
    'WebAssembly; V8 packs pairs of 128-bit vectors into 256 bits, and all kernels gave the bits of the reference',
};

/**
 * Makes kernels compiled wide the default of this process, when they give the bits of the reference; else the default
 * is what it would have been. Once that is settled, later calls report it again.
 *
 * @returns why the wide kernels were not taken; undefined when they were
 * @throws StateError when kernels run already
 */
export function chooseWide(compileWide: WideCompiler, where: string): string | undefined {
  const before = chosenBackend();
  if (before?.name === 'wide') return undefined;
  if (before?.name === 'reference') return `the reference kernels compute: ${before.reason}`;
  if (before?.notWide !== undefined) return before.notWide;
  requireUnchosen(where);
  const failure = tryWide(compileWide);
  if (failure === undefined) return undefined;
  const narrow = simdBackend(() => compileLabelled('narrow'));
  setDefaultBackend(
    narrow.name === 'simd' ? { ...narrow, reason: `128-bit vectors: ${failure}`, notWide: failure } : narrow,
  );
  return failure;
}

function tryWide(compileWide: WideCompiler): string | undefined {
  try {
    const module = compileWide(() => compileLabelled('wide'));
    const kernel = firstDifference(module);
    if (kernel !== undefined) return `the wide form of ${kernel} does not have the bits of the reference`;
    setDefaultBackend(moduleBackend(module, WIDE));
    return undefined;
  } catch (error) {
    return `the engine refused wide vectors: ${error}`;
  }
}

/**
 * Compiles the kernels with an empty custom section of a name: an engine that has compiled the same bytes before may return
 * that code, although it is set up in another way by now.
 */
function compileLabelled(label: string): Module {
  const name = [...label].map((letter) => letter.charCodeAt(0));
  return compileKernels(Uint8Array.from([...kernelsCode(), 0, name.length + 1, name.length, ...name]));
}
