import { expect, test } from '@jest/globals';
import { backend } from '../../lib/index.ts';
import { openHeap } from '../../lib/kernels/load.ts';

const forced = process.env.BPTT_KERNELS === 'reference';

test('where WebAssembly is refused, the reference computes, and backend says why', () => {
  const { Module } = WebAssembly;
  const refuse = (): never => {
    throw new Error('refused by the page');
  };
  WebAssembly.Module = new Proxy(Module, { construct: refuse });
  try {
    const reason = expect.stringContaining(forced ? 'forced' : 'refused by the page');
    expect(backend()).toEqual({ name: 'reference', reason });
  } finally {
    WebAssembly.Module = Module;
  }
  const heap = openHeap('float32');
  heap.grow(2);
  heap.data.set([1, 2]);
  heap.kernels.scale(0, 3, 2);
  expect([...heap.data]).toEqual([3, 6]);
});
