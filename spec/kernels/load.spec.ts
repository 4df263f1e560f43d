import { describe, expect, it } from '@jest/globals';
import { backend } from '../../lib/index.ts';
import { loadKernels } from '../../lib/kernels/load.ts';
import { expectBits } from '../support/bits.ts';

describe('loadKernels', () => {
  it('computes on whatever the memory holds at the time of the call', () => {
    const memory = { data: new Float32Array([1, 2]) as Float32Array | Float64Array };
    const kernels = loadKernels(memory);
    kernels.scale(0, 0.1, 2);
    expectBits(memory.data, Float32Array.of(0.1, 0.2));
    const old = memory.data;
    memory.data = Float64Array.of(1, 2, 3);
    kernels.scale(0, 0.1, 3);
    expectBits(memory.data, [0.1, 0.2, 3 * 0.1]);
    expectBits(old, Float32Array.of(0.1, 0.2));
  });

  it('rounds as each memory stores, whichever was used before', () => {
    const single = { data: Float32Array.of(1) };
    const double = { data: Float64Array.of(1) };
    const [first, second] = [loadKernels(single), loadKernels(double)];
    for (let k = 0; k < 2; k++) {
      second.tanhForward(0, 0, 1);
      first.tanhForward(0, 0, 1);
    }
    expectBits(double.data, [Math.tanh(Math.tanh(1))], 'float64: ');
    expect(single.data[0]).toBeCloseTo(double.data[0]!, 6);
  });

  it('has every kernel of the contract', () => {
    const kernels = loadKernels({ data: new Float32Array(1) });
    expect(Object.values(kernels).every((kernel) => typeof kernel === 'function')).toBe(true);
    expect(Object.keys(kernels)).toHaveLength(34);
  });
});

describe('backend', () => {
  it('tells which kernels compute and why', () => {
    expect(backend()).toEqual({ name: 'reference', reason: expect.any(String) });
  });
});
