import { describe, expect, it } from '@jest/globals';
import { requireBoolean, requireFunction } from '../lib/checks.ts';
import { ArgumentError } from '../lib/errors.ts';
import {
  type Check,
  integer,
  number,
  oneOf,
  optional,
  readOptions,
  required,
  type Schema,
  saved,
  savedOptions,
} from '../lib/options.ts';

interface Options {
  readonly units: number;
  readonly gain?: number;
  readonly mode?: 'fast' | 'exact';
  readonly bias?: boolean;
  readonly seed?: number;
}

const OPTIONS: Schema<Options, 'seed'> = {
  units: saved(required(integer())),
  gain: optional(number({ min: 0, minOpen: true }), 0.5),
  mode: optional(oneOf('fast', 'exact'), 'fast'),
  bias: saved(optional(requireBoolean, true)),
  seed: optional(integer(0, 9)),
};

const read = (options: unknown, argument?: string) => readOptions('f', options as Options, OPTIONS, argument);

describe('readOptions', () => {
  it('fills in defaults; what has none stays left out', () => {
    const defaults = { units: 3, gain: 0.5, mode: 'fast', bias: true };
    expect(Object.entries(read({ units: 3 }))).toEqual(Object.entries(defaults));
    expect(Object.keys(read({ units: 3, gain: undefined, bias: undefined, seed: undefined }))).toEqual(
      Object.keys(defaults),
    );
  });

  it('returns what was given, in an object of its own, in the order of the schema', () => {
    const options = Object.freeze({ seed: 0, bias: false, mode: 'exact', gain: 2, units: 1 });
    expect(Object.entries(read(options))).toEqual(Object.entries(options).reverse());
    expect(read(Object.create(options))).toEqual(options);
  });

  it('reads each property once', () => {
    const reads: PropertyKey[] = [];
    const options = new Proxy({ units: 3, seed: 1 } as Record<PropertyKey, unknown>, {
      get: (target, name) => {
        reads.push(name);
        return target[name];
      },
    });
    read(options);
    expect(reads).toEqual(['units', 'gain', 'mode', 'bias', 'seed']);
  });

  it.each([
    [{}, 'f: "units" must be an integer of at least 1; received undefined'],
    [{ units: 1, gain: 0 }, 'f: "gain" must be a finite number above 0; received 0'],
    [{ units: 1, mode: 'Fast' }, 'f: "mode" must be one of "fast", "exact"; received "Fast". Did you mean fast?'],
    [{ units: 1, bias: null }, 'f: "bias" must be true or false; received null'],
    [{ units: 1, seed: 10 }, 'f: "seed" must be an integer from 0 to 9; received 10'],
    [{ bias: 1, gain: -1, units: 1 }, 'f: "gain" must be a finite number above 0; received -1'], // the schema's order
    [
      { units: 0, gains: 1 },
      'f: "options" must have only units, gain, mode, bias, seed; received "gains". Did you mean gain?',
    ],
    [undefined, 'f: "options" must be an object; received undefined'],
    [[], 'f: "options" must be an object; received []'],
  ])('refuses %j', (options, message) => {
    expect(() => read(options)).toThrow(ArgumentError);
    expect(() => read(options)).toThrow(message);
  });

  it('puts the name of another argument before those of its options', () => {
    expect(() => read({ units: 0 }, 'cell')).toThrow('f: "cell.units" must be an integer of at least 1; received 0');
    expect(() => read({ unit: 1 }, 'cell')).toThrow(/^f: "cell" must have only units, .* Did you mean units\?$/);
    expect(() => read(1, 'cell')).toThrow('f: "cell" must be an object; received 1');
  });

  it('refuses options that throw when they are read, before it checks any', () => {
    const getter = {
      units: 0,
      get seed(): number {
        throw new Error('no seed');
      },
    };
    expect(() => read(getter)).toThrow(
      'f: "options" must be readable; received an object that throws when it is read: no seed',
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => read(proxy)).toThrow(ArgumentError);
  });

  it('takes the result of a check, which may be a copy', () => {
    const copy: Check<readonly number[]> = (_where, _argument, value) => [...(value as number[])];
    const list = [1, 2];
    const schema: Schema<{ readonly list?: readonly number[] }> = { list: optional(copy, []) };
    const result = readOptions('f', { list }, schema);
    expect(result.list).toEqual(list);
    expect(result.list).not.toBe(list);
  });
});

describe('savedOptions', () => {
  it('reads the options marked as saved from the fields of an object, in the order of the schema', () => {
    const fields = { bias: false, units: 7, gain: 3, kind: 'Any' };
    expect(JSON.stringify(savedOptions(OPTIONS, fields))).toBe('{"units":7,"bias":false}');
  });
});

describe('a schema', () => {
  it('has to fit the interface, or does not compile', () => {
    const schemas: Schema<never>[] = [];
    const of = <O, Open extends keyof O = never>(schema: Schema<O, Open>): void => {
      schemas.push(schema as never);
    };
    // @ts-expect-error an option without a line
    of<{ a: number; b?: number }>({ a: required(number()) });
    // @ts-expect-error a line without an option
    of<{ a: number }>({ a: required(number()), b: optional(number(), 1) });
    // @ts-expect-error a check of another type
    of<{ a: number }>({ a: required(requireBoolean) });
    // @ts-expect-error a word that the type lacks
    of<{ a?: 'x' | 'y' }>({ a: optional(oneOf('x', 'z'), 'x') });
    // @ts-expect-error a default of another type
    of<{ a?: 'x' | 'y' }>({ a: optional(oneOf('x', 'y'), 'z') });
    // @ts-expect-error may not be left out
    of<{ a: number }>({ a: optional(number(), 1) });
    // @ts-expect-error may be left out
    of<{ a?: number }>({ a: required(number()) });
    // @ts-expect-error no default, and not among those that are open
    of<{ a?: number }>({ a: optional(number()) });
    // @ts-expect-error open, and a default
    of<{ a?: number }, 'a'>({ a: optional(number(), 1) });
    of<{ a?: number }, 'a'>({ a: optional(number()) });
    of<{ a?: () => void }, 'a'>({ a: optional(requireFunction<() => void>) });
    expect(schemas).toHaveLength(11);
  });

  it('makes settings that are never undefined, but for the open ones', () => {
    const { units, gain, mode, seed } = read({ units: 1 });
    const sum: number = units + gain;
    const word: 'fast' | 'exact' = mode;
    // @ts-expect-error may be undefined
    const start: number = seed;
    expect([sum, word, start]).toEqual([1.5, 'fast', undefined]);
  });
});
