import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import ndarray from 'ndarray';
import ndarrayOps from 'ndarray-ops';
import { fromNdarray, ops, toNdarray } from '../lib/ndarray.ts';
import { tensor, zeros } from '../lib/tensor/create.ts';
import { Tensor } from '../lib/tensor/tensor.ts';
import { expectRefusals, untyped } from './tensor/expect-refusals.ts';

describe('toNdarray', () => {
  it('shares the elements', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).transpose(1, 0);
    const array = toNdarray(x);
    expect(array.shape).toEqual([3, 2]);
    expect(array.dtype).toBe('float32');
    expect(array.get(2, 1)).toBe(6);
    array.set(0, 1, 9);
    expect(x.get(0, 1)).toBe(9);
    array.shape[0] = 1;
    expect(x.shape).toEqual([3, 2]);
    expect(toNdarray(tensor(4)).get()).toBe(4);
  });
});

describe('fromNdarray', () => {
  ptest.prop([fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })])('copies any view', (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const view = ndarray(
      Uint16Array.from({ length: size }, (_, i) => i),
      shape,
    ).step(...shape.map((n) => (n % 2 ? -1 : -2)));
    const copy = fromNdarray(view, { dtype: 'float64' });
    expect(copy.dtype).toBe('float64');
    expect(copy.shape).toEqual(view.shape);
    expect(ndarrayOps.equals(toNdarray(copy), view)).toBe(true);
  });

  it('is float32 by default', () => {
    expect(fromNdarray(ndarray(new Float64Array(2))).dtype).toBe('float32');
  });
});

describe('ops', () => {
  it('are those of ndarray-ops, all of them', () => {
    expect(ops).toBe(ndarrayOps);
    expect(ops.assign).toBe(ndarrayOps.assign);
  });

  it('take tensors and ndarrays as they are, the output first', () => {
    const a = tensor([
      [1, 2],
      [3, 4],
    ]);
    const out = zeros([2, 2]);
    expect(ops.add(out, a, a.transpose(1, 0))).toBe(out);
    expect(out.toArray()).toEqual([
      [2, 5],
      [5, 8],
    ]);
    ops.muls(out.step(-1), toNdarray(a), 2);
    expect(out.toArray()).toEqual([
      [6, 8],
      [2, 4],
    ]);
    ops.subeq(out, ndarray([1, 1, 1, 1], [2, 2]));
    ops.addseq(out.pick(0), 10);
    expect(out.toArray()).toEqual([
      [15, 17],
      [1, 3],
    ]);
    ops.sqrt(out, a);
    expect(out.get(1, 1)).toBe(2);
    ops.negeq(a);
    expect([ops.sum(a), ops.sup(a), ops.inf(a), ops.prod(a)]).toEqual([-10, -1, -4, 24]);
    expect(ops.argmin(a)).toEqual([1, 1]);
    expect([ops.any(a), ops.all(a), ops.equals(a, a.copy())]).toEqual([true, true, true]);
    ops.assigns(a.lo(1), 0);
    expect(ops.norm1(a)).toBe(3);
  });

  ptest.prop([fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean()])(
    'see the same numbers in a tensor as in its ndarray',
    (shape, turn, back) => {
      const size = shape.reduce((a, b) => a * b, 1);
      let x = new Tensor({ data: Float64Array.from({ length: size }, (_, i) => i * i - 3) }, shape);
      if (turn) x = x.T;
      if (back) x = x.step(-1);
      const out = zeros(x.shape, { dtype: 'float64' });
      ops.exp(out, x);
      const expected = ops.exp(toNdarray(out.copy()), toNdarray(x));
      expect(ops.equals(out, expected)).toBe(true);
      expect(ops.norm2(x)).toBe(ops.norm2(toNdarray(x)));
      expect(ops.argmax(x)).toEqual(ops.argmax(toNdarray(x)));
    },
  );
});

describe('bptt/ndarray', () => {
  expectRefusals([
    ['no tensor', 'toNdarray', 'tensor', () => toNdarray(untyped(undefined))],
    ['plain arrays', 'toNdarray', 'tensor', () => toNdarray(untyped([[1]]))],
    ['integers', 'toNdarray', 'tensor', () => toNdarray(ndarray(new Int8Array(2)))],
    ['no ndarray', 'fromNdarray', 'array', () => fromNdarray(untyped(null))],
    [
      'a get/set store',
      'fromNdarray',
      'array',
      () => fromNdarray(ndarray({ get: () => 0, set: () => 0, length: 2 }, [2])),
    ],
    ['an unknown dtype', 'fromNdarray', 'dtype', () => fromNdarray(zeros([1]), { dtype: untyped('int8') })],
    ['an unknown option', 'fromNdarray', 'options', () => fromNdarray(zeros([1]), untyped({ type: 'float32' }))],
  ]);
});
