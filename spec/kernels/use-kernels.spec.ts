import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { kernelsCode } from '../../lib/kernels/simd.ts';
import { KERNELS_NAME } from '../../lib/kernels/wasm.generated.ts';

const bytes = kernelsCode();
const kernels = new WebAssembly.Module(bytes);
const empty = new WebAssembly.Module(bytes.subarray(0, 8));

/** The kernels with another name, as another version has it. */
const name = bytes.lastIndexOf(KERNELS_NAME.charCodeAt(KERNELS_NAME.length - 1));
const others = new WebAssembly.Module(bytes.map((byte, i) => (i === name ? 0x7a : byte)));

// A run time that compiles WebAssembly from files alone.
const { Module } = WebAssembly;
beforeAll(() => {
  const construct = (): never => {
    throw new Error('no bytes are compiled here');
  };
  WebAssembly.Module = new Proxy(Module, { construct });
});
afterAll(() => {
  WebAssembly.Module = Module;
});

beforeEach(() => {
  jest.resetModules();
});

/** The library before anything computes. */
const library = () => import('../../lib/index.ts');

it('computes with the module that it is given, where bytes may not be compiled', async () => {
  const { backend, LSTM, useKernels, zeros } = await library();
  const expected = { name: 'simd', reason: expect.stringContaining('vectors here') };
  expect(useKernels(kernels)).toMatchObject(expected);
  expect(backend()).toMatchObject(expected);
  const layer = new LSTM({ units: 3 });
  layer.forward(zeros([1, 3, 2]));
  expect(layer.backend).toBe('simd');
});

it('leaves the choice open when it refuses', async () => {
  const { backend, useKernels } = await library();
  for (const wrong of [empty, others, bytes, new WebAssembly.Instance(empty), {}, null, undefined, 'kernels', 3n]) {
    expect(() => useKernels(wrong as object)).toThrow(
      expect.objectContaining({ name: 'ArgumentError', where: 'useKernels', argument: 'module' }),
    );
  }
  expect(useKernels(kernels).name).toBe('simd');
  expect(backend().name).toBe('simd');
});

it('refuses where there is no WebAssembly at all', async () => {
  const { useKernels } = await library();
  const { WebAssembly } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  try {
    expect(() => useKernels(kernels)).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
  } finally {
    globalThis.WebAssembly = WebAssembly;
  }
});

it('comes before anything computes, or not at all', async () => {
  const { backend, useKernels } = await library();
  const before = backend();
  expect(before.name).toBe('reference');
  expect(() => useKernels(kernels)).toThrow(expect.objectContaining({ name: 'StateError', where: 'useKernels' }));
  expect(backend()).toEqual(before);
});
