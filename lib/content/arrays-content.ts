// What is said of files of arrays.

import type { ForeignArrays } from '../exchange/foreign-array.ts';
import type { Content } from './content.ts';

export const STATE_DICT =
  'loadStateDict of bptt/exchange/pytorch loads it into a model, if these are modules of PyTorch';
export const ARRAYS = 'bptt/exchange/numpy reads the arrays; parameter.assign gives them to a model';

export function contentOf(what: string, arrays: ForeignArrays, notes: readonly string[], use: string): Content {
  return { what: `${what}, ${arrays.size} array${arrays.size === 1 ? '' : 's'}`, arrays, notes, use };
}
