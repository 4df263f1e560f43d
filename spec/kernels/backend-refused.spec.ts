import { expect, test } from '@jest/globals';
import { backend, LSTM } from '../../lib/index.ts';
import { defaultBackend, openHeap } from '../../lib/kernels/backend.ts';

const forced = process.env.BPTT_KERNELS === 'reference';

test('where WebAssembly is refused, the reference computes, and backend says why', () => {
  const { Module } = WebAssembly;
  const refuse = (): never => {
    throw new Error('refused by the page');
  };
  WebAssembly.Module = new Proxy(Module, { construct: refuse });
  try {
    const reason = expect.stringContaining(forced ? 'forced' : 'refused by the page');
    expect(backend()).toEqual({
      name: 'reference',
      reason,
      threads: 1,
      oneThread: 'the reference kernels run on one thread',
    });
    expect(new LSTM({ units: 1, backend: 'reference' }).backend).toBe('reference');
    expect(() => new LSTM({ units: 1, backend: 'simd' })).toThrow(
      /LSTM: "backend" must be available here; received "simd", which is not: .*refused by the page.*Omit the option/,
    );
  } finally {
    WebAssembly.Module = Module;
  }
  const heap = openHeap('float32', defaultBackend(), 2);
  heap.data.set([1, 2]);
  heap.kernels.scale(0, 3, 2);
  expect([...heap.data]).toEqual([3, 6]);
});
