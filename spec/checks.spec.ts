import { describe, expect, it } from '@jest/globals';
import {
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
import { revoked, throwing, thrown } from './support/unreadable.ts';

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
    ['f: "options" must have only a, b; received "c"', () => requireRecord('f', 'options', { c: 1 }, ['a', 'b'])],
    [
      'f: "options" must have only units, returnSequences; received "returnSequence". Did you mean returnSequences?',
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
