// Chooses wide kernels as the default, if they pass a comparison with the reference.

import {
  type BackendChoice,
  chosenBackend,
  moduleBackend,
  requireUnchosen,
  setDefaultBackend,
  simdBackend,
} from './backend.ts';
import { differenceOf, firstDifference } from './known-answers.ts';
import { compileKernels, kernelsCode, type Module } from './simd.ts';
import { sharedCode } from './threads/shared-code.ts';
import { sharedBackend } from './threads/shared-memory.ts';

/** An engine that can pack vectors. */
export interface WideEngine {
  /** Why it may not compile wide kernels in this process; undefined if it may. */
  readonly objection: () => string | undefined;
  /** Calls `compile` while the engine is set to pack vectors. */
  readonly compile: (compile: () => Module) => Module;
}

const WIDE: BackendChoice = {
  name: 'wide',
  reason:
    'WebAssembly; V8 packs pairs of 128-bit vectors into 256 bits, and all kernels give the same bits as the reference',
};

/**
 * Makes wide kernels the default of this process if the engine may compile them and they give the same bits as the
 * reference. Otherwise the default is the same as without this call. Later calls return the result of the first.
 *
 * @returns why the wide kernels were rejected; undefined if they are used
 * @throws StateError if kernels are already in use
 */
export function chooseWide(engine: WideEngine, where: string): string | undefined {
  const before = chosenBackend();
  if (before?.name === 'wide') return undefined;
  if (before?.name === 'reference') return `the reference kernels are in use: ${before.reason}`;
  if (before?.notWide !== undefined) return before.notWide;
  requireUnchosen(where);
  const failure = engine.objection() ?? tryWide(engine);
  if (failure === undefined) return undefined;
  const narrow = simdBackend(() => compileLabelled('narrow'));
  setDefaultBackend(
    narrow.name === 'simd' ? { ...narrow, reason: `128-bit vectors: ${failure}`, notWide: failure } : narrow,
  );
  return failure;
}

function tryWide(engine: WideEngine): string | undefined {
  try {
    const module = engine.compile(() => compileLabelled('wide'));
    const kernel = firstDifference(module, 'wide');
    if (kernel !== undefined) return `the wide form of ${kernel} differs from the reference`;
    setDefaultBackend(moduleBackend(module, WIDE, () => compileShared(engine)));
    return undefined;
  } catch (error) {
    return `the engine does not support wide vectors: ${error}`;
  }
}

/** Compiles the kernels for memory that threads share; throws if they differ from the reference. */
function compileShared(engine: WideEngine): Module {
  const module = engine.compile(() => compileLabelled('wide', sharedCode(kernelsCode())));
  const kernel = differenceOf(sharedBackend(module, 'wide'));
  if (kernel === undefined) return module;
  throw new TypeError(`the wide form of ${kernel} for shared memory differs from the reference`);
}

/**
 * Compiles the kernels with an empty custom section of this name. It makes the bytes different, because for equal bytes
 * an engine may return code that it compiled earlier with other settings.
 */
function compileLabelled(label: string, code: Uint8Array = kernelsCode()): Module {
  const name = [...label].map((letter) => letter.charCodeAt(0));
  return compileKernels(Uint8Array.from([...code, 0, name.length + 1, name.length, ...name]));
}
