// Files of arrays: safetensors, NumPy's, and state dicts of PyTorch.

import { describe } from '../describe.ts';
import type { ForeignArrays } from '../exchange/foreign-array.ts';
import { readNpy, readNpz } from '../exchange/numpy.ts';
import { readPt } from '../exchange/pytorch.ts';
import { readSafetensors } from '../exchange/safetensors.ts';
import type { Content, Format } from './content.ts';
import { startsWith, zipHas } from './recognize.ts';

const STATE_DICT = 'loadStateDict of bptt/exchange/pytorch loads it into a model, if these are modules of PyTorch';
const ARRAYS = 'bptt/exchange/numpy reads the arrays; parameter.assign gives them to a model';

function contentOf(what: string, arrays: ForeignArrays, notes: readonly string[], use: string): Content {
  return { what: `${what}, ${arrays.size} array${arrays.size === 1 ? '' : 's'}`, arrays, notes, use };
}

const SAFETENSORS: Format = {
  name: 'safetensors',
  endings: ['.safetensors'],
  recognizes: (bytes) => (bytes[8] === 0x7b && bytes[4] === 0 && bytes[5] === 0 ? true : undefined), // {
  read(bytes) {
    const { arrays, metadata } = readSafetensors(bytes);
    const notes = Object.entries(metadata).map(([name, text]) => `metadata.${name}: ${describe(text)}`);
    return contentOf('a safetensors file', arrays, notes, STATE_DICT);
  },
};

const NPY: Format = {
  name: '.npy',
  endings: ['.npy'],
  recognizes: (bytes) => startsWith(bytes, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]),
  read: (bytes) => contentOf('an array of NumPy', new Map([['array', readNpy(bytes)]]), [], ARRAYS),
};

const NPZ: Format = {
  name: '.npz',
  endings: ['.npz'],
  recognizes: (bytes) => zipHas(bytes, '.npy'),
  read: async (bytes) => contentOf('arrays of NumPy', await readNpz(bytes), [], ARRAYS),
};

const PT: Format = {
  name: '.pt',
  endings: ['.pt', '.pth'],
  recognizes: (bytes) => zipHas(bytes, '/data.pkl') || undefined,
  read(bytes, at) {
    const { arrays, others } = readPt(bytes, at.length === 0 ? {} : { at });
    const notes = [...others].map(([name, value]) => `${describe(name)}: ${describe(value)}`);
    return contentOf('a state dict of PyTorch', arrays, notes, STATE_DICT);
  },
};

export const ARRAY_FORMATS: readonly Format[] = [PT, NPZ, NPY, SAFETENSORS];
