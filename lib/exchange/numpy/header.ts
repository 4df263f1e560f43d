// The header of a .npy file: a dictionary of Python with the element type, the order and the shape.

import { describe } from '../../describe.ts';
import { unfit } from '../../formats/safetensors.ts';
import { isIntegers } from '../../tensor/layout.ts';
import { RANK_LIMIT } from '../foreign-array.ts';

/** Element types by NumPy's code without the order of bytes: kind and size. */
const CODES: Readonly<Record<string, string>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u8: 'uint64',
  u4: 'uint32',
  u2: 'uint16',
  u1: 'uint8',
  b1: 'bool',
};

/** Other kinds of elements, in words. */
const KINDS: Readonly<Record<string, string>> = {
  O: 'Python objects, which need code to be read',
  c: 'complex numbers',
  f: 'floats of another size',
  U: 'texts',
  S: 'byte strings',
  a: 'byte strings',
  V: 'raw bytes or structures',
  M: 'dates',
  m: 'time differences',
};

/** What a header says. */
export interface NpyHeader {
  readonly dtype: string;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const KEYS = "have a header with 'descr', 'fortran_order' and 'shape', each once";
const TOKEN = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(True|False)|\(([\d,\sL]*)\)|(\[)|([{}:,]))/y;

/** Reads the text of a header. It is read by hand: nothing is evaluated. */
export function readHeader(where: string, text: string): NpyHeader {
  TOKEN.lastIndex = 0;
  const next = (): RegExpExecArray => TOKEN.exec(text) ?? unfit(where, KEYS, describe(text.slice(0, 60)));
  const mark = (expected: string): boolean => next()[6] === expected;
  const found = new Map<string, RegExpExecArray>();
  if (!mark('{')) unfit(where, KEYS, describe(text.slice(0, 60)));
  for (let token = next(); token[6] !== '}'; token = next()) {
    const key = token[1] ?? token[2];
    if (key === undefined || found.has(key) || found.size === 3 || !mark(':'))
      return unfit(where, KEYS, describe(text.slice(0, 60)));
    const value = next();
    if (value[5] !== undefined) unfit(where, 'hold numbers', 'an array of structures');
    found.set(key, value);
    const { lastIndex } = TOKEN;
    if (next()[6] !== ',') TOKEN.lastIndex = lastIndex;
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  const code = descr?.[1] ?? descr?.[2];
  if (
    code === undefined ||
    order?.[3] === undefined ||
    shape?.[4] === undefined ||
    /\S/.test(text.slice(TOKEN.lastIndex))
  ) {
    return unfit(where, KEYS, describe(text.slice(0, 60)));
  }
  return { ...elementType(where, code), fortranOrder: order[3] === 'True', shape: lengths(where, shape[4]) };
}

function elementType(where: string, code: string): Pick<NpyHeader, 'dtype' | 'littleEndian'> {
  const [order, rest] = [code[0]!, code.slice(1)];
  const dtype = Object.hasOwn(CODES, rest) ? CODES[rest]! : undefined;
  const single = rest.endsWith('1');
  if (dtype === undefined || !(order === '<' || order === '>' || (order === '|' && single))) {
    const kind = KINDS[/^[<>|=]?(.)/.exec(code)?.[1] ?? ''];
    return unfit(
      where,
      'hold floats of 2 to 8 bytes, integers or bools',
      `dtype ${describe(code)}${kind === undefined ? '' : `, ${kind}`}`,
    );
  }
  return { dtype, littleEndian: order !== '>' };
}

/** `3, 4` or `3,`; Python 2 wrote `3L, 4L`. */
function lengths(where: string, text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const shape = parts.map((part) => (/^\d{1,16}L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  const isTuple = parts.length !== 1 || text.includes(',');
  if (isTuple && isIntegers(shape, 0) && shape.length <= RANK_LIMIT) return shape;
  return unfit(where, `have a shape of at most ${RANK_LIMIT} axes`, `(${text.slice(0, 60)})`);
}

/** The text of a header for little-endian elements in row-major order; undefined for a type that NumPy lacks. */
export function headerText(dtype: string, shape: readonly number[]): string | undefined {
  const code = Object.keys(CODES).find((key) => CODES[key] === dtype);
  if (code === undefined) return undefined;
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  return `{'descr': '${code.endsWith('1') ? '|' : '<'}${code}', 'fortran_order': False, 'shape': (${tuple}), }`;
}
