// State dicts that torch.save wrote.

import { describe } from '../describe.ts';
import { readPt } from '../exchange/pytorch.ts';
import { contentOf, STATE_DICT } from './arrays-content.ts';
import type { Read } from './content.ts';

export const read: Read = (bytes, at) => {
  const { arrays, others } = readPt(bytes, at.length === 0 ? {} : { at });
  const notes = [...others].map(([name, value]) => `${describe(name)}: ${describe(value)}`);
  return contentOf('a state dict of PyTorch', arrays, notes, STATE_DICT);
};
