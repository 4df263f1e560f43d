import { describe, expect, it } from '@jest/globals';
import { forceReference } from '../../lib/kernels/load.ts';
import { referenceKernels } from '../../lib/kernels/reference.ts';
import { expectBits } from '../support/bits.ts';

forceReference(); // for the specs at the end too

describe('referenceKernels', () => {
  it('computes on whatever the memory holds at the time of the call', () => {
    const memory = { data: new Float32Array([1, 2]) as Float32Array | Float64Array };
    const kernels = referenceKernels(memory);
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
    const [first, second] = [referenceKernels(single), referenceKernels(double)];
    for (let k = 0; k < 2; k++) {
      second.tanhForward(0, 0, 1);
      first.tanhForward(0, 0, 1);
    }
    expectBits(double.data, [Math.tanh(Math.tanh(1))], 'float64: ');
    expect(single.data[0]).toBeCloseTo(double.data[0]!, 6);
  });

  it('has every kernel of the contract', () => {
    const kernels = referenceKernels({ data: new Float32Array(1) });
    expect(Object.values(kernels).every((kernel) => typeof kernel === 'function')).toBe(true);
    expect(Object.keys(kernels)).toHaveLength(36);
  });
});

// All specs of kernels once more, on the reference: each imports its own cases.
await import('./matmul.spec.ts');
await import('./vectors.spec.ts');
await import('./sums.spec.ts');
await import('./losses.spec.ts');
await import('./softmax.spec.ts');
await import('./steps/activation.spec.ts');
await import('./steps/gru.spec.ts');
await import('./steps/lstm.spec.ts');
