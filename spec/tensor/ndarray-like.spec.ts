import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';
import { Parameters, Tensor } from '../../lib/index.ts';
import { tensor, zeros } from '../../lib/tensor/create.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import { assign, isContiguous, requireNdArray } from '../../lib/tensor/ndarray-like.ts';
import { expectRefusals, untyped } from './expect-refusals.ts';

const numbers = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i + 1);

describe('requireNdArray', () => {
  it('passes tensors, ndarrays and plain views', () => {
    const views: NdArrayLike[] = [
      zeros([2, 3]).transpose(1, 0),
      ndarray(new Int8Array(6), [2, 3]).step(-1, 2),
      ndarray([1, 2, 3]),
      { data: [1], shape: [], stride: [], offset: 0 },
      { data: structuredClone(new Float32Array(4)), shape: [2], stride: [-2], offset: 3 },
      { data: [], shape: [3, 0], stride: [9, 1], offset: 5 },
    ];
    for (const view of views) {
      const { data, shape, stride, offset } = view;
      expect(requireNdArray('f', 'x', view)).toMatchObject({ data, shape, stride, offset });
    }
  });

  it('points to tensor() where arrays of numbers come', () => {
    const refusing = (value: unknown) => () => requireNdArray('f', 'x', value);
    expect(refusing([[1, 2]])).toThrow('received [[1, 2]]. Convert the array to a tensor: tensor(values)');
    expect(refusing(new Float32Array(2))).toThrow('received Float32Array of 2 elements. Convert the array to a tensor');
    expect(refusing(null)).not.toThrow('tensor(values)');
  });

  const good = { data: new Float32Array(6), shape: [2, 3], stride: [3, 1], offset: 0 };
  const store = { get: () => 0, set: () => 0, length: 6 };
  const bad: [string, unknown][] = [
    ['null', null],
    ['undefined', undefined],
    ['a number', 1],
    ['a string', 'x'],
    ['nested arrays', [[1], [2]]],
    ['a typed array', new Float32Array(2)],
    ['an empty object', {}],
    ['a get/set store', ndarray(store, [2, 3])],
    ['bigints', { ...good, data: new BigInt64Array(6) }],
    ['a DataView', { ...good, data: new DataView(new ArrayBuffer(6)) }],
    ['strings in an array', { ...good, data: [1, 2, 3, 4, 5, '6'] }],
    ['no shape', { ...good, shape: undefined }],
    ['a negative length', { ...good, shape: [2, -3] }],
    ['a fractional stride', { ...good, stride: [3, 0.5] }],
    ['a string stride', { ...good, stride: ['3', 1] }],
    ['one stride for two axes', { ...good, stride: [1] }],
    ['a missing offset', { ...good, offset: undefined }],
    ['a view past the end', { ...good, offset: 1 }],
    ['a view before the start', { ...good, stride: [-3, 1] }],
  ];
  expectRefusals(
    bad.map(([what, value]) => [what, 'RNN.forward', 'x', () => requireNdArray('RNN.forward', 'x', value)]),
  );
});

describe('what requireNdArray returns', () => {
  it('reads each property once, and returns what it read', () => {
    const answers = {
      data: [new Float32Array([1, 2, 3]), new Float32Array(0)],
      shape: [[3], [1e9]],
      stride: [[1], [7]],
      offset: [0, 99],
    };
    const reads = { data: 0, shape: 0, stride: 0, offset: 0 };
    const changing = new Proxy({} as NdArrayLike, {
      get: (_, name: keyof typeof reads) => answers[name]?.[Math.min(1, reads[name]++)],
    });
    const view = requireNdArray('f', 'x', changing);
    expect(view).toMatchObject({ data: answers.data[0], shape: [3], stride: [1], offset: 0 });
    expect(tensor(view).toArray()).toEqual([1, 2, 3]);
    expect(reads).toEqual({ data: 1, shape: 1, stride: 1, offset: 1 });
  });

  it('keeps shape and strides when the caller changes them, of tensors too', () => {
    const x = tensor([1, 2, 3, 4]);
    for (const source of [x, { data: x.data, shape: [4], stride: [1], offset: 0 }]) {
      const view = requireNdArray('f', 'x', source);
      (source.shape as number[])[0] = 1e9;
      (source.stride as number[])[0] = -5;
      expect([view.shape, view.stride]).toEqual([[4], [1]]);
      x.shape[0] = 4;
      x.stride[0] = 1;
    }
  });

  it('holds the numbers of a plain array that were checked', () => {
    let reads = 0;
    const data = new Proxy([1, 2, 3], {
      get: (list, name, self) => (name === '1' && reads++ > 0 ? 'two' : Reflect.get(list, name, self)),
    });
    const view = requireNdArray('f', 'x', { data, shape: [3], stride: [1], offset: 0 });
    expect(tensor(view).toArray()).toEqual([1, 2, 3]);
    expect(reads).toBe(1);
  });

  it('reads a tensor in memory that grows afresh', () => {
    const parameters = Parameters.of({ w: tensor([1, 2]) });
    const view = requireNdArray('f', 'x', parameters.get('w').value);
    parameters.arena.keep(100_000);
    expect(tensor(view).toArray()).toEqual([1, 2]);
  });
});

describe('assign', () => {
  const step = fc.constantFrom(-2, -1, 1, 2);
  const axes = fc.array(fc.record({ length: fc.integer({ min: 0, max: 5 }), to: step, from: step }), { maxLength: 4 });

  ptest.prop([axes, fc.boolean(), fc.boolean()], { numRuns: 200 })(
    'copies between strided, reversed and transposed views as ndarray-ops does',
    (list, turnTarget, turnSource) => {
      const lay = (key: 'to' | 'from', turn: boolean, data: Float64Array | Float32Array) => {
        const order = list.map((_, axis) => (turn ? list.length - 1 - axis : axis));
        const doubled = order.map((axis) => list[axis]!.length * 2);
        return ndarray(data, doubled)
          .step(...order.map((axis) => list[axis]![key] * (Math.abs(list[axis]![key]) === 1 ? 2 : 1)))
          .transpose(...order);
      };
      const size = list.reduce((product, { length }) => product * length * 2, 1);
      const source = lay('from', turnSource, numbers(size));
      const ours = lay('to', turnTarget, new Float32Array(size));
      const theirs = lay('to', turnTarget, new Float32Array(size));
      assign(ours, source);
      ops.assign(theirs, source);
      expect(Array.from(ours.data)).toEqual(Array.from(theirs.data));
    },
  );

  // Long rows without gaps are copied in one go.
  it.each([23, 24, 25, 100])('copies rows of %d of any type, and nothing beside them', (F) => {
    const [B, T] = [3, 4];
    const size = B * T * F;
    for (const data of [
      Array.from(numbers(size + 7)),
      numbers(size + 7).map((v) => v / 3),
      Float32Array.from(numbers(size + 7)),
      Int16Array.from(numbers(size + 7)),
    ]) {
      for (const target of [new Float32Array(size + 5), new Float64Array(size + 5)]) {
        const from = { data, shape: [B, T, F], stride: [T * F, F, 1], offset: 7 };
        assign({ data: target, shape: [B, T, F], stride: [F, B * F, 1], offset: 2 }, from); // time-major
        const expected = target.map(() => 0);
        for (let b = 0; b < B; b++) {
          for (let t = 0; t < T; t++) {
            for (let j = 0; j < F; j++) expected[2 + (t * B + b) * F + j] = data[7 + (b * T + t) * F + j]!;
          }
        }
        expect(target).toEqual(expected);
        const flat = { shape: [size], stride: [1], offset: 5 };
        assign({ ...flat, data: target }, { ...flat, data });
        expect(target.slice(5)).toEqual(target.slice(5).map((_, j) => data[5 + j]!));
      }
    }
  });

  it('copies no rows where an axis is empty, wherever they would be', () => {
    const nothing = { shape: [0, 30], stride: [30, 1], offset: 99 };
    const target = new Float32Array(3);
    assign({ ...nothing, data: target }, { ...nothing, data: target });
    expect(target).toEqual(new Float32Array(3));
  });

  it('writes into a tensor and rounds to its type', () => {
    const x = zeros([2, 3]);
    assign(x.transpose(1, 0).step(-1), ndarray(numbers(6), [3, 2]));
    expect(x.toArray()).toEqual([
      [5, 3, 1],
      [6, 4, 2],
    ]);
    assign(x.pick(0, 0), tensor(0.1, { dtype: 'float64' }));
    expect(x.get(0, 0)).toBe(Math.fround(0.1));
  });

  it('repeats elements of stride 0', () => {
    const x = zeros([2, 2]);
    assign(x, { data: [1, 2], shape: [2, 2], stride: [0, 1], offset: 0 });
    expect(x.toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  const dense = fc.record({ length: fc.constantFrom(1, 2, 3), reversed: fc.boolean() });

  ptest.prop([dense, dense, fc.boolean(), fc.nat(3), fc.nat(3)], { numRuns: 500 })(
    'copies between views of the same memory as if the source had been copied first',
    (rows, columns, turned, to, from) => {
      const lay = (offset: number, turn: boolean) => {
        const whole = new Tensor({ data }, [3, 3], [3, 1], offset);
        const view = whole.hi(rows.length, columns.length).step(rows.reversed ? -1 : 1, columns.reversed ? -1 : 1);
        return turn && rows.length === columns.length ? view.transpose(1, 0) : view;
      };
      const data = Float32Array.from(numbers(12));
      const [target, source] = [lay(to, false), lay(from, turned)];
      const expected = source.copy();
      assign(target, source);
      expect(target.toArray()).toEqual(expected.toArray());
    },
  );

  it('refuses a target whose elements share memory, at once however many there are', () => {
    const shared = { data: new Float32Array(6), shape: [2 ** 40], stride: [0], offset: 0 };
    expect(() => assign(shared, shared)).toThrow(
      'assign: "target" must have a separate memory location for each element, because it is written in place; received elements that share memory. copy() it first',
    );
    const windows = { data: new Float32Array(6), shape: [4, 3], stride: [1, 1], offset: 0 };
    expect(() => assign(windows, zeros([4, 3]))).toThrow('"target"');
  });

  const integers = { data: new Int32Array(4), shape: [4], stride: [1], offset: 0 };
  expectRefusals([
    ['a target of integers', 'assign', 'target', () => assign(untyped(integers), zeros([4]))],
    ['no target', 'assign', 'target', () => assign(untyped(null), zeros([4]))],
    ['no source', 'assign', 'source', () => assign(zeros([4]), untyped(undefined))],
    ['another rank', 'assign', 'source', () => assign(zeros([4]), zeros([2, 2]))],
    ['another shape', 'assign', 'source', () => assign(zeros([2, 3]), zeros([3, 2]))],
  ]);
});

describe('isContiguous', () => {
  it('tells dense row-major views from others', () => {
    const x = zeros([2, 3, 4]);
    expect(isContiguous(x)).toBe(true);
    expect(isContiguous(x.pick(1))).toBe(true);
    expect(isContiguous(x.lo(1))).toBe(true);
    expect(isContiguous(x.hi(1).transpose(0, 1, 2))).toBe(true);
    expect(isContiguous(x.hi(1).transpose(1, 0, 2))).toBe(true);
    expect(isContiguous(tensor(1))).toBe(true);
    expect(isContiguous(zeros([3, 0]).step(-1))).toBe(true);
    expect(isContiguous(x.transpose(1, 0, 2))).toBe(false);
    expect(isContiguous(x.hi(2, 2))).toBe(false);
    expect(isContiguous(x.pick(null, null, 0))).toBe(false);
    expect(isContiguous(tensor([1, 2]).step(-1))).toBe(false);
  });

  expectRefusals([['no array', 'isContiguous', 'array', () => isContiguous(untyped([1, 2]))]]);
});
