// Arrays of NumPy in an archive.

import { readNpz } from '../exchange/numpy.ts';
import { ARRAYS, contentOf } from './arrays-content.ts';
import type { Read } from './content.ts';

export const read: Read = async (bytes) => contentOf('arrays of NumPy', await readNpz(bytes), [], ARRAYS);
