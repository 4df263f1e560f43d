import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { readJson } from '../../lib/formats/strict-json.ts';

class Refused extends Error {}

function read(text: string | Uint8Array): unknown {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readJson(bytes, (received) => {
    throw new Refused(received);
  });
}

/** What a text is refused with; what it is read as, where it is not. */
function refusal(text: string | Uint8Array): unknown {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

const integers = fc.maxSafeInteger().map((n) => n + 0);
const strings = fc.string({ unit: 'binary' }); // JSON.stringify escapes lone surrogates
const keys = strings.filter((key) => key !== '__proto__');
const { tree } = fc.letrec((tie) => ({
  leaf: fc.oneof(integers, strings, fc.boolean(), fc.constant(null)),
  list: fc.array(tie('tree'), { maxLength: 4 }),
  object: fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
  tree: fc.oneof({ maxDepth: 8, withCrossShrink: true }, tie('leaf'), tie('list'), tie('object')),
}));

describe('readJson', () => {
  test.prop([tree, fc.constantFrom(0, 1, '\t', '\r\n ')])('reads what JSON.stringify writes', (value, space) => {
    const text = JSON.stringify(value, null, space);
    expect(JSON.stringify(read(text))).toBe(JSON.stringify(value));
  });

  test.prop(
    [fc.array(fc.constantFrom(...'[]{},:"\\ue0019-tfn \n.'), { maxLength: 12 }).map((parts) => parts.join(''))],
    {
      numRuns: 3000,
    },
  )('refuses whatever JSON.parse refuses', (text) => {
    let found: unknown;
    try {
      found = read(text);
    } catch (error) {
      expect(error).toBeInstanceOf(Refused);
      return;
    }
    expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('replaces every escape', () => {
    expect(read(String.raw`"\"\\\/\b\f\n\r\té\uD83D\uDE00"`)).toBe('"\\/\b\f\n\r\té😀');
    expect(read(String.raw`{"a\"b\\":1,"c":"}\"]"}`)).toEqual({ 'a"b\\': 1, c: '}"]' });
    expect(() => read(String.raw`{"a":1,"\u0061":2}`)).toThrow('the key "a" twice');
  });

  it('makes objects without a prototype', () => {
    expect(Object.getPrototypeOf(read('{"constructor":1}'))).toBeNull();
  });

  it.each([
    ['', 'an unexpected end'],
    [' ', 'an unexpected end'],
    ['[1', 'an unexpected end'],
    ['"a', 'an unexpected end'],
    ['"\\', 'an unexpected end'],
    ['"\\u00e', 'an unexpected end'],
    ['{"a"', 'an unexpected end'],
    ['[1]x', '"x" at byte 3'],
    ['[1,]', '"]" at byte 3'],
    ['{"a":1,}', '"}" at byte 7'],
    ['{a:1}', '"a" at byte 1'],
    ['"\\x"', '"x" at byte 2'],
    ['"\\u00g0"', '"g" at byte 5'],
    ['"\n"', '"\\n" at byte 1'],
    ['nul', '"n" at byte 0'],
    ['1.5', '"." at byte 1'],
    ['1e3', '"e" at byte 1'],
    ['-', '- at byte 0, which is not a safe integer'],
    ['-0', '-0 at byte 0, which is not a safe integer'],
    ['012', '012 at byte 0, which is not a safe integer'],
    ['9007199254740992', '9007199254740992 at byte 0, which is not a safe integer'],
    ['12345678901234567890', '12345678901234567 at byte 0, which is not a safe integer'],
    ['{"a":{"a":1,"b":2,"a":3}}', 'the key "a" twice'],
    ['{"__proto__":1}', 'the key "__proto__"'],
    ['\u00a01', '"Â" at byte 0'],
  ])('refuses %j', (text, received) => {
    expect(refusal(text)).toBe(received);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(Uint8Array.of(0x22, 0xc3, 0x22))).toBe('bytes that are not UTF-8');
  });

  it.each([
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['0', 0],
    [' \t\r\n10 ', 10],
  ])('reads %j', (text, value) => {
    expect(read(text)).toBe(value);
  });

  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const list = (values: number): string => `[${'0,'.repeat(values - 2)}0]`;

  it('reads 17 lists, 16 levels below the first, and 8,192 values, and no more', () => {
    expect(JSON.stringify(read(nested(17)))).toBe(nested(17));
    expect(refusal(nested(18))).toBe('more than 16 levels');
    expect(read(list(8192))).toHaveLength(8191);
    expect(refusal(list(8193))).toBe('more than 8192 values');
  });
});

describe('readJson with fractions', () => {
  const readAny = (text: string): unknown => {
    const fail = (received: string): never => {
      throw new Refused(received);
    };
    return readJson(new TextEncoder().encode(text), fail, true);
  };

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0))])(
    'reads every finite number that JSON.stringify writes',
    (value) => expect(readAny(JSON.stringify([value, { value }]))).toEqual([value, { value }]),
  );

  it.each(['1.0', '-0', '1e400', '01', '.5', '5.', '1e3', '1E+21', '--1', '1-1', '0.1000000000000000055', '-', '+1'])(
    'refuses %s',
    (text) => expect(() => readAny(text)).toThrow(Refused),
  );
});
