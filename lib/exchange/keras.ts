// The entry `bptt/exchange/keras`: files of Keras 1 to 3.

export type { ForeignArray, ForeignArrays, ForeignData } from './foreign-array.ts';
export type { KerasFileLayer } from './keras/arrays.ts';
export type { KerasContent } from './keras/content.ts';
export { type FromKerasOptions, fromKeras } from './keras/from-keras.ts';
export { type LoadKerasWeightsOptions, loadKerasWeights } from './keras/load-weights.ts';
export type { KerasNames, KerasTarget, KerasTargetModel } from './keras/names.ts';
export { readKeras } from './keras/read-keras.ts';
export { type KerasNpz, type ToKerasNpzOptions, toKerasNpz } from './keras/to-npz.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';
