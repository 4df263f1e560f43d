// The entry `bptt/exchange/numpy`: arrays in .npy and .npz files.

export type { ForeignArray, ForeignArrays, ForeignData, WritableArrays } from './foreign-array.ts';
export { readNpy, writeNpy } from './numpy/npy.ts';
export { type ReadNpzOptions, readNpz, writeNpz } from './numpy/npz.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';
