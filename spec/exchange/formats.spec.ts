import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { bfloatBits, halfBits, widenBfloats, widenHalves } from '../../lib/exchange/narrow-floats.ts';
import { readNpy, readNpz, toTensor, writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { type ForeignArray, type ForeignData, readPt } from '../../lib/exchange/pytorch.ts';
import { readSafetensors, writeSafetensors } from '../../lib/exchange/safetensors.ts';
import { tensor, zeros } from '../../lib/index.ts';
import { dict, ptBytes, ptFile, unicode } from '../support/pt-bytes.ts';
import { deflated } from '../support/readers.ts';

const TYPES: Readonly<Record<string, { from(list: never[]): ForeignData }>> = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as never;

/** Random arrays of some types, with the least and greatest numbers of each now and then. */
function arraysOf(types: readonly string[]) {
  const array = fc
    .record({
      dtype: fc.constantFrom(...types),
      shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      seed: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 27, maxLength: 27 }),
    })
    .map(({ dtype, shape, seed }): ForeignArray => {
      const size = shape.reduce((a, b) => a * b, 1);
      const numbers = seed
        .slice(0, size)
        .map((v) =>
          dtype.startsWith('u') ? Math.abs(v) : dtype === 'bool' ? v & 1 : dtype.includes('float') ? v / 4 : v,
        );
      const big = dtype === 'int64' || dtype === 'uint64';
      return {
        dtype,
        shape,
        data: TYPES[dtype]!.from((big ? numbers.map((v) => BigInt(v) * 2n ** 56n) : numbers) as never[]),
      };
    });
  return fc
    .dictionary(
      fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !name.startsWith('__')),
      array,
      { maxKeys: 5 },
    )
    .map((record) => new Map(Object.entries(record)));
}

const sorted = (arrays: ReadonlyMap<string, ForeignArray>): unknown => [...arrays].sort(([a], [b]) => (a < b ? -1 : 1));
const NUMPY = Object.keys(TYPES).filter((name) => name !== 'bfloat16');
const STORED = ['float64', 'float32', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'];

describe('arrays come back as they were', () => {
  test.prop([arraysOf(Object.keys(TYPES)), fc.dictionary(fc.string(), fc.string())])(
    'from safetensors',
    (arrays, given) => {
      const metadata = Object.fromEntries(Object.entries(given).filter(([key]) => key !== '__proto__'));
      const read = readSafetensors(writeSafetensors(arrays, { metadata }));
      expect(sorted(read.arrays)).toEqual(sorted(arrays));
      expect({ ...read.metadata }).toEqual(metadata);
    },
  );

  test.prop([arraysOf(NUMPY)])('from .npz, stored and deflated, and from .npy', async (arrays) => {
    const bytes = writeNpz(arrays);
    expect([...(await readNpz(bytes))]).toEqual([...arrays]);
    if (arrays.size > 0) expect([...(await readNpz(deflated(bytes)))]).toEqual([...arrays]);
    for (const array of arrays.values()) expect(readNpy(writeNpy(array))).toEqual(array);
  });

  test.prop([arraysOf(STORED)])('from .pt', (arrays) => {
    expect([...readPt(ptBytes(arrays), { at: [] }).arrays]).toEqual([...arrays]);
  });
});

describe('floats of 16 bits', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, k) => k);
  it('come back from float32, all of them', () => {
    const [halves, bfloats] = [widenHalves(all), widenBfloats(all)];
    let wrong = 0;
    for (let k = 0; k < all.length; k++) {
      if (
        Number.isNaN(halves[k])
          ? !Number.isNaN(widenHalves(Uint16Array.of(halfBits(halves[k]!)))[0])
          : halfBits(halves[k]!) !== k
      )
        wrong++;
      if (!Number.isNaN(bfloats[k]) && bfloatBits(bfloats[k]!) !== k) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x0400, 2 ** -14],
    [0x03ff, 1023 * 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x7c00, Infinity],
    [0x8000, -0],
  ])('float16 %i is %d', (bits, value) => {
    expect(widenHalves(Uint16Array.of(bits))[0]).toBe(value);
  });

  it('hold no other numbers', () => {
    for (const value of [65_520, 1 + 2 ** -11, 2 ** -25, 1e-30, 2 ** -14 + 2 ** -25, 3.4e38])
      expect(halfBits(value)).toBe(-1);
    for (const value of [1 + 2 ** -8, 1e-40]) expect(bfloatBits(value)).toBe(-1);
  });
});

/** A .npy file with a header of its own. */
function npy(header: string, data: readonly number[], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...text, ...data]);
}

describe('.npy files', () => {
  it.each([1, 2, 3])('of version %i, big-endian, in the order of Fortran', (version) => {
    const header = "{'shape': (2L, 3), 'fortran_order': True, 'descr': '>i2'}\n";
    const data = [1, 4, 2, 5, 3, 6].flatMap((v) => [1, v]);
    expect(readNpy(npy(header, data, version))).toEqual({
      shape: [2, 3],
      dtype: 'int16',
      data: Int16Array.of(257, 258, 259, 260, 261, 262),
    });
  });

  it('have the header that NumPy writes, and data at a multiple of 64', () => {
    const bytes = writeNpy(zeros([3]));
    expect(new TextDecoder('latin1').decode(bytes.subarray(0, 128))).toBe(
      `\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }${' '.repeat(60)}\n`,
    );
    expect(bytes.length).toBe(128 + 12);
  });

  it('of a strided view have its elements in order', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(toTensor(readNpy(writeNpy(x.T))).toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(readNpy(writeNpy({ data: Int8Array.of(1, 2, 3, 4), shape: [2], stride: [-2], offset: 3 }))).toEqual({
      shape: [2],
      dtype: 'int8',
      data: Int8Array.of(4, 2),
    });
  });
});

it('a compressed .npz file is inflated up to the limit that the caller sets', async () => {
  const arrays = new Map([['x', { shape: [1 << 21], dtype: 'float32', data: new Float32Array(1 << 21) }]]);
  const bytes = deflated(writeNpz(arrays));
  await expect(readNpz(bytes)).rejects.toThrow('If you trust the file, read it with { maxBytes: 8388736 }');
  expect((await readNpz(bytes, { maxBytes: 8388736 })).get('x')!.data.length).toBe(1 << 21);
});

it('larger elements come first in a safetensors file, so that all are aligned', () => {
  const arrays = new Map<string, ForeignArray>([
    ['a', { shape: [3], dtype: 'uint8', data: Uint8Array.of(1, 2, 3) }],
    ['b', { shape: [1], dtype: 'float64', data: Float64Array.of(4) }],
    ['c', { shape: [1], dtype: 'float16', data: Float32Array.of(5) }],
  ]);
  expect([...readSafetensors(writeSafetensors(arrays)).arrays.keys()]).toEqual(['b', 'c', 'a']);
});

it('integers of Python have their sign, and are bigints beyond 2⁵³', () => {
  const long = (...bytes: number[]): number[] => [0x8a, bytes.length, ...bytes];
  const entries = { a: long(0xfe), b: long(0, 1), c: long(0, 0, 0, 0, 0, 0, 0, 0x80), d: long() };
  const pickle = dict(Object.entries(entries).map(([name, value]) => [unicode(name), value]));
  expect([...readPt(ptFile(pickle, []), { at: [] }).others.values()]).toEqual([-2, 256, -(2n ** 63n), 0]);
});
