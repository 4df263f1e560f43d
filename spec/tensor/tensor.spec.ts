import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { ArgumentError } from '../../lib/errors.ts';
import { tensor, zeros } from '../../lib/tensor/create.ts';
import type { NestedArray } from '../../lib/tensor/tensor.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { expectRefusals, untyped } from './expect-refusals.ts';

type Method = 'pick' | 'lo' | 'hi' | 'step' | 'transpose';
type Chain = readonly { readonly method: Method; readonly numbers: readonly number[] }[];

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 0, maxLength: 5 });
const chains: fc.Arbitrary<Chain> = fc.array(
  fc.record({
    method: fc.constantFrom<Method>('pick', 'lo', 'hi', 'step', 'transpose'),
    numbers: fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 5 }),
  }),
  { maxLength: 6 },
);

/** Arguments inside the shape, made from any numbers; null leaves an axis alone. */
function argumentsFor(method: Method, shape: readonly number[], numbers: readonly number[]): (number | null)[] {
  if (method === 'transpose') {
    const axes = shape.map((_, axis) => axis);
    return axes.sort((a, b) => numbers[a]! - numbers[b]!);
  }
  return shape.map((length, axis) => {
    const n = numbers[axis]!;
    if (n % 3 === 0) return n % 2 === 0 ? null : method === 'step' ? 1 : -1;
    if (method === 'step') return (n % 7) - 3 || 2;
    if (method === 'pick') return length === 0 ? null : n % length;
    return n % (length + 1);
  });
}

function elements(view: Pick<NdArray, 'shape'>, get: (...i: number[]) => number): number[] {
  const found: number[] = [];
  const walk = (index: number[]): void => {
    if (index.length === view.shape.length) found.push(get(...index));
    else for (let i = 0; i < view.shape[index.length]!; i++) walk([...index, i]);
  };
  walk([]);
  return found;
}

function leaves(nested: NestedArray): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(leaves);
}

describe('Tensor, with ndarray as the oracle', () => {
  ptest.prop([shapes, chains], { numRuns: 300 })(
    'agrees in shape, stride, offset and every element',
    (shape, chain) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const data = Float32Array.from({ length: size }, (_, i) => i);
      let ours = new Tensor({ data }, shape);
      let theirs: NdArray = ndarray(data, shape.slice());
      for (const { method, numbers } of chain) {
        const args = argumentsFor(method, ours.shape, numbers);
        // ndarray's rank 0 has no axes to pick and answers with another kind of object
        if (theirs.dimension === 0) break;
        ours = ours[method](...args);
        theirs = (theirs[method] as (...args: (number | null)[]) => NdArray)(...args);
        expect(ours.shape).toEqual(theirs.shape);
        expect(ours.stride).toEqual(theirs.stride);
        expect(ours.offset).toBe(theirs.offset);
      }
      expect(ours.dimension).toBe(theirs.dimension);
      expect(ours.size).toBe(theirs.size);
      expect(ours.dtype).toBe(theirs.dtype);
      expect(ours.data).toBe(theirs.data);
      const distances = ours.order.map((axis) => Math.abs(ours.stride[axis]!));
      expect(distances).toEqual(theirs.order.map((axis) => Math.abs(theirs.stride[axis]!)));
      const expected = elements(theirs, (...i) => theirs.get(...i));
      expect(elements(ours, (...i) => ours.get(...i))).toEqual(expected);
      expect(elements(ours, (...i) => ours.index(...i))).toEqual(elements(theirs, (...i) => theirs.index(...i)));
      expect(leaves(ours.toArray())).toEqual(expected);
      expect(Array.from(ours.copy().data)).toEqual(expected);
    },
  );

  it('takes the default offset of negative strides from ndarray', () => {
    const data = new Float32Array([1, 2, 3, 4, 5, 6]);
    const view = new Tensor({ data }, [2, 3], [3, -1]);
    expect(view.offset).toBe(ndarray(data, [2, 3], [3, -1]).offset);
    expect(view.toArray()).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
  });

  it('is an ndarray to the type checker', () => {
    const array: NdArray = zeros([2, 3]);
    expect(array.T.shape).toEqual([3, 2]);
  });
});

describe('Tensor', () => {
  it('shares elements among views and detaches a copy', () => {
    const x = zeros([2, 3]);
    const copy = x.copy();
    x.pick(1).step(-1).set(0, 7);
    expect(x.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 7],
    ]);
    expect(copy.get(1, 2)).toBe(0);
  });

  it('reads its storage afresh, so that an arena may replace the data', () => {
    const storage = { data: new Float32Array([1, 2]) };
    const view = new Tensor(storage, [2]).step(-1);
    storage.data = new Float32Array([3, 4, 5]);
    expect(view.toArray()).toEqual([4, 3]);
  });

  it('returns what it stored, rounded to the element type', () => {
    expect(zeros([1]).set(0, 0.1)).toBe(Math.fround(0.1));
    expect(zeros([1], { dtype: 'float64' }).set(0, 0.1)).toBe(0.1);
    expect(zeros([]).set(3)).toBe(3);
  });

  it('keeps the element type in a copy', () => {
    expect(tensor([1], { dtype: 'float64' }).copy().dtype).toBe('float64');
  });

  it('accepts arrays of another realm', () => {
    const data = structuredClone(new Float32Array([1, 2]));
    expect(new Tensor({ data }, [2]).toArray()).toEqual([1, 2]);
  });

  it.each([1, 2, 3, 4, 5])('finds each element at its place, and refuses any other index, of rank %i', (rank) => {
    const shape = [2, 3, 4, 1, 2].slice(0, rank);
    const view = tensor(Array.from({ length: 48 }, (_, i) => i));
    const stride = [24, 8, 2, 1, 1].slice(0, rank);
    const x = new Tensor(view.storage, shape, stride);
    const last = shape.map((length) => length - 1);
    expect(x.get(...last)).toBe(last.reduce((sum, i, axis) => sum + i * stride[axis]!, 0));
    for (const [axis, length] of shape.entries()) {
      for (const bad of [-1, length, 0.5, Number.NaN, Infinity, '0', 0n, null, undefined, Symbol('i'), {}]) {
        const index = untyped<number[]>(last.map((i, k) => (k === axis ? bad : i)));
        for (const method of ['get', 'index'] as const) expect(() => x[method](...index)).toThrow(ArgumentError);
      }
    }
    expect(() => x.get(...last, 0)).toThrow(ArgumentError);
    expect(() => x.get(...last.slice(1))).toThrow(ArgumentError);
  });

  it('has rank 0', () => {
    const scalar = tensor(5);
    expect(scalar.get()).toBe(5);
    expect(scalar.toArray()).toBe(5);
    expect(scalar.pick().lo().hi().step().transpose().copy().get()).toBe(5);
  });

  const x = zeros([2, 3]);
  const storage = { data: new Float32Array(6) };
  const views: Method[] = ['pick', 'lo', 'hi', 'step', 'transpose'];
  expectRefusals([
    ['a missing storage', 'Tensor', 'storage', () => new Tensor(untyped(null), [1])],
    ['a storage of integers', 'Tensor', 'storage', () => new Tensor(untyped({ data: new Int32Array(1) }), [1])],
    ['a bare array as storage', 'Tensor', 'storage', () => new Tensor(untyped(new Float32Array(1)), [1])],
    ['a shape that is no array', 'Tensor', 'shape', () => new Tensor(storage, untyped(6))],
    ['a negative length', 'Tensor', 'shape', () => new Tensor(storage, [-1])],
    ['a fractional length', 'Tensor', 'shape', () => new Tensor(storage, [1.5])],
    ['too large a shape', 'Tensor', 'shape', () => new Tensor(storage, [7])],
    ['a fractional stride', 'Tensor', 'stride', () => new Tensor(storage, [2], [0.5])],
    ['too few strides', 'Tensor', 'stride', () => new Tensor(storage, [2, 3], [1])],
    ['a stride out of the data', 'Tensor', 'shape', () => new Tensor(storage, [2, 3], [4, 1])],
    ['a negative offset', 'Tensor', 'shape', () => new Tensor(storage, [2], [1], -1)],
    ['an offset that is no integer', 'Tensor', 'offset', () => new Tensor(storage, [2], [1], Number.NaN)],
    ['too large an index in get', 'Tensor.get', 'index', () => x.get(0, 3)],
    ['a negative index in get', 'Tensor.get', 'index', () => x.get(-1, 0)],
    ['too few indices in get', 'Tensor.get', 'index', () => x.get(0)],
    ['too many indices in get', 'Tensor.get', 'index', () => x.get(0, 0, 0)],
    ['a string index in get', 'Tensor.get', 'index', () => x.get(0, untyped('1'))],
    ['too large an index in index', 'Tensor.index', 'index', () => x.index(2, 0)],
    ['too large an index in set', 'Tensor.set', 'index', () => x.set(2, 0, 1)],
    ['a set without a value', 'Tensor.set', 'index', () => x.set(1, 1)],
    ['a set of nothing', 'Tensor.set', 'index', () => x.set()],
    ['a value that is no number', 'Tensor.set', 'value', () => x.set(1, 1, untyped('1'))],
    ['too large an index in pick', 'Tensor.pick', 'axes', () => x.pick(2)],
    ['too large a number in lo', 'Tensor.lo', 'axes', () => x.lo(3)],
    ['too large a number in hi', 'Tensor.hi', 'axes', () => x.hi(null, 4)],
    ['a step of 0', 'Tensor.step', 'axes', () => x.step(0)],
    ['an axis twice', 'Tensor.transpose', 'axes', () => x.transpose(0, 0)],
    ['an axis too many', 'Tensor.transpose', 'axes', () => x.transpose(0, 2)],
    ...views.flatMap((method) => [
      [`a fraction in ${method}`, `Tensor.${method}`, 'axes', () => x[method](0.5)] as const,
      [`a string in ${method}`, `Tensor.${method}`, 'axes', () => x[method](untyped('1'))] as const,
      [`too many arguments in ${method}`, `Tensor.${method}`, 'axes', () => x[method](0, 1, 0)] as const,
    ]),
  ]);
});
