import type { KernelHeap, Kernels } from './contract.ts';
import { KERNELS_HEX, KERNELS_NAME } from './wasm.generated.ts';

/** Bytes of a page of WebAssembly's memory, and the most pages that 32-bit addresses reach. */
const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** Elements kept back at the end of a memory: a vector may be read across the last element of an array. */
const SLACK = 16;

/** The part of WebAssembly in use; declared here since neither the DOM library nor Node's types may be needed. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): Module;
    customSections(module: Module, name: string): readonly unknown[];
  };
  readonly Memory: new (limits: {
    initial: number;
    maximum: number;
  }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Instance: new (module: Module, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Compiled code: a `WebAssembly.Module`. */
export type Module = object;

/** Exports without a heap argument: those written for vectors alone. The others come from files that know a heap. */
const WITHOUT_HEAP = new Set(['pack', 'matmul', 'matmulGradient']);

/**
 * The kernels as a module. Throws where WebAssembly or its vectors are refused. An engine that has compiled the same bytes
 * before may hand out that code again; a `label` makes them others, by a custom section of that name.
 */
export function compileKernels(label = ''): Module {
  const kernels = decode(KERNELS_HEX);
  const name = [...label].map((letter) => letter.charCodeAt(0));
  const section = label === '' ? [] : [0, name.length + 1, name.length, ...name];
  const bytes = new Uint8Array(kernels.length + section.length);
  bytes.set(kernels);
  bytes.set(section, kernels.length);
  return new WebAssembly.Module(bytes);
}

/** Whether this is a module of these very kernels: a custom section is named by the hash of their code. */
export function isKernels(module: object): boolean {
  try {
    return WebAssembly.Module.customSections(module, KERNELS_NAME).length === 1;
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) return false; // no module; no WebAssembly at all
    throw error;
  }
}

/** A heap in a memory of its own, with an instance of the module over it. */
export function simdHeap(module: Module): KernelHeap {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const view = (): Float32Array => new Float32Array(memory.buffer, 0, memory.buffer.byteLength / 4 - SLACK);
  const heap = {
    data: view(),
    grow(elements: number): void {
      const missing = (elements + SLACK) * 4 - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.min(Math.ceil(missing / PAGE), MOST_PAGES)); // as many as there cannot be: RangeError
      heap.data = view(); // growing detached the old one
    },
  };
  return Object.assign(heap, { kernels: bound(exports) });
}

function bound(exports: Readonly<Record<string, unknown>>): Kernels {
  const kernels: Record<string, unknown> = {};
  for (const [name, kernel] of Object.entries(exports)) {
    if (typeof kernel === 'function') kernels[name] = WITHOUT_HEAP.has(name) ? kernel : kernel.bind(undefined, 0);
  }
  return kernels as unknown as Kernels;
}

function decode(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = digit(hex, 2 * i) * 16 + digit(hex, 2 * i + 1);
  return bytes;
}

/** A digit 0-9 or a-f. */
function digit(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
