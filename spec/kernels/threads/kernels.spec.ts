// Calls of each kernel, divided between simulated threads.

import { describe, expect, it, test } from '@jest/globals';
import { openHeap, simdBackend } from '../../../lib/kernels/backend.ts';
import type { KernelHeap } from '../../../lib/kernels/contract.ts';
import { CALLS, COMPARED, numbers, SLOTS } from '../../../lib/kernels/known-answers.ts';
import { DIVIDED } from '../../../lib/kernels/threads/divisions.ts';
import { threadedBackend } from '../../../lib/kernels/threads/threaded-backend.ts';
import { SimulatedTeam } from '../../support/simulated-team.ts';

const THREADS = [2, 3, 5, 16];

function divided(threads: number): { readonly heap: KernelHeap; readonly team: SimulatedTeam } {
  const team = new SimulatedTeam(threads);
  const backend = threadedBackend(simdBackend(), team, { count: threads, timeout: 1000 });
  const heap = openHeap('float32', backend, SLOTS);
  heap.data.set(numbers());
  return { heap, team };
}

const plain = (): KernelHeap => {
  const heap = openHeap('float32', simdBackend(), SLOTS);
  heap.data.set(numbers());
  return heap;
};

const bits = ({ data }: KernelHeap): Int32Array => new Int32Array(data.buffer, data.byteOffset, COMPARED);

/** Position of the first element whose bits differ; −1 if there is none. */
function difference(heap: KernelHeap, other: KernelHeap): number {
  const expected = bits(other);
  return bits(heap).findIndex((word, j) => word !== expected[j]);
}

describe('a call by itself gives the same bits on any number of threads', () => {
  test.each(DIVIDED)('%s', (name) => {
    const expected = plain();
    CALLS[name](expected.kernels);
    for (const threads of THREADS) {
      const { heap, team } = divided(threads);
      CALLS[name](heap.kernels);
      expect(difference(heap, expected)).toBe(-1);
      const onlyBetween = ['clamp', 'accumulate', 'scale'].includes(name);
      expect(team.counts.calls > 0).toBe(!onlyBetween);
    }
  });
});

describe('calls by rows give the same bits, and wait once', () => {
  const [B, H] = [6, 21];
  const at = [0, 1, 2, 3, 4, 5].map((k) => 20_000 * k) as [number, number, number, number, number, number];
  const [X, Y, Z, G, P, Q] = at;

  /** The calls of two time steps, each of which reads what the one before it wrote. */
  function steps({ kernels: k }: KernelHeap): void {
    k.pack(P, Q, 4 * H, 1, H, 4 * H);
    for (let t = 0; t < 2; t++) {
      k.byRows(B, 1e9);
      k.matmul(G, 4 * H, X + t * B * H, H, P, B, 4 * H, H, true);
      k.lstmStepForward(G, Y + (t + 1) * B * H, Z, X + (t + 1) * B * H, Y + t * B * H, B, H);
      k.accumulate(Z, X + (t + 1) * B * H, B * H);
      k.multiply(Z, B * H, Z, B * H, Y, B * H, 1, B * H);
      k.repeatRow(Q, Z, 1, B * H);
      k.scale(Q, 0.5, B * H);
      k.clamp(Q, H, -0.1, 0.1, B, H);
    }
    k.byRows(0, 0);
  }

  it.each(THREADS)('%i threads', (threads) => {
    const expected = plain();
    steps(expected);
    const { heap, team } = divided(threads);
    steps(heap);
    expect(difference(heap, expected)).toBe(-1);
    expect(team.counts).toEqual({ calls: 15, byRows: 14, joins: 2 });
  });

  it('waits before a call whose rows are others', () => {
    const { heap, team } = divided(2);
    const { kernels: k } = heap;
    k.byRows(B, 1e9);
    k.scale(X, 2, B * H);
    k.repeatRow(Y, X, 4, H); // by the caller alone
    k.columnSums(Z, X, H, B, H);
    k.byRows(0, 0);
    expect(team.counts).toEqual({ calls: 1, byRows: 1, joins: 3 });
    const alone = plain();
    alone.kernels.scale(X, 2, B * H);
    alone.kernels.repeatRow(Y, X, 4, H);
    alone.kernels.columnSums(Z, X, H, B, H);
    expect(difference(heap, alone)).toBe(-1);
  });
});
