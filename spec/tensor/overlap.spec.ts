import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { type FloatNdArrayLike, Tensor } from '../../lib/index.ts';
import { areAllApart, areApart, areSeparate, hasOwnElements } from '../../lib/tensor/overlap.ts';

/** Every byte of every element, in turn. */
function bytesOf({ data, shape, stride, offset }: FloatNdArrayLike): number[] {
  const places = shape.reduce<number[]>(
    (all, length, axis) => all.flatMap((at) => Array.from({ length }, (_, i) => at + i * stride[axis]!)),
    [offset],
  );
  const { BYTES_PER_ELEMENT: bytes, byteOffset } = data;
  return places.flatMap((place) => Array.from({ length: bytes }, (_, k) => byteOffset + place * bytes + k));
}

const isDistinct = (bytes: readonly number[]): boolean => new Set(bytes).size === bytes.length;

const axis = fc.record({ length: fc.integer({ min: 0, max: 5 }), stride: fc.integer({ min: -9, max: 9 }) });
const axes = fc.array(axis, { maxLength: 4 });
type Axes = readonly { readonly length: number; readonly stride: number }[];

/** A view with these axes in a buffer, moved until it lies inside. */
function view(list: Axes, data: Float32Array | Float64Array, shift = 0): FloatNdArrayLike {
  const [shape, stride] = [list.map(({ length }) => length), list.map((each) => each.stride)];
  const low = list.reduce((sum, each) => sum + Math.min(0, Math.max(0, each.length - 1) * each.stride), 0);
  return { data, shape, stride, offset: shift - low };
}

describe('hasOwnElements', () => {
  ptest.prop([axes], { numRuns: 3000 })('is whether all elements lie in different places', (list) => {
    const one = view(list, new Float32Array(400));
    expect(hasOwnElements(one)).toBe(isDistinct(bytesOf(one)));
  });

  it.each<[string, number[], number[], boolean]>([
    ['a matrix', [3, 4], [4, 1], true],
    ['its transpose', [4, 3], [1, 4], true],
    ['gaps', [3, 4], [10, 2], true],
    ['overlapping windows', [4, 3], [1, 1], false],
    ['windows with a stride, apart', [3, 2], [2, 1], true],
    ['a repeated row', [2, 3], [0, 1], false],
    ['an axis of one, of stride 0', [1, 3], [0, 1], true],
    ['interleaved without collision', [3, 2], [2, 3], true],
    ['interleaved with collision', [4, 3], [2, 3], false],
    ['nothing', [0, 9], [0, 0], true],
    ['a number', [], [], true],
  ])('%s', (_, shape, stride, expected) => {
    expect(hasOwnElements({ data: new Float32Array(64), shape, stride, offset: 0 })).toBe(expected);
  });

  it('decides views of more elements than memory holds by their strides', () => {
    const data = new Float32Array(64);
    const huge = { data, shape: [2 ** 40, 2 ** 12], stride: [0, 0], offset: 0 };
    expect(hasOwnElements(huge)).toBe(false);
    const cube = { data, shape: [20, 20, 20], stride: [1, 1, 1], offset: 0 };
    expect(hasOwnElements(cube)).toBe(false);
    expect(hasOwnElements({ ...huge, shape: [2 ** 40, 0], stride: [0, 1] })).toBe(true);
  });
});

describe('areApart', () => {
  const wide = fc.boolean();
  const shift = fc.nat(120);

  ptest.prop([axes, axes, wide, wide, shift, fc.nat(8)], { numRuns: 3000 })(
    'is whether no element of one view is one of the other',
    (first, second, firstWide, secondWide, at, start) => {
      const buffer = new ArrayBuffer(4096);
      const data = (isWide: boolean, offset: number) =>
        isWide ? new Float64Array(buffer, 8 * offset) : new Float32Array(buffer, 4 * offset);
      const a = view(first, data(firstWide, 0));
      const b = view(second, data(secondWide, start), at);
      fc.pre(hasOwnElements(a) && hasOwnElements(b));
      const apart = isDistinct([...bytesOf(a), ...bytesOf(b)]);
      expect(areApart(a, b)).toBe(apart);
      expect(areApart(b, a)).toBe(apart);
      if (a.shape.every(Boolean) && b.shape.every(Boolean) && areSeparate(a, b)) expect(apart).toBe(true);
    },
  );

  it('takes columns of one matrix, and arrays of two buffers, as apart', () => {
    const matrix = new Tensor({ data: new Float32Array(12) }, [3, 4]);
    expect(areApart(matrix.hi(3, 2), matrix.lo(0, 2))).toBe(true);
    expect(areApart(matrix.hi(3, 3), matrix.lo(0, 2))).toBe(false);
    expect(areApart(matrix, new Tensor({ data: new Float32Array(12) }, [3, 4]))).toBe(true);
  });
});

describe('areAllApart', () => {
  const buffers = [0, 1].map(() => new ArrayBuffer(2048));
  const shifted = fc.tuple(axes, fc.integer({ min: 0, max: 200 }), fc.boolean(), fc.boolean());

  ptest.prop([fc.array(shifted, { maxLength: 6 })], { numRuns: 2000 })('is whether every two are apart', (all) => {
    const views = all
      .map(([list, shift, second, wide]) => {
        const buffer = buffers[Number(second)]!;
        return view(list, wide ? new Float64Array(buffer) : new Float32Array(buffer), shift);
      })
      .filter((each) => isDistinct(bytesOf(each)));
    const pairs = views.flatMap((a, i) => views.slice(0, i).map((b) => areApart(a, b)));
    expect(areAllApart(views)).toBe(pairs.every(Boolean));
  });
});
