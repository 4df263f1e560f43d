// The entry `bptt/exchange/pytorch`: state dicts, both ways, and the .pt files that hold them.

export type { ForeignArray, ForeignArrays, ForeignData, WritableArrays } from './foreign-array.ts';
export type { StateDictModel, StateDictNames, StateDictTarget } from './pytorch/names.ts';
export { type PtContent, type ReadPtOptions, readPt } from './pytorch/read-pt.ts';
export { loadStateDict, toStateDict } from './pytorch/state-dict.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';
