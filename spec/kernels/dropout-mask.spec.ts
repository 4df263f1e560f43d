import { describe, expect, it } from '@jest/globals';
import { threefry } from '../../lib/kernels/threefry.ts';
import { dropoutNumbers } from '../../lib/random/dropout.ts';
import { expectBits } from '../support/bits.ts';
import { referenceHeap, simdHeap } from '../support/heap.ts';

const SIZE = 16_000;
const AWKWARD = [1, 2, 3, 4, 5, 7, 8, 9, 31, 33];
const KEY = [0x13198a2e, 0xf3707344] as const;

const simd = simdHeap(SIZE);
const plain = referenceHeap('float32', SIZE);
const double = referenceHeap('float64', SIZE);
const heaps = [
  ['simd', simd],
  ['reference', plain],
  ['reference in float64', double],
] as const;

type Counter = readonly [c0: number, c1: number];

/** The mask of a row, written down once more. */
function expectedMask(rate: number, key: readonly [number, number], [c0, c1]: Counter, n: number): number[] {
  const block = new Uint32Array(2);
  return Array.from({ length: n }, (_, i) => {
    threefry(block, ...key, c0 + Math.floor(i / 2), c1);
    return block[i % 2]! < rate * 2 ** 32 ? 0 : 1 / (1 - rate);
  });
}

/** A mask of `n` elements of the vector kernel. */
function maskOf(rate: number, key: readonly [number, number], [c0, c1]: Counter, n = SIZE): Float32Array {
  const { threshold, scale } = dropoutNumbers(rate);
  simd.kernels.dropoutMask(0, threshold, scale, ...key, c0, c1, n);
  return simd.data.slice(0, n) as Float32Array;
}

describe.each(heaps)('dropoutMask, %s', (_, { data, kernels }) => {
  it.each(AWKWARD)('%d elements, and nothing beside them', (n) => {
    for (const rate of [0.1, 0.5, 0.75, 0.9]) {
      const { threshold, scale } = dropoutNumbers(rate);
      for (const [c0, c1] of [[0, 0] as const, [2 ** 32 - n, 0xfedcba98] as const]) {
        data.fill(5);
        kernels.dropoutMask(3, threshold, scale, ...KEY, c0, c1, n);
        const expected = data.slice(3, 3 + n);
        expected.set(expectedMask(rate, KEY, [c0, c1], n));
        expectBits(data.slice(3, 3 + n), expected);
        expect([data[2], ...data.subarray(3 + n, 3 + n + 8)]).toEqual(new Array(9).fill(5));
      }
    }
  });

  it('is all ones for rate 0, and all zeros for rate 1', () => {
    for (const rate of [0, 1]) {
      const { threshold, scale } = dropoutNumbers(rate);
      kernels.dropoutMask(0, threshold, scale, ...KEY, 0, 0, 10_000);
      expect(data.subarray(0, 10_000).every((v) => Object.is(v, 1 - rate))).toBe(true);
    }
  });

  it('of a part has the bits of the whole', () => {
    kernels.dropoutMask(0, 2 ** 31, 2, ...KEY, 10, 7, 1000);
    const whole = data.slice(0, 1000);
    for (const block of [1, 2, 3, 17, 249]) {
      kernels.dropoutMask(2000, 2 ** 31, 2, ...KEY, 10 + block, 7, 37);
      expectBits(data.slice(2000, 2037), whole.slice(2 * block, 2 * block + 37));
    }
  });
});

describe('the masks of dropout', () => {
  it('never change', () => {
    const mask = maskOf(0.5, KEY, [0, 0], 64);
    const bits = Array.from(mask, (v) => (v === 0 ? '0' : '1')).join('');
    expect(bits).toBe('1011010010110110010000110011110010001000010111010111111100010010');
  });

  it.each([0.01, 0.1, 0.5, 0.9, 0.999])(
    'of rate %d are scaled to a mean of 1, within 5 standard deviations',
    (rate) => {
      let sum = 0;
      const rows = 64;
      for (let row = 0; row < rows; row++) for (const v of maskOf(rate, KEY, [0, row])) sum += v;
      const deviation = Math.sqrt(rate / (1 - rate) / (rows * SIZE));
      expect(Math.abs(sum / (rows * SIZE) - 1)).toBeLessThan(5 * deviation);
    },
  );

  const other = [KEY[0], KEY[1] + 1] as const;
  it.each<[string, (row: number) => readonly [Float32Array, Float32Array]]>([
    ['neighbouring rows', (row) => [maskOf(0.3, KEY, [0, row]), maskOf(0.3, KEY, [0, row + 1])]],
    ['neighbouring keys', (row) => [maskOf(0.3, KEY, [0, row]), maskOf(0.3, other, [0, row])]],
    [
      'neighbouring elements',
      (row) => {
        const mask = maskOf(0.3, KEY, [0, row]);
        return [mask.subarray(0, -1), mask.subarray(1)];
      },
    ],
    [
      'elements of neighbouring blocks',
      (row) => {
        const mask = maskOf(0.3, KEY, [0, row]);
        return [mask.subarray(0, -2), mask.subarray(2)];
      },
    ],
    ['row and block exchanged', (row) => [maskOf(0.3, KEY, [row, 1000]), maskOf(0.3, KEY, [1000, row])]],
  ])('of %s are independent, within 5 standard deviations', (_, pair) => {
    const rows = 40;
    let [both, pairs] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const [a, b] = pair(row);
      for (let i = 0; i < a.length; i++) if (a[i] !== 0 && b[i] !== 0) both++;
      pairs += a.length;
    }
    const p = 0.7 ** 2;
    expect(Math.abs(both / pairs - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / pairs));
  });
});

describe('dropoutNumbers', () => {
  it.each([
    [0, { threshold: 0, scale: 1 }],
    [0.5, { threshold: 2 ** 31, scale: 2 }],
    [0.75, { threshold: 3 * 2 ** 30, scale: 4 }],
    [1 - 2 ** -53, { threshold: 2 ** 32 - 1, scale: 2 ** 53 }],
    [1, { threshold: 2 ** 32 - 1, scale: 0 }],
  ])('of rate %d', (rate, expected) => {
    expect(dropoutNumbers(rate)).toEqual(expected);
  });
});
