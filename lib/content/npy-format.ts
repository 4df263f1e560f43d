// An array of NumPy.

import { readNpy } from '../exchange/numpy.ts';
import { ARRAYS, contentOf } from './arrays-content.ts';
import type { Read } from './content.ts';

export const read: Read = (bytes) => contentOf('an array of NumPy', new Map([['array', readNpy(bytes)]]), [], ARRAYS);
