import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  BpttError,
  type ErrorDetails,
  FormatError,
  NonFiniteError,
  type NonFinitePlace,
  ShapeError,
  StateError,
} from '../lib/index.ts';
import { FileError } from '../lib/node.ts';

const place: NonFinitePlace = {
  phase: 'forward',
  layer: 'lstm1',
  gate: 'forget',
  tensor: undefined,
  slot: undefined,
  chunk: undefined,
  step: 17,
  row: 3,
  unit: 5,
  index: undefined,
  value: Number.NaN,
};
const details = { where: 'LSTM.forward', argument: 'x', expected: 'be a tensor', received: '5' };
/** A NonFiniteError tells a place too. */
class AtAPlace extends NonFiniteError {
  constructor(of: ErrorDetails) {
    super({ ...of, place });
  }
}

const CLASSES = { ArgumentError, BpttError, FileError, FormatError, NonFiniteError: AtAPlace, ShapeError, StateError };

describe.each(Object.entries(CLASSES))('%s', (name, Class) => {
  const error = new Class(details);

  it('says who, what, wanted and got', () => {
    expect(error.message).toBe('LSTM.forward: "x" must be a tensor; received 5');
    expect({ ...error }).toMatchObject(details);
  });

  it('is an Error and a BpttError by its own name', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(BpttError);
    expect(error.name).toBe(name);
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack).toContain('errors.spec');
  });
});

it('a NonFiniteError keeps its place', () => {
  expect(new NonFiniteError({ ...details, place }).place).toBe(place);
});

describe('the message', () => {
  it('speaks of the call where there is no argument', () => {
    const { argument: _, ...rest } = details;
    expect(new StateError(rest).message).toBe('LSTM.forward: the call must be a tensor; received 5');
    expect(new StateError(rest).argument).toBeUndefined();
  });

  it('ends with the remedy', () => {
    expect(new ArgumentError({ ...details, remedy: 'Use tensor()' }).message).toMatch(/received 5\. Use tensor\(\)$/);
  });
});
