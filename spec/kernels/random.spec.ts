import { describe, expect, it } from '@jest/globals';
import { COEFFICIENTS, normalQuantile } from '../../lib/kernels/normal-quantile.ts';
import { threefry } from '../../lib/kernels/threefry.ts';
import { expectBits } from '../support/bits.ts';
import { referenceHeap, simdHeap } from '../support/heap.ts';

const { is } = Object;
const SIZE = 16_000;
const AWKWARD = [1, 2, 3, 4, 5, 7, 8, 9, 31, 33];

const simd = simdHeap(SIZE);
const plain = referenceHeap('float32', SIZE);
const double = referenceHeap('float64', SIZE);
const heaps = [
  ['simd', simd, simd.kernels],
  ['reference', plain, plain.kernels],
  ['reference in float64', double, double.kernels],
] as const;

function doubles({ data }: { readonly data: Float32Array | Float64Array }, at: number, n: number): Float64Array {
  return new Float64Array(data.buffer, data.byteOffset + at * data.BYTES_PER_ELEMENT, n);
}

/** Low + range · u of one counter, written down once more. */
function number(low: number, range: number, odd: number, key: [number, number], c0: number, c1: number): number {
  const block = new Uint32Array(2);
  threefry(block, ...key, c0, c1);
  const bits = (block[0]! >>> 5) * 2 ** 26 + ((block[1]! >>> 6) | odd);
  return low + range * (bits / 2 ** 53);
}

describe.each(heaps)('randomUniform, %s', (_, heap, kernels) => {
  it.each(AWKWARD)('%d numbers of 53 bits, and nothing beside them', (n) => {
    const key: [number, number] = [0x13198a2e, 0xf3707344];
    for (const [low, range, odd] of [[0, 1, 0] as const, [-0.3, 1.7, 0] as const, [0, 1, 1] as const]) {
      for (const [c0, c1] of [[0, 0] as const, [2 ** 32 - n, 7] as const]) {
        heap.data.fill(5);
        kernels.randomUniform(2, low, range, odd, ...key, c0, c1, n);
        const expected = Float64Array.from({ length: n }, (_, i) => number(low, range, odd, key, c0 + i, c1));
        expectBits(doubles(heap, 2, n), expected);
        const end = 2 + (heap.data.BYTES_PER_ELEMENT === 8 ? n : 2 * n);
        expect([heap.data[1], ...heap.data.subarray(end, end + 8)]).toEqual(new Array(9).fill(5));
      }
    }
  });
});

describe.each(heaps)('normalQuantiles, %s', (_, heap, kernels) => {
  /** Shares of every region: the centre, the middle, the tails beyond e⁻²⁵, both ends of each, and what lies between. */
  const shares = Float64Array.from({ length: 3000 }, (_, i) => {
    const edges = [2 ** -53, 1 - 2 ** -53, 0.075, 0.925, 0.5, 0.07499999999999996, Math.exp(-25), 2 ** -37, 2 ** -36];
    const share = ((i * 0.6180339887498949) % 1) * 2 ** -((i * 7) % 53);
    return edges[i] ?? (i % 2 === 0 ? share : 1 - share) + (share === 0 ? 0.25 : 0);
  }).map((share) => (share <= 0 || share >= 1 ? 0.5 : share));

  it('has the bits of one by one', () => {
    doubles(heap, 0, shares.length).set(shares);
    doubles(heap, 12_000, COEFFICIENTS.length).set(COEFFICIENTS);
    kernels.normalQuantiles(0, 12_000, 8000, shares.length);
    const found = doubles(heap, 0, shares.length);
    expect(shares.find((share, i) => !is(found[i], normalQuantile(share)))).toBeUndefined();
  });

  it.each(AWKWARD)('%d of them, and nothing beside them', (n) => {
    for (let from = 0; from < 60; from++) {
      heap.data.fill(5);
      doubles(heap, 2, n).set(shares.subarray(from, from + n));
      doubles(heap, 12_000, COEFFICIENTS.length).set(COEFFICIENTS);
      kernels.normalQuantiles(2, 12_000, 8000, n);
      expectBits(doubles(heap, 2, n), shares.slice(from, from + n).map(normalQuantile));
      const end = 2 + (heap.data.BYTES_PER_ELEMENT === 8 ? n : 2 * n);
      const beside = [heap.data[1], ...heap.data.subarray(end, end + 8), heap.data[7999], heap.data[8000 + n + 1]];
      expect(beside).toEqual(new Array(11).fill(5));
    }
  });
});
