import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect } from '@jest/globals';
import { dtype, seed, size } from '../../support/heap.ts';
import { forUnits, laid, sigmoid, wrongAfter } from './steps.ts';

const { tanh } = Math;
const rows = fc.constantFrom(1, 2, 5);

describe('lstmStepForward', () => {
  ptest.prop([dtype, seed, rows, size])('is equations (L1) to (L6)', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, { gates: 4 * n, c: n, tanhC: n, h: n, cPrev: n });
    const before = heap.data.slice();
    const expected = {
      gates: new Float64Array(4 * n),
      c: new Float64Array(n),
      tanhC: new Float64Array(n),
      h: new Float64Array(n),
    };
    forUnits(B, H, 4, (k, g) => {
      const [i, f, o] = [sigmoid(values.gates[g(0)]!), sigmoid(values.gates[g(1)]!), sigmoid(values.gates[g(3)]!)];
      const candidate = tanh(values.gates[g(2)]!);
      [i, f, candidate, o].forEach((value, block) => {
        expected.gates[g(block)] = value;
      });
      expected.c[k] = i * candidate + f * values.cPrev[k]!;
      expected.tanhC[k] = tanh(expected.c[k]!);
      expected.h[k] = o * tanh(expected.c[k]!);
    });
    heap.kernels.lstmStepForward(at.gates, at.c, at.tanhC, at.h, at.cPrev, B, H);
    expect(wrongAfter(heap, at, before, expected)).toBe('');
  });
});

describe('lstmStepBackward', () => {
  ptest.prop([dtype, seed, rows, size])('is their derivative; the tape is only read', (type, seed, B, H) => {
    const n = B * H;
    const { heap, at, values } = laid(type, seed, { dGates: 4 * n, dc: n, gates: 4 * n, tanhC: n, cPrev: n, dh: n });
    const { dc, gates, tanhC, cPrev, dh } = values;
    const before = heap.data.slice();
    const expected = { dGates: new Float64Array(4 * n), dc: new Float64Array(n) };
    forUnits(B, H, 4, (k, g) => {
      const [i, f, c, o] = [0, 1, 2, 3].map((block) => gates[g(block)]!) as [number, number, number, number];
      const total = dc[k]! + dh[k]! * o * (1 - tanhC[k]! ** 2);
      expected.dGates[g(0)] = total * c * i * (1 - i);
      expected.dGates[g(1)] = total * cPrev[k]! * f * (1 - f);
      expected.dGates[g(2)] = total * i * (1 - c * c);
      expected.dGates[g(3)] = dh[k]! * tanhC[k]! * o * (1 - o);
      expected.dc[k] = total * f;
    });
    heap.kernels.lstmStepBackward(at.dGates, at.dc, at.gates, at.tanhC, at.cPrev, at.dh, B, H);
    expect(wrongAfter(heap, at, before, expected)).toBe('');
  });
});
