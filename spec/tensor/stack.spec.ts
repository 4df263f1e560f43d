import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import ndarray from 'ndarray';
import { tensor, zeros } from '../../lib/tensor/create.ts';
import { stack, unstack } from '../../lib/tensor/stack.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { expectRefusals, untyped } from './expect-refusals.ts';

describe('stack and unstack', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

  ptest.prop([shapes, fc.nat(3), fc.boolean(), fc.boolean()])('undo each other', (shape, at, negative, turned) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const dense = new Tensor({ data: Float32Array.from({ length: size }, (_, i) => i) }, shape);
    const x = turned ? dense.T.step(-1) : dense;
    const axis = (at % shape.length) - (negative ? shape.length : 0);
    const parts = unstack(x, axis);
    expect(parts).toHaveLength(x.shape.at(axis < 0 ? axis : axis)!);
    expect(stack(parts, axis).toArray()).toEqual(x.toArray());
  });

  it('gives the values of tf.stack and tf.unstack', () => {
    const parts = [tensor([1, 4]), tensor([2, 5]), tensor([3, 6])];
    const rows = [
      [1, 4],
      [2, 5],
      [3, 6],
    ];
    const columns = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(stack(parts).toArray()).toEqual(rows);
    expect(stack(parts, 1).toArray()).toEqual(columns);
    expect(stack(parts, -1).toArray()).toEqual(columns);
    expect(stack(parts, -2).toArray()).toEqual(rows);
    expect(unstack(tensor(columns), -1).map((part) => part.toArray())).toEqual(rows);
  });

  it('stacks numbers, empty tensors and ndarrays', () => {
    expect(stack([tensor(1), tensor(2)]).toArray()).toEqual([1, 2]);
    expect(stack([zeros([0, 2]), zeros([0, 2])], 1).shape).toEqual([0, 2, 2]);
    expect(stack([ndarray(new Int16Array([1, 2])).step(-1), tensor([3, 4])]).toArray()).toEqual([
      [2, 1],
      [3, 4],
    ]);
  });

  it('is float64 if one tensor is', () => {
    expect(stack([zeros([1]), zeros([1])]).dtype).toBe('float32');
    expect(stack([zeros([1]), zeros([1], { dtype: 'float64' })]).dtype).toBe('float64');
  });

  it('unstacks to views that share the storage', () => {
    const x = zeros([2, 3]);
    const [, second] = unstack(x, 1);
    second!.set(0, 5);
    expect(x.get(0, 1)).toBe(5);
    expect(second!.storage).toBe(x.storage);
    expect(unstack(zeros([0, 3]))).toEqual([]);
    const array = ndarray(new Float64Array([1, 2, 3]));
    expect(unstack(array).map((part) => part.toArray())).toEqual([1, 2, 3]);
  });

  expectRefusals([
    ['no list', 'stack', 'tensors', () => stack(untyped(zeros([2])))],
    ['an empty list', 'stack', 'tensors', () => stack([])],
    ['a list with a hole', 'stack', 'tensors', () => stack(new Array(2))],
    ['plain arrays', 'stack', 'tensors', () => stack(untyped([[1], [2]]))],
    ['different shapes', 'stack', 'tensors', () => stack([zeros([2]), zeros([3])])],
    ['different ranks', 'stack', 'tensors', () => stack([zeros([2]), zeros([2, 1])])],
    ['too large an axis', 'stack', 'axis', () => stack([zeros([2])], 2)],
    ['too small an axis', 'stack', 'axis', () => stack([zeros([2])], -3)],
    ['a fractional axis', 'stack', 'axis', () => stack([zeros([2])], 0.5)],
    ['no tensor', 'unstack', 'tensor', () => unstack(untyped(null))],
    ['integers', 'unstack', 'tensor', () => unstack(untyped(ndarray(new Int8Array(2))))],
    ['rank 0', 'unstack', 'tensor', () => unstack(tensor(1))],
    ['too large an axis', 'unstack', 'axis', () => unstack(zeros([2]), 1)],
    ['too small an axis', 'unstack', 'axis', () => unstack(zeros([2]), -2)],
    ['a string axis', 'unstack', 'axis', () => unstack(zeros([2]), untyped('0'))],
  ]);
});
