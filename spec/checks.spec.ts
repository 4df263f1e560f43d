import { describe, expect, it } from '@jest/globals';
import {
  didYouMean,
  describe as inWords,
  reading,
  requireElements,
  requireInteger,
  requireNumber,
  requireOneOf,
  requirePresent,
  requireRecord,
  requireShape,
} from '../lib/checks.ts';
import { ShapeError } from '../lib/errors.ts';
import { ArgumentError, assign, Dense, LSTM, stack, Tensor, tensor, zeros } from '../lib/index.ts';

const itself: unknown[] = [1];
itself.push(itself);
const wide = (depth: number): unknown => (depth === 0 ? 1 : new Array(9).fill(wide(depth - 1)));
let deep: unknown = 1;
for (let k = 0; k < 100_000; k++) deep = [deep];

/** A proxy that throws whatever is asked of it. */
function revoked(of: object): never {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy as never;
}

const thrown = new Error('boo');
const throwing = (name: string, rest: object): never =>
  Object.defineProperty({ ...rest }, name, {
    get(): never {
      throw thrown;
    },
  }) as never;
/** A proxy that has no property and throws whenever one is read. */
const trapping = new Proxy(
  {},
  {
    get(): never {
      throw thrown;
    },
  },
) as never;
const view = { data: new Float32Array(6), shape: [1, 2, 3], stride: [6, 3, 1], offset: 0 };

describe('arguments that throw when they are read', () => {
  const lstm = new LSTM({ units: 1 });
  it.each<readonly [where: string, argument: string, call: () => unknown]>([
    ['LSTM', 'options', () => new LSTM(revoked({}))],
    ['LSTM', 'units', () => new LSTM({ units: revoked({}) })],
    ['LSTM', 'options', () => new LSTM(throwing('units', {}))],
    ['Dense', 'options', () => new Dense(throwing('units', {}))],
    ['zeros', 'options', () => zeros([1], throwing('dtype', {}))],
    ['zeros', 'options', () => zeros([1], trapping)],
    ['LSTM.forward', 'options', () => lstm.forward(view, throwing('truncate', {}))],
    ['LSTM.forward', 'truncate', () => lstm.forward(view, { truncate: throwing('every', { back: 1 }) })],
    ['LSTM.forward', 'x', () => lstm.forward(revoked({}))],
    ...Object.keys(view).map((name) => ['LSTM.forward', 'x', () => lstm.forward(throwing(name, view))] as const),
    ['LSTM.forward', 'x', () => lstm.forward({ ...view, shape: revoked([1, 2, 3]) })],
    ['LSTM.forward', 'options', () => lstm.forward(view, revoked({}))],
    ['Dense.forward', 'x', () => new Dense({ units: 1 }).forward({ ...view, data: revoked([1]) })],
    ['tensor', 'values', () => tensor(revoked([]))],
    ['tensor', 'values', () => tensor([[1], revoked([])])],
    ['zeros', 'shape', () => zeros(revoked([]))],
    ['Tensor', 'stride', () => new Tensor({ data: new Float32Array(1) }, [1], revoked([1]))],
    ['assign', 'source', () => assign(zeros([1, 2, 3]), throwing('stride', view))],
    ['stack', 'tensors', () => stack([throwing('shape', view)])],
  ])('%s names %s', (where, argument, call) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(expect.objectContaining({ where, argument }));
  });

  it('keep the error that was thrown, as the cause and in words', () => {
    const refused = expect.objectContaining({
      cause: thrown,
      message: expect.stringMatching(/ when it is read: boo$/),
    });
    expect(() => lstm.forward(throwing('data', view))).toThrow(refused);
  });

  it('are told from refusals and from memory that ran out', () => {
    for (const error of [new ShapeError({ where: 'f', expected: '', received: '' }), new RangeError('memory')]) {
      const read = (): never => {
        throw error;
      };
      expect(() => reading('f', 'x', read)).toThrow(error);
      expect(() => reading('f', 'x', read)).not.toThrow(ArgumentError);
    }
  });
});

describe('describe', () => {
  it.each([
    ['x', '"x"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['a'.repeat(100), `"${'a'.repeat(60)}…"`],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n, '10n'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [class {}, 'a function'],
    [[1, 'a', null], '[1, "a", null]'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, …]'],
    [new Array(2), '[undefined, undefined]'],
    [[[1, [2, [3]]]], '[[1, […]]]'],
    [new Float32Array(3), 'Float32Array of 3 elements'],
    [new DataView(new ArrayBuffer(5)), 'DataView of 5 elements'],
    [zeros([1]), 'an object (Tensor)'],
    [{}, 'an object (Object)'],
    [Object.create(null), 'an object (Object)'],
    [{ constructor: 5 }, 'an object (Object)'],
    [{ constructor: { name: 'evil\nname' } }, 'an object (Object)'],
    [{ constructor: { name: { toString: 1 } } }, 'an object (Object)'],
    [new Date(0), 'an object (Date)'],
    [revoked([]), 'an object that throws an error when it is read'],
    [throwing('constructor', {}), 'an object that throws an error when it is read'],
  ])('%#', (value, words) => {
    expect(inWords(value)).toBe(words);
  });

  it('stays short for lists that hold themselves, deep ones and wide ones', () => {
    expect(inWords(itself)).toBe('[1, [1, […]]]');
    expect(inWords(deep)).toBe('[[[…]]]');
    expect(inWords(wide(8)).length).toBeLessThan(400);
  });
});

describe('didYouMean', () => {
  const known = ['units', 'returnSequences', 'returnState', 'kernelInitializer', 'onBatchEnd', 'h', 'c', 'tanh'];

  it.each([
    ['unit', 'units'],
    ['Units', 'units'],
    ['returnSequence', 'returnSequences'],
    ['return_sequences', 'returnSequences'],
    ['returnSequneces', 'returnSequences'],
    ['retrnStat', 'returnState'],
    ['onBatchend', 'onBatchEnd'],
    ['onbatchEnds', 'onBatchEnd'],
    ['H', 'h'],
    ['thanh', 'tanh'],
  ])('takes %s for %s', (given, meant) => {
    expect(didYouMean(given, known)).toBe(`Did you mean ${meant}?`);
  });

  it.each(['', 'x', 'un', 'unxxs', 'learningRate', 'returns', 'h'.repeat(1e7)])('has no guess for %#', (given) => {
    expect(didYouMean(given, known)).toBeUndefined();
  });

  it('takes the nearest, and no more than a third of the letters for wrong', () => {
    expect(didYouMean('abcdeX', ['abcXXf', 'abcdef', 'abcdXX'])).toBe('Did you mean abcdef?');
    expect(didYouMean('abcdXX', ['abcdef'])).toBe('Did you mean abcdef?');
    expect(didYouMean('abcXXX', ['abcdef'])).toBeUndefined();
    expect(didYouMean(5, known)).toBeUndefined();
  });
});

describe('checks', () => {
  it('return what is right', () => {
    expect(requireInteger('f', 'n', 3)).toBe(3);
    expect(requireInteger('f', 'n', -2, -2, 4)).toBe(-2);
    expect(requireNumber('f', 'x', 0, { min: 0 })).toBe(0);
    expect(requireOneOf('f', 'mode', 'b', ['a', 'b'])).toBe('b');
    const options = { a: 1 };
    expect(requireRecord('f', 'options', options, ['a', 'b'])).toEqual(options);
    expect(requireRecord('f', 'options', options, ['a', 'b'])).not.toBe(options);
    expect(requireRecord('f', 'options', Object.create({ a: 1 }), ['a', 'b'])).toEqual({ a: 1 });
  });

  it.each([
    ['f: "n" must be an integer of at least 1; received 0', () => requireInteger('f', 'n', 0)],
    ['f: "n" must be an integer from 0 to 9; received 10', () => requireInteger('f', 'n', 10, 0, 9)],
    ['f: "x" must be a finite number; received NaN', () => requireNumber('f', 'x', Number.NaN)],
    ['f: "x" must be a finite number above 0; received 0', () => requireNumber('f', 'x', 0, { min: 0, minOpen: true })],
    [
      'f: "x" must be a finite number of at least 0 and below 1; received 1',
      () => requireNumber('f', 'x', 1, { min: 0, max: 1, maxOpen: true }),
    ],
    ['f: "mode" must be one of "a", "b"; received "c"', () => requireOneOf('f', 'mode', 'c', ['a', 'b'])],
    ['f: "options" must hold only a, b; received "c"', () => requireRecord('f', 'options', { c: 1 }, ['a', 'b'])],
    [
      'f: "options" must hold only units, returnSequences; received "returnSequence". Did you mean returnSequences?',
      () => requireRecord('f', 'options', { units: 1, returnSequence: true }, ['units', 'returnSequences']),
    ],
    [
      'f: "mode" must be one of "mean", "sum"; received "Mean". Did you mean mean?',
      () => requireOneOf('f', 'mode', 'Mean', ['mean', 'sum']),
    ],
    ['f: "x" must be an array; received undefined', () => requirePresent('f', 'x', undefined, 'be an array')],
    ['f: "clip" must be an object; received null', () => requireRecord('f', 'clip', null as never, ['a'])],
    ['f: "x" must have at least one row, step and feature; received [2, 0]', () => requireElements('f', 'x', [2, 0])],
    [
      'f: "x" must have shape [B, T, 16]; received [32, 20, 15] (axis 2: expected 16, got 15)',
      () => requireShape('f', 'x', [32, 20, 15], ['B', 'T', 16]),
    ],
    [
      'f: "x" must have shape [B, 16]; received [32, 20, 16] (rank: expected 2, got 3)',
      () => requireShape('f', 'x', [32, 20, 16], ['B', 16]),
    ],
  ])('say %s', (message, call) => {
    expect(call).toThrow(message);
  });

  it('call a wrong shape a ShapeError', () => {
    expect(() => requireShape('f', 'x', [1], [2])).toThrow(ShapeError);
    expect(() => requireElements('f', 'x', [0])).toThrow(ShapeError);
    expect(() => requireShape('f', 'x', [7, 2], ['B', 2])).not.toThrow();
  });
});
