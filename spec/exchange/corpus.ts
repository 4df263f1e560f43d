// Hostile files of the formats of bptt/exchange, each with the error that it gets.

import { readNpy, readNpz, writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { readPt } from '../../lib/exchange/pytorch.ts';
import { readSafetensors } from '../../lib/exchange/safetensors.ts';
import { writeZip } from '../../lib/exchange/zip.ts';
import * as pt from '../support/pt-bytes.ts';
import { deflated } from '../support/readers.ts';
import { TFJS_CORPUS } from './tfjs/corpus.ts';

/** What it is, how it is read, and the whole message. */
type Hostile = readonly [what: string, read: () => unknown, message: string];

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** A safetensors file of a header and data. */
function safetensors(header: unknown, data = 0, length?: bigint): Uint8Array {
  const bytes = text(typeof header === 'string' ? header : JSON.stringify(header));
  const size = new Uint8Array(BigUint64Array.of(length ?? BigInt(bytes.length)).buffer);
  return joined(size, bytes, new Uint8Array(data).fill(9));
}
const tensor = (from: number, to: number, more: object = {}): object => ({
  dtype: 'F32',
  shape: [1],
  data_offsets: [from, to],
  ...more,
});
const fromSafetensors =
  (header: unknown, data = 0, length?: bigint) =>
  () =>
    readSafetensors(safetensors(header, data, length));

/** A .npy file of a header and data. */
function npy(header: string, data = 0, version = 1): Uint8Array {
  const bytes = text(header);
  const length =
    version === 1 ? [bytes.length & 255, bytes.length >> 8] : [...new Uint8Array(Uint32Array.of(bytes.length).buffer)];
  return joined([0x93], text('NUMPY'), [version, 0], length, bytes, new Uint8Array(data));
}
const described = (descr: string, shape = '(1,)', order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
const fromNpy =
  (header: string, data = 0, version = 1) =>
  () =>
    readNpy(npy(header, data, version));

const good = writeNpz(new Map([['a', { shape: [2], dtype: 'uint8', data: Uint8Array.of(1, 2) }]]));
/** A good .npz file with other bytes in its directory. */
function edited(at: number, bytes: readonly number[], of = good): () => unknown {
  const copy = of.slice();
  copy.set(bytes, new DataView(copy.buffer).getUint32(copy.length - 6, true) + at);
  return () => readNpz(copy);
}
/** The same with other bytes in its end record. */
function ended(at: number, bytes: readonly number[]): () => unknown {
  const copy = good.slice();
  copy.set(bytes, copy.length - 22 + at);
  return () => readNpz(copy);
}
const bomb = deflated(writeZip([['a.npy', new Uint8Array(1 << 23)]]));

const floats = (size: number): Uint8Array => new Uint8Array(Float32Array.from({ length: size }, (_, k) => k).buffer);
const stored = pt.storage('0', 'FloatStorage', 4);
/** A file with one pickle, and a storage of four floats. */
const fromPickle =
  (...parts: readonly (readonly number[])[]) =>
  () =>
    readPt(pt.ptFile(parts.flat(), [floats(4)]), { at: [] });
const one = (value: readonly number[]): number[] => pt.dict([[pt.unicode('a'), [...value]]]);
const system = [...pt.call(pt.global('posix', 'system'), pt.unicode('echo'))];

/** Two names for the same bytes: many of them would be a bomb. */
function overlapping(): Uint8Array {
  const zip = writeZip([
    ['a.npy', writeNpy({ shape: [2], dtype: 'uint8', data: Uint8Array.of(1, 2) })],
    ['b.npy', writeNpy({ shape: [2], dtype: 'uint8', data: Uint8Array.of(1, 2) })],
  ]);
  const central = new DataView(zip.buffer).getUint32(zip.length - 6, true);
  zip.set([0, 0, 0, 0], central + 51 + 42);
  return zip;
}

/** A deflated file whose bytes begin with a block of a kind that does not exist. */
function undeflatable(): Uint8Array {
  const zip = deflated(good);
  zip[35] = 0xff;
  return zip;
}

export const CORPUS: readonly Hostile[] = [
  ...TFJS_CORPUS,
  [
    'safetensors: nothing',
    () => readSafetensors(new Uint8Array(0)),
    'readSafetensors: "bytes" must be a safetensors file; received 0 bytes',
  ],
  [
    'safetensors: a header that ends behind the file',
    fromSafetensors('{}', 0, 3n),
    'readSafetensors: "bytes" must have a header that lies within the file and has at most 16777216 bytes; received a header of 3 bytes in 10',
  ],
  [
    'safetensors: a page instead of a file',
    () => readSafetensors(text('<!doctype html>\n<html><body>Not found</body></html>')),
    'readSafetensors: "bytes" must have a header that lies within the file and has at most 16777216 bytes; received text: "<!doctype html>\\n<html><body>Not "…',
  ],
  [
    'safetensors: a header of 2⁶³ bytes',
    fromSafetensors('{}', 0, 2n ** 63n),
    'readSafetensors: "bytes" must have a header that lies within the file and has at most 16777216 bytes; received a header of 9223372036854776000 bytes in 10',
  ],
  [
    'safetensors: a header that is a list',
    fromSafetensors('[]'),
    'readSafetensors: "bytes" must have a JSON object as its header, each key once; received another first byte than {',
  ],
  [
    'safetensors: a header after a space',
    fromSafetensors(' {}'),
    'readSafetensors: "bytes" must have a JSON object as its header, each key once; received another first byte than {',
  ],
  [
    'safetensors: a name twice',
    fromSafetensors('{"a":{},"a":{}}'),
    'readSafetensors: "bytes" must have a JSON object as its header, each key once; received the key "a" twice',
  ],
  [
    'safetensors: the name __proto__',
    fromSafetensors('{"__proto__":{}}'),
    'readSafetensors: "bytes" must have a JSON object as its header, each key once; received the key "__proto__"',
  ],
  [
    'safetensors: nested lists',
    fromSafetensors(`{"a":${'['.repeat(99)}`),
    'readSafetensors: "bytes" must have a JSON object as its header, each key once; received more than 16 levels',
  ],
  [
    'safetensors: metadata of numbers',
    fromSafetensors({ __metadata__: { a: 1 } }),
    'readSafetensors: "bytes" must have metadata of strings; received an object (Object)',
  ],
  [
    'safetensors: an unknown type',
    fromSafetensors({ a: tensor(0, 4, { dtype: 'F8_E4M3' }) }, 4),
    'readSafetensors: "bytes" must contain tensors of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL; received "a" of "F8_E4M3"',
  ],
  [
    'safetensors: a type of every object',
    fromSafetensors({ a: tensor(0, 4, { dtype: 'constructor' }) }, 4),
    'readSafetensors: "bytes" must contain tensors of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL; received "a" of "constructor"',
  ],
  [
    'safetensors: a negative size',
    fromSafetensors({ a: tensor(0, 4, { shape: [-1] }) }, 4),
    'readSafetensors: "bytes" must have a shape for each tensor; received "a": [-1]',
  ],
  [
    'safetensors: a shape of 2⁵³ elements',
    fromSafetensors({ a: tensor(0, 4, { shape: [2 ** 53 - 1, 2 ** 53 - 1] }) }, 4),
    'readSafetensors: "bytes" must have the 3.2451855365842665e+32 bytes that the shape of "a" needs; received 4 bytes',
  ],
  [
    'safetensors: nine axes',
    fromSafetensors({ a: tensor(0, 4, { shape: [1, 1, 1, 1, 1, 1, 1, 1, 1] }) }, 4),
    'readSafetensors: "bytes" must have a shape for each tensor; received "a": [1, 1, 1, 1, 1, 1, 1, 1, …]',
  ],
  [
    'safetensors: a gap',
    fromSafetensors({ a: tensor(4, 8) }, 8),
    'readSafetensors: "bytes" must contain its tensors without gaps or overlaps; received "a" at byte 4, not 0',
  ],
  [
    'safetensors: an overlap',
    fromSafetensors({ a: tensor(0, 4), b: tensor(0, 4) }, 8),
    'readSafetensors: "bytes" must contain its tensors without gaps or overlaps; received "b" at byte 0, not 4',
  ],
  [
    'safetensors: bytes at the end',
    fromSafetensors({ a: tensor(0, 4) }, 5),
    'readSafetensors: "bytes" must end after its last tensor, at byte 66; received 67 bytes',
  ],
  [
    'safetensors: offsets in the wrong order',
    fromSafetensors({ a: tensor(4, 0) }, 4),
    'readSafetensors: "bytes" must have the 4 bytes that the shape of "a" needs; received -4 bytes',
  ],
  [
    'safetensors: a bool of 9',
    fromSafetensors({ a: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, 1),
    'readSafetensors: "bytes" must hold 0 or 1 in elements of bool, of the tensor "a"; received 9 at element 0',
  ],
  [
    '.npy: another first byte',
    () => readNpy(text('PK........')),
    'readNpy: "bytes" must begin as a .npy file does; received 10 other bytes',
  ],
  [
    '.npy: version 4',
    fromNpy(described("'<f4'"), 4, 4),
    'readNpy: "bytes" must have version 1, 2 or 3 of the format; received 4.0',
  ],
  [
    '.npy: a header that ends behind the file',
    () => readNpy(npy(described("'<f4'")).subarray(0, 20)),
    'readNpy: "bytes" must have a header that lies within the file and has at most 65536 bytes; received 57 bytes',
  ],
  [
    '.npy: Python objects',
    fromNpy(described("'|O'"), 8),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "|O", Python objects, which need code to be read',
  ],
  [
    '.npy: structures',
    fromNpy(described("[('a', '<f4')]"), 4),
    'readNpy: "bytes" must hold numbers; received an array of structures',
  ],
  [
    '.npy: raw bytes',
    fromNpy(described("'|V2'"), 2),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "|V2", raw bytes or structures',
  ],
  [
    '.npy: complex numbers',
    fromNpy(described("'<c8'"), 8),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "<c8", complex numbers',
  ],
  [
    '.npy: texts',
    fromNpy(described("'<U3'"), 12),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "<U3", texts',
  ],
  [
    '.npy: long doubles',
    fromNpy(described("'<f16'"), 16),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "<f16", floats of another size',
  ],
  [
    '.npy: dates',
    fromNpy(described("'<M8[ns]'"), 8),
    'readNpy: "bytes" must hold floats of 2 to 8 bytes, integers or bools; received dtype "<M8[ns]", dates',
  ],
  [
    '.npy: a call in the header',
    fromNpy("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}"),
    "readNpy: \"bytes\" must have a header with 'descr', 'fortran_order' and 'shape', each once; received \"{'descr': __import__('os'), 'fortran_order': False, 'shape':\"",
  ],
  [
    '.npy: a key twice',
    fromNpy("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", 4),
    "readNpy: \"bytes\" must have a header with 'descr', 'fortran_order' and 'shape', each once; received \"{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}\"",
  ],
  [
    '.npy: another key',
    fromNpy("{'descr': '<f4', 'order': False, 'shape': (1,)}", 4),
    "readNpy: \"bytes\" must have a header with 'descr', 'fortran_order' and 'shape', each once; received \"{'descr': '<f4', 'order': False, 'shape': (1,)}\"",
  ],
  [
    '.npy: content after the header',
    fromNpy(`${described("'<f4'")} 1`, 4),
    "readNpy: \"bytes\" must have a header with 'descr', 'fortran_order' and 'shape', each once; received \"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } 1\"",
  ],
  [
    '.npy: a shape that is no tuple',
    fromNpy(described("'<f4'", '(1)'), 4),
    'readNpy: "bytes" must have a shape of at most 8 axes; received (1)',
  ],
  [
    '.npy: a huge shape',
    fromNpy(described("'<f4'", '(9999999999999, 9999999999999)'), 4),
    'readNpy: "bytes" must have 3.9999999999992e+26 bytes for [9999999999999, 9999999999999] of float32; received 4 bytes',
  ],
  [
    '.npy: a size of 17 digits',
    fromNpy(described("'<f4'", '(99999999999999999,)'), 4),
    'readNpy: "bytes" must have a shape of at most 8 axes; received (99999999999999999,)',
  ],
  [
    '.npy: nine axes',
    fromNpy(described("'<f4'", '(1, 1, 1, 1, 1, 1, 1, 1, 1)'), 4),
    'readNpy: "bytes" must have a shape of at most 8 axes; received (1, 1, 1, 1, 1, 1, 1, 1, 1)',
  ],
  [
    '.npy: a byte too many',
    fromNpy(described("'<f4'"), 5),
    'readNpy: "bytes" must have 4 bytes for [1] of float32; received 5 bytes',
  ],
  [
    '.npz: fewer bytes than an end record',
    () => readNpz(text('PKPKPKPKPKPKPKPKPKPKP')),
    'readNpz: "bytes" must end with the directory of a zip archive; received 21 bytes without one',
  ],
  [
    '.npz: no archive',
    () => readNpz(text('not a zip archive, but long enough for one')),
    'readNpz: "bytes" must end with the directory of a zip archive; received 42 bytes without one',
  ],
  [
    '.npz: a bomb',
    () => readNpz(bomb),
    'readNpz: "bytes" must inflate to at most 4202569 bytes; received 8388608 bytes. If you trust the file, read it with { maxBytes: 8388608 }',
  ],
  [
    '.npz: a bomb that hides its size',
    edited(24, [4, 0, 0, 0], bomb),
    'readNpz: "bytes" must inflate "a.npy" to 4 bytes; received more',
  ],
  [
    '.npz: another size than it has',
    edited(24, [0, 0, 0x40, 0], deflated(good)),
    'readNpz: "bytes" must inflate "a.npy" to 4194304 bytes; received 130 bytes',
  ],
  [
    '.npz: a wrong checksum',
    edited(16, [0, 0, 0, 0]),
    'readNpz: "bytes" must have the checksum 00000000 of "a.npy" in its zip directory; received 5f650262',
  ],
  ['.npz: an encrypted file', edited(8, [1]), 'readNpz: "bytes" must not be encrypted; received "a.npy"'],
  [
    '.npz: another method',
    edited(10, [12]),
    'readNpz: "bytes" must hold files that are stored or deflated; received "a.npy" with method 12',
  ],
  [
    '.npz: a stored file of another size',
    edited(24, [1, 0, 0, 0]),
    'readNpz: "bytes" must store files as they are; received "a.npy" of 1 bytes in 130',
  ],
  [
    '.npz: a file behind the end',
    edited(42, [0, 0, 0, 1]),
    'readNpz: "bytes" must have files that lie before the zip directory; received "a.npy", 130 bytes at 16777216',
  ],
  [
    '.npz: a name that is not UTF-8',
    edited(46, [0xff]),
    'readNpz: "bytes" must have names of files in UTF-8; received other bytes in file 0',
  ],
  ['.npz: another file', edited(50, [0x78]), 'readNpz: "bytes" must hold only .npy files; received "a.npx"'],
  [
    '.npz: more files than there are',
    ended(10, [2]),
    'readNpz: "bytes" must have a zip directory of 2 files; received 1 files',
  ],
  [
    '.npz: 65,535 files',
    ended(10, [0xff, 0xff]),
    'readNpz: "bytes" must have fewer than 65,535 files in at most 4 GiB; received a larger zip archive',
  ],
  [
    '.npz: a directory behind the end',
    ended(16, [0, 0, 0, 1]),
    'readNpz: "bytes" must have its zip directory before its end; received 51 bytes at 16777216, end at 216',
  ],
  [
    '.npz: a name twice',
    () =>
      readNpz(
        writeZip([
          ['a.npy', writeNpy({ shape: [], dtype: 'uint8', data: Uint8Array.of(1) })],
          ['a.npy', new Uint8Array(0)],
        ]),
      ),
    'readNpz: "bytes" must have each file once in its zip directory; received "a.npy" twice',
  ],
  [
    '.npz: files that overlap',
    () => readNpz(overlapping()),
    'readNpz: "bytes" must have files that do not overlap; received "b.npy"',
  ],
  [
    '.npz: bytes that are not deflated',
    () => readNpz(undeflatable()),
    'readNpz: "bytes" must inflate "a.npy" to 130 bytes; received bytes that are not deflated',
  ],
  [
    '.pt: nothing',
    () => readPt(new Uint8Array(0)),
    'readPt: "bytes" must be a zip archive, as torch.save writes; received 0 other bytes',
  ],
  [
    '.pt: another archive',
    () => readPt(writeZip([['a', new Uint8Array(1)]])),
    'readPt: "bytes" must be a file that torch.save wrote; received a zip archive with 0 files data.pkl',
  ],
  [
    '.pt: a call of os.system',
    fromPickle(one(system)),
    'readPt: "bytes" must hold only tensors, dictionaries, lists, numbers and texts; received "posix.system", which would have to be executed. In Python: torch.save(model.state_dict(), path)',
  ],
  [
    '.pt: a name of builtins',
    fromPickle(one(pt.global('builtins', 'eval'))),
    'readPt: "bytes" must hold only tensors, dictionaries, lists, numbers and texts; received "builtins.eval", which would have to be executed. In Python: torch.save(model.state_dict(), path)',
  ],
  [
    '.pt: an instance of a class',
    fromPickle(one([0x29, 0x81])),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received the opcode NEWOBJ (0x81) at byte 11',
  ],
  [
    '.pt: a name with a break',
    fromPickle(one(pt.global('torch', 'x'.repeat(300)))),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a name without an end',
  ],
  [
    '.pt: a call of a type of storages',
    fromPickle(one(pt.call(pt.global('torch', 'FloatStorage')))),
    'readPt: "bytes" must call torch FloatStorage as PyTorch does; received []',
  ],
  [
    '.pt: a call of a text',
    fromPickle(one([...pt.unicode('a'), 0x29, 0x52])),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a call of no function',
  ],
  [
    '.pt: an unknown persistent id',
    fromPickle(one([...pt.tuple(pt.unicode('module')), 0x51])),
    'readPt: "bytes" must refer to storages of tensors; received ["module"]',
  ],
  [
    '.pt: a storage that is missing',
    fromPickle(one(pt.view(pt.storage('7', 'FloatStorage', 4), 0, [4], [1]))),
    'readPt: "bytes" must contain the file "archive/data/7"; received none',
  ],
  [
    '.pt: a storage of another size',
    fromPickle(one(pt.view(pt.storage('0', 'FloatStorage', 5), 0, [4], [1]))),
    'readPt: "bytes" must have a storage "0" of 5 elements; received 4',
  ],
  [
    '.pt: a storage of half elements',
    fromPickle(one(pt.view(pt.storage('0', 'DoubleStorage', 4), 0, [4], [1]))),
    'readPt: "bytes" must have a storage "0" of 4 elements; received 2',
  ],
  [
    '.pt: a storage of two types',
    fromPickle(
      pt.dict([
        [pt.unicode('a'), pt.view(stored, 0, [4], [1])],
        [pt.unicode('b'), pt.view(pt.storage('0', 'IntStorage', 4), 0, [4], [1])],
      ]),
    ),
    'readPt: "bytes" must give each storage one type; received "0" of float32 and int32',
  ],
  [
    '.pt: a tensor behind its storage',
    fromPickle(one(pt.view(stored, 1, [4], [1]))),
    'readPt: "bytes" must have tensors that lie in their storages; received element 4 of 4',
  ],
  [
    '.pt: a negative stride',
    fromPickle(one(pt.view(stored, 3, [4], [-1]))),
    'readPt: "bytes" must have tensors with offset, shape and strides, of at most 8 axes; received [3, [4], [-1]]',
  ],
  [
    '.pt: a tensor of 10¹⁸ elements',
    fromPickle(one(pt.view(stored, 0, [1_000_000_000, 1_000_000_000], [0, 0]))),
    'readPt: "bytes" must not expand its tensors to many times their storage; received a tensor of [1000000000, 1000000000]',
  ],
  [
    '.pt: a stride too few',
    fromPickle(one(pt.view(stored, 0, [2, 2], [1]))),
    'readPt: "bytes" must have a stride for each axis; received [2, 2] and [1]',
  ],
  [
    '.pt: a tensor with the signs reversed',
    fromPickle(
      one(
        pt.call(
          pt.global('torch._utils', '_rebuild_tensor_v2'),
          stored,
          pt.int(0),
          pt.tuple(pt.int(1)),
          pt.tuple(pt.int(1)),
          [0x89],
          pt.call(pt.global('collections', 'OrderedDict')),
          pt.dict([[pt.unicode('neg'), [0x88]]]),
        ),
      ),
    ),
    'readPt: "bytes" must hold tensors of the numbers in their storages; received one with ["neg"]',
  ],
  [
    '.pt: a tensor of a text',
    fromPickle(one(pt.view(pt.unicode('a'), 0, [1], [1]))),
    'readPt: "bytes" must call torch._utils _rebuild_tensor_v2 as PyTorch does; received ["a", 0, [1], [1], false, an object (Map)]',
  ],
  [
    '.pt: no value',
    fromPickle([]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a missing value',
  ],
  [
    '.pt: two values',
    fromPickle([0x4e, 0x4e]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received content after the value',
  ],
  [
    '.pt: an unknown value',
    fromPickle([0x68, 9]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received the unknown value 9',
  ],
  [
    '.pt: a value with a huge number',
    fromPickle([0x4e, 0x72, 0xff, 0xff, 0xff, 0x7f]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received more than 262144 values that are named again',
  ],
  [
    '.pt: a number behind the end',
    fromPickle([0x4a, 1]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received an unexpected end',
  ],
  [
    '.pt: a text behind the end',
    fromPickle([0x58, 0xff, 0xff, 0xff, 0x7f]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received an unexpected end',
  ],
  [
    '.pt: a text that is not UTF-8',
    fromPickle([0x58, 1, 0, 0, 0, 0xff]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a text that is not UTF-8',
  ],
  [
    '.pt: an integer of 200 bytes',
    fromPickle([0x8a, 200, ...new Uint8Array(200)]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received an integer of 200 bytes',
  ],
  [
    '.pt: a key that is a list',
    fromPickle([0x7d, 0x5d, 0x4e, 0x73]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a key that is neither a text nor a number',
  ],
  [
    '.pt: an entry of a text',
    fromPickle([...pt.unicode('a'), 0x4e, 0x61]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received entries of no list',
  ],
  [
    '.pt: a missing mark',
    fromPickle([0x4e, 0x74]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received a missing mark',
  ],
  [
    '.pt: attributes of a text',
    fromPickle([...pt.unicode('a'), 0x7d, 0x62]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received attributes of no dictionary',
  ],
  [
    '.pt: 70,000 dictionaries',
    fromPickle([0x5d, 0x28, ...new Uint8Array(70_000).fill(0x7d), 0x65]),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received more than 65536 values at once',
  ],
  [
    '.pt: protocol 0',
    () => readPt(writeZip([['a/data.pkl', text('(dp0\n.')]])),
    'readPt: "bytes" must hold a pickle of protocol 2 to 5 with the values of a state dict; received another first byte',
  ],
  [
    '.pt: a dictionary in itself',
    () => readPt(pt.ptFile([0x7d, 0x71, 0, ...pt.unicode('a'), 0x68, 0, 0x73], [])),
    'readPt: "bytes" must hold a state dict, or "at" say where it is in a checkpoint; received a dictionary of a',
  ],
  [
    '.pt: a byte order of its own',
    () =>
      readPt(
        writeZip([
          ['a/data.pkl', Uint8Array.of(0x80, 2, 0x7d, 0x2e)],
          ['a/byteorder', text('middle')],
        ]),
      ),
    'readPt: "bytes" must have a byteorder of \'little\' or \'big\'; received "middle"',
  ],
  [
    '.pt: two pickles',
    () =>
      readPt(
        writeZip([
          ['a/data.pkl', new Uint8Array(1)],
          ['b/data.pkl', new Uint8Array(1)],
        ]),
      ),
    'readPt: "bytes" must be a file that torch.save wrote; received a zip archive with 2 files data.pkl',
  ],
];
