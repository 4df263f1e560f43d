// Compiles and instantiates the WebAssembly kernels.

import { KERNEL_NAMES, type RawKernels } from './bound-kernels.ts';
import { sharedCode } from './threads/shared-code.ts';
import { KERNELS_NAME, KERNELS_TEXT } from './wasm.generated.ts';

/** Bytes of a page of a WebAssembly memory, and the largest number of pages with 32-bit addresses. */
export const PAGE = 65_536;
export const MOST_PAGES = 65_536;

/** Elements reserved at the end of a region, because vector kernels may read past the last element of an array. */
export const SLACK = 16;

/** Bytes reserved at the beginning of a memory, because the module writes its constants there when it is instantiated. */
export const RESERVED = 256;

/** A memory of WebAssembly. */
export interface Memory {
  readonly buffer: ArrayBuffer; // or a SharedArrayBuffer
  grow(pages: number): number;
}

/**
 * The part of WebAssembly that is used. It is declared here so that neither the DOM library nor Node's types are
 * needed.
 */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): Module;
    customSections(module: Module, name: string): readonly unknown[];
  };
  readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => Memory;
  readonly Instance: new (module: Module, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Compiled code: a `WebAssembly.Module`. */
export type Module = object;

/** Compiles the kernels. Throws if WebAssembly or its vectors are not available. */
export function compileKernels(code: Uint8Array = kernelsCode()): Module {
  return new WebAssembly.Module(code);
}

/** Compiles the kernels for memory that threads share. */
export function compileSharedKernels(): Module {
  return compileKernels(sharedCode(kernelsCode()));
}

/** Whether a module has exactly these kernels: the name of a custom section is the hash of their code. */
export function isKernels(module: object): boolean {
  try {
    return WebAssembly.Module.customSections(module, KERNELS_NAME).length === 1;
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) return false; // not a module; no WebAssembly
    throw error;
  }
}

/**
 * Creates a memory, and an instance of the kernels on it.
 *
 * @param wide - whether the module was compiled with vectors of 256 bits
 */
export function instantiate(
  module: Module,
  initial: number,
  maximum: number,
  wide: boolean,
  shared = false,
): { readonly memory: Memory; readonly raw: RawKernels } {
  const memory = new WebAssembly.Memory({ initial, maximum, shared });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, wide: Number(wide) } });
  const missing = KERNEL_NAMES.filter((name) => typeof exports[name] !== 'function');
  if (missing.length > 0) throw new TypeError(`the module lacks the kernels ${missing.join(', ')}`);
  return { memory, raw: { ...exports } as unknown as RawKernels }; // engines can inline calls of a plain object
}

/** Decodes the code of the kernels from the text that scripts/build-wasm.mjs writes. */
export function kernelsCode(): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let at = 0; at < KERNELS_TEXT.length; at++) {
    let k = digit(at);
    if (k >= 90) k = (k - 89) * 90 + digit(++at);
    bytes.push(k - 3);
  }
  return Uint8Array.from(bytes);
}

function digit(at: number): number {
  return KERNELS_TEXT.charCodeAt(at) - 35;
}
