// The entry `bptt/exchange/keras`: files of Keras 1 to 3.

export type { ForeignArray, ForeignArrays, ForeignData } from './foreign-array.ts';
export type { KerasFileLayer } from './keras/arrays.ts';
export type { KerasContent } from './keras/content.ts';
export { readKeras } from './keras/read-keras.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';
