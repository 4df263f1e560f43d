import { isOutOfMemory, StateError } from '../errors.ts';
import type { KernelHeap, Kernels } from './contract.ts';
import type { Heap } from './lane.ts';
import { referenceKernels } from './reference.ts';
import { compileKernels, type Module, simdHeap } from './simd.ts';

/** Which kernels compute, and why. */
export interface Backend {
  /** `simd`: WebAssembly, four numbers at a time; `reference`: plain TypeScript, one at a time. The bits are the same. */
  readonly name: 'simd' | 'reference';
  /** There, and true, when the engine packs pairs of vectors into vectors of 256 bits: see `bptt/node`. */
  readonly wide?: true;
  /** What led to it. */
  readonly reason: string;
}

interface Choice extends Backend {
  readonly module?: Module;
}

let choice: Choice | undefined;

/** The vector kernels where they really run: a content security policy or an old engine refuses only when asked. */
function choose(compile: () => Module): Choice {
  try {
    const module = compile();
    simdHeap(module).kernels.scale(0, 1, 4);
    return { name: 'simd', reason: 'WebAssembly with 128-bit vectors runs here', module };
  } catch (error) {
    return { name: 'reference', reason: `WebAssembly with vectors does not run here: ${error}` };
  }
}

/** From now on every new heap gets the reference kernels: for tests. */
export function forceReference(): void {
  choice = { name: 'reference', reason: 'forced' };
}

/** The choice, once there is one. */
export function chosen(): Backend | undefined {
  return choice;
}

/** Refuses a choice of kernels once there is one: heaps that exist keep theirs. */
export function requireUnchosen(where: string): void {
  if (choice === undefined) return;
  throw new StateError({
    where,
    expected: 'come before the first model, layer, cell, array of random numbers or call of backend()',
    received: 'a call after the kernels were chosen',
    remedy: 'Call it at the top of the program, before anything computes; nothing was changed',
  });
}

/** From now on every new heap gets an instance of this module, where it runs. */
export function chooseCompiled(module: Module): Backend {
  choice = choose(() => module);
  return backend();
}

/** From now on every new heap gets an instance of this module. */
export function chooseModule(module: Module, backend: Backend): void {
  choice = { ...backend, module };
}

/** An empty heap; the reference for float64, which is for verification. */
export function openHeap(dtype: 'float32' | 'float64'): KernelHeap {
  if (dtype === 'float64') return new ReferenceHeap(dtype);
  choice ??= choose(compileKernels);
  if (choice.module === undefined) return new ReferenceHeap(dtype);
  try {
    return simdHeap(choice.module);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return new ReferenceHeap(dtype); // an engine holds some thousands of memories at once; the bits are the same
  }
}

class ReferenceHeap implements KernelHeap {
  data: Heap;
  readonly kernels: Kernels;

  constructor(dtype: 'float32' | 'float64') {
    this.data = dtype === 'float64' ? new Float64Array(0) : new Float32Array(0);
    this.kernels = referenceKernels(this);
  }

  grow(elements: number): void {
    const grown = this.data.BYTES_PER_ELEMENT === 8 ? new Float64Array(elements) : new Float32Array(elements);
    grown.set(this.data);
    this.data = grown;
  }
}

/**
 * Tells which kernels compute.
 *
 * @example
 * ```ts
 * backend().name; // 'simd', or 'reference' where WebAssembly may not run
 * ```
 */
export function backend(): Backend {
  choice ??= choose(compileKernels);
  const { module: _, ...backend } = choice;
  return backend;
}
