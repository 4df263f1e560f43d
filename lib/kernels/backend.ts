// The backends, and the default backend of the process.

import { StateError } from '../errors.ts';
import type { Region } from './bound-kernels.ts';
import type { BackendName, KernelHeap } from './contract.ts';
import { MovingHeap, type OpenRegion } from './heap.ts';
import { Memories } from './memories.ts';
import { referenceRegion } from './reference.ts';
import { compileKernels, compileSharedKernels, type Module } from './simd.ts';

/** A backend, and why it was chosen. */
export interface BackendChoice {
  /**
   * `simd`: WebAssembly with vectors of 128 bits; `wide`: with vectors of 256 bits, see `bptt/node`; `reference`: plain
   * TypeScript, one number at a time. All give the same bits.
   */
  readonly name: BackendName;
  /** Why it was chosen. */
  readonly reason: string;
}

/** A backend, and the function that allocates its memory. */
export interface KernelBackend extends BackendChoice {
  /** Returns a region for at least this many float32; throws a RangeError if memory runs out. */
  readonly open: OpenRegion;
  /** Bytes that threads take in the memory of an arena of so many elements; by default none. */
  readonly threadBytes?: (elements: number) => number;
  /** Compiles the kernels for memory that threads share; undefined for the reference. */
  readonly compileShared?: (() => Module) | undefined;
  /** Why wide vectors were rejected; undefined if they were not tried. */
  readonly notWide?: string;
}

/** The default of this process; undefined until it is chosen. */
let standard: KernelBackend | undefined;

/** The backend of the plain TypeScript kernels. */
export function referenceBackend(reason: string): KernelBackend {
  return { name: 'reference', reason, open: (elements) => referenceRegion(new Float32Array(elements)) };
}

/** The backend of a compiled WebAssembly module. */
export function moduleBackend(module: Module, backend: BackendChoice, compileShared?: () => Module): KernelBackend {
  const memories = new Memories(module, backend.name);
  return { ...backend, open: (elements) => memories.open(elements), compileShared };
}

/**
 * The backend of the vector kernels, or the reference if they do not run here. It calls a kernel, because some engines
 * and content security policies throw only then.
 */
export function simdBackend(
  compile: () => Module = compileKernels,
  compileShared: () => Module = compileSharedKernels,
): KernelBackend {
  try {
    const reason = 'WebAssembly supports 128-bit vectors here';
    const backend = moduleBackend(compile(), { name: 'simd', reason }, compileShared);
    openHeap('float32', backend, 4).kernels.scale(0, 1, 4);
    return backend;
  } catch (error) {
    return referenceBackend(`WebAssembly with 128-bit vectors does not run here: ${error}`);
  }
}

/** Returns the default of this process; the first call chooses it. */
export function defaultBackend(): KernelBackend {
  standard ??= simdBackend();
  return standard;
}

/** The default, if it has been chosen. */
export function chosenBackend(): KernelBackend | undefined {
  return standard;
}

/** Sets the default. Existing arenas keep their backends. */
export function setDefaultBackend(backend: KernelBackend): void {
  standard = backend;
}

/** Throws if the default has been chosen. */
export function requireUnchosen(where: string): void {
  if (standard === undefined) return;
  throw new StateError({
    where,
    expected: 'come before the first model, layer, cell, array of random numbers or call of backend()',
    received: 'a call after the kernels were chosen',
    remedy: 'Call it at the top of the program, before any computation. Nothing was changed',
  });
}

/** The backend of the vector kernels if it is not the default. It is created once. */
let simd: KernelBackend | undefined;

/**
 * Returns the backend with a name, or the default.
 *
 * @throws StateError for a backend that does not run here
 */
export function requireBackend(where: string, name: BackendName | undefined): KernelBackend {
  if (name === undefined || name === standard?.name) return defaultBackend();
  if (name === 'reference') return referenceBackend('chosen by the option backend');
  if (name === 'simd') simd ??= simdBackend();
  if (name === simd?.name) return simd;
  const { reason } = name === 'wide' ? defaultBackend() : simd!;
  throw new StateError({
    where,
    argument: 'backend',
    expected: 'be available here',
    received: `${JSON.stringify(name)}, which is not: ${reason}`,
    remedy: name === 'wide' ? "Call enableWideSimd of 'bptt/node' first" : 'Omit the option',
  });
}

/** Empty regions of new heaps. */
const EMPTY: Readonly<Record<'float32' | 'float64', Region>> = {
  float32: /* @__PURE__ */ referenceRegion(new Float32Array(0)),
  float64: /* @__PURE__ */ referenceRegion(new Float64Array(0)),
};

/** Opens a heap with room for `elements`. Heaps of float64, which is for verification, always have the reference. */
export function openHeap(
  dtype: 'float32' | 'float64',
  backend: KernelBackend,
  elements = 0,
  lost?: () => void,
): KernelHeap {
  const heap =
    dtype === 'float64'
      ? new MovingHeap((size) => referenceRegion(new Float64Array(size)), EMPTY.float64)
      : new MovingHeap(backend.open, { ...EMPTY.float32, backend: backend.name }, lost);
  heap.grow(elements);
  return heap;
}
