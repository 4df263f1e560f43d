import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect } from '@jest/globals';
import { expectBits } from '../../support/bits.ts';
import { dtype, seed, size } from '../../support/heap.ts';
import { forUnits, laid, sigmoid, wrongAfter } from './steps.ts';

const { tanh } = Math;
const rows = fc.constantFrom(1, 2, 5);

describe('gruGatesForward and gruStateForward', () => {
  ptest.prop([dtype, seed, rows, size])('are equations (G1) to (G4)', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, { gates: 3 * n, resetH: n, hPrev: n, h: n });
    const { gates, hPrev } = values;
    const before = heap.data.slice();
    const first = { gates: Float64Array.from(gates), resetH: new Float64Array(n) };
    forUnits(B, H, 3, (k, g) => {
      const r = sigmoid(gates[g(0)]!);
      first.gates[g(0)] = r;
      first.gates[g(1)] = sigmoid(gates[g(1)]!);
      first.resetH[k] = r * hPrev[k]!;
    });
    heap.kernels.gruGatesForward(at.gates, at.resetH, at.hPrev, B, H);
    expect(wrongAfter(heap, at, before, first)).toBe('');

    const between = heap.data.slice();
    const second = { gates: first.gates.slice(), h: new Float64Array(n) };
    forUnits(B, H, 3, (k, g) => {
      const [z, candidate] = [first.gates[g(1)]!, tanh(gates[g(2)]!)];
      second.gates[g(2)] = candidate;
      second.h[k] = (1 - z) * hPrev[k]! + z * candidate;
    });
    heap.kernels.gruStateForward(at.gates, at.h, at.hPrev, B, H);
    expect(wrongAfter(heap, at, between, second)).toBe('');
  });
});

describe('gruStateBackward and gruGatesBackward', () => {
  const lengths = (n: number) => ({ dGates: 3 * n, dhPrev: n, gates: 3 * n, hPrev: n, dh: n, dResetH: n });

  ptest.prop([dtype, seed, rows, size])('are their derivatives; the tape is only read', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, lengths(n));
    const { dGates, gates, hPrev, dh, dResetH } = values;
    const before = heap.data.slice();
    const first = { dGates: Float64Array.from(dGates), dhPrev: new Float64Array(n) };
    forUnits(B, H, 3, (k, g) => {
      const [z, candidate] = [gates[g(1)]!, gates[g(2)]!];
      first.dGates[g(1)] = dh[k]! * (candidate - hPrev[k]!) * z * (1 - z);
      first.dGates[g(2)] = dh[k]! * z * (1 - candidate * candidate);
      first.dhPrev[k] = dh[k]! * (1 - z);
    });
    heap.kernels.gruStateBackward(at.dGates, at.dhPrev, at.gates, at.hPrev, at.dh, B, H);
    expect(wrongAfter(heap, at, before, first)).toBe('');

    const between = heap.data.slice();
    const second = { dGates: first.dGates.slice(), dhPrev: first.dhPrev.slice() };
    forUnits(B, H, 3, (k, g) => {
      const r = gates[g(0)]!;
      second.dGates[g(0)] = dResetH[k]! * hPrev[k]! * r * (1 - r);
      second.dhPrev[k]! += dResetH[k]! * r;
    });
    heap.kernels.gruGatesBackward(at.dGates, at.dhPrev, at.gates, at.hPrev, at.dResetH, B, H);
    expect(wrongAfter(heap, at, between, second)).toBe('');
  });

  ptest.prop([dtype, seed, rows, size])('dhPrev may be dh', (type, seed, B, H) => {
    const n = B * H;
    const [apart, together] = [laid(type, seed, lengths(n)), laid(type, seed, lengths(n))];
    const { dGates, dhPrev, gates, hPrev, dh } = apart.at;
    apart.heap.kernels.gruStateBackward(dGates, dhPrev, gates, hPrev, dh, B, H);
    together.heap.kernels.gruStateBackward(dGates, dh, gates, hPrev, dh, B, H);
    expectBits(together.heap.read(dh, n), apart.heap.read(dhPrev, n));
    expectBits(together.heap.read(dGates, 3 * n), apart.heap.read(dGates, 3 * n));
  });
});

describe('gruResetAfterStepForward', () => {
  ptest.prop([dtype, seed, rows, size])('is equations (G1), (G3) to (G5)', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, { gates: 3 * n, h: n, recurrent: n, hPrev: n });
    const before = heap.data.slice();
    const expected = { gates: new Float64Array(3 * n), h: new Float64Array(n) };
    forUnits(B, H, 3, (k, g) => {
      const [r, z] = [sigmoid(values.gates[g(0)]!), sigmoid(values.gates[g(1)]!)];
      const candidate = tanh(values.gates[g(2)]! + r * values.recurrent[k]!);
      [r, z, candidate].forEach((value, block) => {
        expected.gates[g(block)] = value;
      });
      expected.h[k] = (1 - z) * values.hPrev[k]! + z * candidate;
    });
    heap.kernels.gruResetAfterStepForward(at.gates, at.h, at.recurrent, at.hPrev, B, H);
    expect(wrongAfter(heap, at, before, expected)).toBe('');
  });
});

describe('gruResetAfterStepBackward', () => {
  const lengths = (n: number) => {
    return { dGates: 3 * n, dRecurrent: n, dhPrev: n, gates: 3 * n, recurrent: n, hPrev: n, dh: n };
  };

  ptest.prop([dtype, seed, rows, size])('is its derivative; the tape is only read', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, lengths(n));
    const { gates, recurrent, hPrev, dh } = values;
    const before = heap.data.slice();
    const expected = { dGates: new Float64Array(3 * n), dRecurrent: new Float64Array(n), dhPrev: new Float64Array(n) };
    forUnits(B, H, 3, (k, g) => {
      const [r, z, candidate] = [0, 1, 2].map((block) => gates[g(block)]!) as [number, number, number];
      const dCandidate = dh[k]! * z * (1 - candidate * candidate);
      expected.dGates[g(0)] = dCandidate * recurrent[k]! * r * (1 - r);
      expected.dGates[g(1)] = dh[k]! * (candidate - hPrev[k]!) * z * (1 - z);
      expected.dGates[g(2)] = dCandidate;
      expected.dRecurrent[k] = dCandidate * r;
      expected.dhPrev[k] = dh[k]! * (1 - z);
    });
    const { dGates, dRecurrent, dhPrev } = at;
    heap.kernels.gruResetAfterStepBackward(dGates, dRecurrent, dhPrev, at.gates, at.recurrent, at.hPrev, at.dh, B, H);
    expect(wrongAfter(heap, at, before, expected)).toBe('');
  });

  ptest.prop([dtype, seed, rows, size])('dhPrev may be dh', (type, seed, B, H) => {
    const n = B * H;
    const [apart, together] = [laid(type, seed, lengths(n)), laid(type, seed, lengths(n))];
    const { dGates, dRecurrent, dhPrev, gates, recurrent, hPrev, dh } = apart.at;
    apart.heap.kernels.gruResetAfterStepBackward(dGates, dRecurrent, dhPrev, gates, recurrent, hPrev, dh, B, H);
    together.heap.kernels.gruResetAfterStepBackward(dGates, dRecurrent, dh, gates, recurrent, hPrev, dh, B, H);
    expectBits(together.heap.read(dh, n), apart.heap.read(dhPrev, n));
    for (const [place, size] of [
      [dGates, 3 * n],
      [dRecurrent, n],
    ] as const) {
      expectBits(together.heap.read(place, size), apart.heap.read(place, size));
    }
  });
});
