import { describe, expect, it } from '@jest/globals';
import { TANH } from '../../lib/kernels/activation-kinds.ts';
import { referenceBackend, setDefaultBackend } from '../../lib/kernels/backend.ts';
import { KERNEL_NAMES } from '../../lib/kernels/bound-kernels.ts';
import { referenceKernels } from '../../lib/kernels/reference.ts';
import { expectBits } from '../support/bits.ts';
import { referenceHeap } from '../support/heap.ts';

setDefaultBackend(referenceBackend('forced')); // for the specs at the end too

describe('referenceKernels', () => {
  it('round as each heap stores, whichever was used before', () => {
    const [single, double] = [referenceHeap('float32', 1), referenceHeap('float64', 1)];
    for (const { data } of [single, double]) data[0] = 1;
    for (let k = 0; k < 2; k++)
      for (const { kernels } of [double, single]) kernels.activationForward(TANH, 0, 1, 0, 1, 1, 1);
    expectBits(double.data, [Math.tanh(Math.tanh(1))], 'float64: ');
    expect(single.data[0]).toBeCloseTo(double.data[0]!, 6);
  });

  it('compute on what a heap holds at the time of the call', () => {
    const heap = referenceHeap('float32', 2);
    const { kernels, data } = heap;
    data.set([1, 2]);
    heap.grow(3);
    heap.data[2] = 3;
    kernels.scale(0, 0.1, 3);
    const factor = Math.fround(0.1);
    expectBits(heap.data, [factor, 2 * factor, 3 * factor].map(Math.fround));
    expectBits(data, [1, 2]);
  });

  it('are all kernels of the contract', () => {
    expect(Object.keys(referenceKernels(new Float32Array(1))).sort()).toEqual([...KERNEL_NAMES].sort());
    expect(KERNEL_NAMES).toHaveLength(40);
  });
});

// All specs of kernels once more, on the reference: each imports its own cases.
await import('./matmul.spec.ts');
await import('./blocks.spec.ts');
await import('./vectors.spec.ts');
await import('./sums.spec.ts');
await import('./losses.spec.ts');
await import('./softmax.spec.ts');
await import('./steps/activation.spec.ts');
await import('./steps/gru.spec.ts');
await import('./steps/lstm.spec.ts');
