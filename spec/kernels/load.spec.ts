import { describe, expect, it } from '@jest/globals';
import { backend } from '../../lib/index.ts';
import { forceReference, openHeap } from '../../lib/kernels/load.ts';
import { referenceKernels } from '../../lib/kernels/reference.ts';
import { expectBits } from '../support/bits.ts';

const PAGE = 16_384; // float32 to a page of WebAssembly

describe('openHeap', () => {
  it.each(['float32', 'float64'] as const)(
    'keeps what a heap of %s holds when it grows, and goes on computing',
    (dtype) => {
      const heap = openHeap(dtype);
      heap.grow(3);
      heap.data.set([1, 2, 3]);
      const { kernels } = heap;
      for (const elements of [PAGE, PAGE + 1, 5 * PAGE]) {
        heap.grow(elements);
        expect(heap.data.length).toBeGreaterThanOrEqual(elements);
        expect(heap.data.BYTES_PER_ELEMENT).toBe(dtype === 'float32' ? 4 : 8);
        kernels.scale(0, 2, 3);
        kernels.repeatRow(elements - 1, 2, 1, 1);
        expect(heap.data[elements - 1]).toBe(heap.data[2]);
      }
      expectBits(heap.data.slice(0, 3), [8, 16, 24]);
    },
  );

  it('has the kernels of the reference, all of them', () => {
    const names = Object.keys(referenceKernels({ data: new Float32Array(1) })).sort();
    for (const dtype of ['float32', 'float64'] as const) {
      expect(Object.keys(openHeap(dtype).kernels).sort()).toEqual(names);
    }
  });

  it('refuses more than there is, and changes nothing', () => {
    const heap = openHeap('float32');
    heap.grow(4);
    heap.data.set([1, 2, 3, 4]);
    expect(() => heap.grow(2 ** 34)).toThrow(RangeError);
    heap.kernels.scale(0, 2, 4);
    expectBits(heap.data.slice(0, 4), [2, 4, 6, 8]);
  });
});

describe('backend', () => {
  it('tells which kernels compute and why, and the heaps do as it says', () => {
    const name = process.env.BPTT_KERNELS === 'reference' ? 'reference' : 'simd';
    expect(backend()).toEqual({ name, reason: expect.any(String) });
    expect(inWebAssembly()).toBe(name === 'simd');
    forceReference();
    expect(backend()).toEqual({ name: 'reference', reason: 'forced' });
    expect(inWebAssembly()).toBe(false);
  });
});

/** Whether a new heap of float32 lies in a memory of WebAssembly: those come in whole pages. */
function inWebAssembly(): boolean {
  const heap = openHeap('float32');
  heap.grow(1);
  return heap.data.byteLength >= 65_536 - 64;
}
