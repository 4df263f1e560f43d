import { describe, expect, it } from '@jest/globals';
import { type ForeignArray, type ForeignArrays, requireForeignArrays } from '../../lib/exchange/foreign-array.ts';
import { Taker } from '../../lib/exchange/taker.ts';
import { toFloat32 } from '../../lib/exchange/to-float32.ts';

const array = (dtype: string, data: ForeignArray['data'], shape: number[] = [data.length]): ForeignArray => ({
  dtype,
  shape,
  data,
});
const arrays: ForeignArrays = new Map([
  ['rnn.weight', array('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])],
  ['rnn.fine', array('float64', Float64Array.of(0.5, 0.1))],
  ['rnn.count', array('int64', BigInt64Array.of(7n, 2n ** 53n + 1n))],
  ['rnn.inf', array('float16', Float32Array.of(0, Number.POSITIVE_INFINITY))],
  ['rnn.bytes', array('uint8', Uint8Array.of(3, 255))],
]);
const of = (names = arrays): Taker => new Taker('load', names);

describe('taking arrays of a file', () => {
  it('copies elements in the type of the model', () => {
    const taker = of();
    const taken = taker.take('rnn.weight', [2, 3], 'float64');
    expect(taken).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(taker.take('rnn.bytes', [2], 'float32')).toEqual(Float32Array.of(3, 255));
    expect(taker.take('rnn.fine', [2], 'float64')).toEqual(Float64Array.of(0.5, 0.1));
    const copy = taker.take('rnn.weight', [2, 3], 'float32');
    copy[0] = 9;
    expect(arrays.get('rnn.weight')!.data[0]).toBe(1);
  });

  it('refuses what would change, or is not finite', () => {
    expect(() => of().take('rnn.fine', [2], 'float32')).toThrow(
      'load: "rnn.fine" must hold numbers that float32 holds exactly; received 0.1 of float64 at element 1. ' +
        "Build the model with dtype: 'float64' if that holds them, or round them with toFloat32(arrays)",
    );
    expect(() => of().take('rnn.count', [2], 'float64')).toThrow('received 9007199254740993 of int64 at element 1');
    expect(() => of().take('rnn.inf', [2], 'float32')).toThrow(
      '"rnn.inf" must hold finite numbers; received Infinity at element 1',
    );
  });

  it('names the axis of another shape', () => {
    expect(() => of().take('rnn.weight', [2, 4], 'float32')).toThrow(
      'load: "rnn.weight" must have shape [2, 4]; received [2, 3] (axis 1: expected 4, got 3)',
    );
    expect(() => of().take('rnn.weight', [6], 'float32')).toThrow('received [2, 3] (rank: expected 1, got 2)');
  });

  it('lists what the file has instead of a missing array: all names if they are few, else similar ones', () => {
    expect(() => of().take('rnn.wieght', [2], 'float32')).toThrow(
      'load: "rnn.wieght" must contain this array; received none of this name. The file has rnn.weight, rnn.fine, rnn.count, rnn.inf, rnn.bytes',
    );
    const many = new Map(
      Array.from({ length: 30 }, (_, k) => [
        `layer${k}.${k % 10 === 0 ? 'bias' : 'w'}`,
        array('float32', new Float32Array(1)),
      ]),
    );
    expect(() => of(many).take('layer7.bias', [1], 'float32')).toThrow(
      'received none of this name. Did you mean layer0.bias? Similar names in the file: layer0.bias, layer10.bias, layer20.bias',
    );
    expect(() => of(many).take('q', [1], 'float32')).toThrow(
      /The file has 30 arrays: layer0.bias, .*, … \(30 in all\)$/,
    );
    expect(() => of(new Map()).take('q', [1], 'float32')).toThrow('The file has no arrays');
  });

  it('refuses arrays that nothing used', () => {
    const taker = of();
    taker.take('rnn.weight', [2, 3], 'float32');
    expect(taker.optional('absent', [1], 'float32')).toBeUndefined();
    expect(taker.peek('rnn.inf')!.dtype).toBe('float16');
    expect([taker.has('rnn.fine'), taker.has('absent')]).toEqual([true, false]);
    expect(() => taker.finish('Name their layers')).toThrow(
      'load: "arrays" must contain only arrays that the model has a use for; received rnn.fine, rnn.count, rnn.bytes. Name their layers',
    );
    for (const name of ['rnn.fine', 'rnn.count', 'rnn.bytes']) taker.peek(name);
    taker.finish();
  });
});

describe('arrays from a caller', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['an object', { a: 1 }, 'be a Map of arrays { shape, dtype, data } by name'],
    ['a list', [], 'be a Map of arrays'],
    ['another key', new Map([[1, array('float32', new Float32Array(1))]]), 'be a Map of arrays'],
    [
      'a number',
      new Map([['a', 1]]),
      '"arrays.get("a")" must be an array { shape, dtype, data }, a tensor or an ndarray',
    ],
    [
      'a shape of fractions',
      new Map([['a', array('float32', new Float32Array(1), [0.5])]]),
      '"arrays.get("a").shape" must be a list of at most 8 integers of at least 0',
    ],
    [
      'another size',
      new Map([['a', array('float32', new Float32Array(1), [2])]]),
      'must have the 2 elements of its shape; received Float32Array of 1 elements',
    ],
    ['a plain list', new Map([['a', array('float32', [1] as never, [1])]]), 'must be one of Float32Array'],
    [
      'no type',
      new Map([['a', { shape: [1], data: new Float32Array(1) }]]),
      "must name an element type, as 'float32' does",
    ],
  ];

  it.each(refused)('are refused: %s', (_, value, message) => {
    expect(() => requireForeignArrays('load', 'arrays', value as ForeignArrays)).toThrow(message);
  });

  it('keep their order and their elements', () => {
    const copy = requireForeignArrays('load', 'arrays', arrays);
    expect([...copy]).toEqual([...arrays]);
    expect(copy.get('rnn.fine')!.data).toBe(arrays.get('rnn.fine')!.data);
  });
});

describe('toFloat32', () => {
  it('rounds to nearest, and keeps what float32 holds', () => {
    const rounded = toFloat32(arrays);
    expect([...rounded.keys()]).toEqual([...arrays.keys()]);
    expect(rounded.get('rnn.fine')).toEqual(array('float32', Float32Array.of(0.5, 0.1)));
    expect(rounded.get('rnn.count')!.data).toEqual(Float32Array.of(7, 2 ** 53));
    expect(rounded.get('rnn.weight')!.data).toBe(arrays.get('rnn.weight')!.data);
    expect(rounded.get('rnn.inf')!.dtype).toBe('float16');
  });

  it('refuses a number beyond float32', () => {
    expect(() => toFloat32(new Map([['a', array('float64', Float64Array.of(1e300))]]))).toThrow(
      'toFloat32: "arrays.get("a")" must hold numbers that float32 can round; received 1e+300',
    );
  });
});
