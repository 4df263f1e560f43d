import { describe, expect, it } from '@jest/globals';
import { backend, LSTM, Sequential, zeros } from '../../lib/index.ts';
import { defaultBackend, openHeap, referenceBackend, setDefaultBackend } from '../../lib/kernels/backend.ts';
import { expectBits } from '../support/bits.ts';

const PAGE = 16_384; // float32 to a page of WebAssembly
const STANDARD = process.env.BPTT_KERNELS === 'reference' ? 'reference' : 'simd';

describe('openHeap', () => {
  it.each(['float32', 'float64'] as const)(
    'gives a heap of %s that keeps its numbers and goes on computing as it grows',
    (dtype) => {
      const heap = openHeap(dtype, defaultBackend(), 3);
      heap.data.set([1, 2, 3]);
      const { kernels } = heap;
      for (const elements of [PAGE, PAGE + 1, 5 * PAGE, 10 * PAGE, 20 * PAGE]) {
        heap.grow(elements);
        expect(heap.data.length).toBeGreaterThanOrEqual(elements);
        expect(heap.data.BYTES_PER_ELEMENT).toBe(dtype === 'float32' ? 4 : 8);
        expect(heap.kernels).toBe(kernels);
        kernels.scale(0, 2, 3);
        kernels.repeatRow(elements - 1, 2, 1, 1);
        expect(heap.data[elements - 1]).toBe(heap.data[2]);
      }
      expectBits(heap.data.slice(0, 3), [32, 64, 96]);
    },
  );

  it('takes no memory before it grows', () => {
    expect(openHeap('float32', defaultBackend()).data).toHaveLength(0);
  });

  it('refuses more than there is, and changes nothing', () => {
    const heap = openHeap('float32', defaultBackend(), 4);
    heap.data.set([1, 2, 3, 4]);
    expect(() => heap.grow(2 ** 34)).toThrow(RangeError);
    heap.kernels.scale(0, 2, 4);
    expectBits(heap.data.slice(0, 4), [2, 4, 6, 8]);
  });
});

describe('the backend of a model', () => {
  const x = zeros([1, 3, 2]);
  const model = (backend?: 'simd' | 'reference'): Sequential =>
    new Sequential([new LSTM({ units: 3, backend: 'reference' })], backend === undefined ? {} : { backend });

  it('is the default, or the one asked for; a model decides for its layers', () => {
    expect(model().backend).toBe(STANDARD);
    for (const backend of ['simd', 'reference'] as const) {
      const asked = model(backend);
      expect(asked.backend).toBe(backend);
      asked.predict(x);
      expect([asked.backend, asked.layers[0]!.backend]).toEqual([backend, backend]);
    }
    expect(new LSTM({ units: 1, dtype: 'float64', backend: 'simd' }).backend).toBe('reference');
  });

  it('computes the same bits on each', () => {
    const [first, second] = (['simd', 'reference'] as const).map((backend) => model(backend).predict(x));
    expectBits(first!, second!);
  });

  it('has to run here', () => {
    expect(() => new LSTM({ units: 1, backend: 'wide' })).toThrow(
      /LSTM: "backend" must be available here; received "wide", which is not: .*Call enableWideSimd of 'bptt\/node' first/,
    );
  });
});

describe('backend', () => {
  it('reports what computes by default, and why', () => {
    expect(backend()).toMatchObject({ name: STANDARD, reason: expect.any(String) });
    setDefaultBackend(referenceBackend('forced'));
    expect(backend()).toMatchObject({ name: 'reference', reason: 'forced', threads: 1 });
    expect(new LSTM({ units: 1 }).backend).toBe('reference');
  });
});
