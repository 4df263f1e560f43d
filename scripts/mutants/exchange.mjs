const GATES = { killedBy: 'spec/exchange/gates.spec.ts' };
const TAKER = { killedBy: 'spec/exchange/taker.spec.ts' };
const DICTS = { killedBy: 'spec/golden/statedicts.spec.ts' };
const PYTORCH = { killedBy: 'spec/exchange/pytorch.spec.ts' };
const FORMATS = { killedBy: 'spec/exchange/formats.spec.ts' };
const HOSTILE = { killedBy: 'spec/exchange/hostile.spec.ts', test: 'corpus' };

/** Mutants that read or write files of other libraries wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const exchange = {
  'lib/exchange/gates.ts': [
    { name: 'gates: no sign', find: 'negated.includes(gate) ? -1 : 1', replace: '1', ...GATES },
    { name: 'gates: the order of the cell', find: 'k < 0 ? refuse', replace: 'k < -9 ? refuse', ...GATES },
    {
      name: 'gates: the second bias of the candidate added',
      find: '!== apart) values',
      replace: '!== -1) values',
      ...GATES,
    },
    {
      name: 'gates: a second bias not added',
      find: 'values[own]! + sign * second',
      replace: 'values[own]! + 0 * second',
      ...GATES,
    },
    {
      name: 'gates: a projection not turned',
      find: "layout.blocks === 'rows' ? c * rows + r : r * columns + c, 1",
      replace: 'r * columns + c, 1',
      ...DICTS,
    },
    {
      name: 'gates: infinities assigned',
      find: 'if (bad >= 0) refuse(where, parameter.name',
      replace: 'if (bad > 9) refuse(where, parameter.name',
      ...GATES,
    },
  ],
  'lib/exchange/taker.ts': [
    {
      name: 'arrays: any shape',
      find: 'if (difference !== undefined) {',
      replace: 'if (difference === null) {',
      ...TAKER,
    },
    {
      name: 'arrays: unused ones kept',
      find: 'if (left.length === 0) return;',
      replace: 'if (left.length >= 0) return;',
      ...TAKER,
    },
  ],
  'lib/exchange/exact-floats.ts': [
    {
      name: 'arrays: rounded',
      find: "dtype === 'float32' && fround",
      replace: "dtype === 'float64' && fround",
      ...TAKER,
    },
    {
      name: 'arrays: integers beyond 2⁵³',
      find: 'BigInt(value) !== given',
      replace: 'BigInt(value) === -1n',
      ...TAKER,
    },
  ],
  'lib/exchange/narrow-floats.ts': [
    { name: 'float16: another bias', find: 'exponent + 112) << 23', replace: 'exponent + 111) << 23', ...FORMATS },
    {
      name: 'float16: subnormals of another size',
      find: 'fraction * 2 ** -24',
      replace: 'fraction * 2 ** -25',
      ...FORMATS,
    },
    { name: 'float16: cut off', find: '(fraction & 0x1fff) === 0', replace: '(fraction & 0xfff) === 0', ...FORMATS },
    { name: 'bfloat16: cut off', find: '(bits & 0xffff) === 0', replace: '(bits & 0x7fff) === 0', ...FORMATS },
  ],
  'lib/exchange/elements.ts': [
    {
      name: 'elements: bytes never swapped',
      find: 'if (littleEndian !== LITTLE_ENDIAN)',
      replace: 'if (littleEndian === undefined)',
      ...FORMATS,
    },
  ],
  'lib/exchange/zip.ts': [
    {
      name: 'zip: any checksum',
      find: 'if (found === crc) return bytes;',
      replace: 'if (found !== -1) return bytes;',
      ...HOSTILE,
    },
    { name: 'zip: overlaps', find: 'from < places[k - 1]!.to', replace: 'from < 0', ...HOSTILE },
    { name: 'zip: a name twice', find: 'if (entries.has(name)) unfit', replace: "if (name === '') unfit", ...HOSTILE },
    { name: 'zip: encrypted', find: '(flags & ENCRYPTED) !== 0', replace: 'flags < 0', ...HOSTILE },
  ],
  'lib/exchange/inflate.ts': [
    { name: 'zip: more than its size', find: "if (at + value.length > size) fail('more');", replace: '', ...HOSTILE },
  ],
  'lib/exchange/numpy/npy.ts': [
    {
      name: '.npy: the order of Fortran ignored',
      find: 'fortranOrder && shape.length > 1',
      replace: 'false',
      ...FORMATS,
    },
    {
      name: '.npy: bytes at the end',
      find: 'if (stored.length !== size)',
      replace: 'if (stored.length < size)',
      ...HOSTILE,
    },
  ],
  'lib/exchange/numpy/npz.ts': [
    { name: '.npz: bombs', find: 'if (sum <= maxBytes) return;', replace: 'if (sum >= 0) return;', ...HOSTILE },
  ],
  'lib/exchange/pytorch/pickle.ts': [
    {
      name: 'pickle: integers without a sign',
      find: 'BigInt.asIntN(8 * length, value)',
      replace: 'BigInt.asUintN(8 * length, value)',
      ...FORMATS,
    },
    {
      name: 'pickle: content after the value',
      find: 'this.#stack.length > 0 || this.#at < length',
      replace: 'this.#at < length',
      ...HOSTILE,
    },
    {
      name: 'pickle: texts behind the end',
      find: 'if (at + count > this.#bytes.length)',
      replace: 'if (at > this.#bytes.length)',
      ...HOSTILE,
    },
  ],
  'lib/exchange/pytorch/read-pt.ts': [
    {
      name: '.pt: signs as they are stored',
      find: 'metadata.size === 0) return;',
      replace: 'metadata.size >= 0) return;',
      ...HOSTILE,
    },
    {
      name: '.pt: any name of Python',
      find: 'if (CALLS.includes(name) || storageType(name) !== undefined)',
      replace: 'if (name.length > 0)',
      ...HOSTILE,
    },
  ],
  'lib/exchange/pytorch/storages.ts': [
    {
      name: '.pt: strides ignored',
      find: 'length === 1 || stride[axis] === dense[axis]',
      replace: 'length >= 0 || stride[axis] === dense[axis]',
      ...DICTS,
    },
    {
      name: '.pt: offsets ignored',
      find: 'data.subarray(begin, begin + size)',
      replace: 'data.subarray(0, size)',
      ...DICTS,
    },
    { name: '.pt: expanded without end', find: 'if (this.#room < 0)', replace: 'if (this.#room === 0.5)', ...HOSTILE },
    {
      name: '.pt: a storage of two types',
      find: 'if (storage.dtype !== dtype)',
      replace: "if (storage.dtype === '')",
      ...HOSTILE,
    },
  ],
  'lib/exchange/pytorch/modules.ts': [
    { name: 'PyTorch: z of the new candidate', find: "negated: ['update']", replace: 'negated: []', ...DICTS },
    {
      name: 'PyTorch: input and forget gate exchanged',
      find: "['input', 'forget', 'candidate', 'output']",
      replace: "['forget', 'input', 'candidate', 'output']",
      ...DICTS,
    },
    {
      name: 'PyTorch: a reset gate before',
      find: 'return resetAfter ? undefined',
      replace: 'return !resetAfter ? undefined',
      ...PYTORCH,
    },
    {
      name: 'PyTorch: directions exchanged',
      find: "direction === 0 ? '' : '_reverse'",
      replace: "direction === 1 ? '' : '_reverse'",
      ...DICTS,
    },
    {
      name: 'PyTorch: matrices not turned',
      find: 'rowMajor(shape).reverse(), 0, reversed',
      replace: 'rowMajor(reversed), 0, reversed',
      ...DICTS,
    },
  ],
  'lib/exchange/targets.ts': [
    {
      name: 'PyTorch: parameters left out',
      find: 'if (left.length === 0) return;',
      replace: 'if (left.length >= 0) return;',
      ...PYTORCH,
    },
    {
      name: 'PyTorch: a layer twice',
      find: 'if (places.size < parameters.length)',
      replace: 'if (places.size < 0)',
      ...PYTORCH,
    },
  ],
  'lib/exchange/pytorch/write-module.ts': [
    {
      name: 'PyTorch: trained initial states lost',
      find: 'if (trained !== undefined)',
      replace: 'if (trained === null)',
      ...PYTORCH,
    },
  ],
};
