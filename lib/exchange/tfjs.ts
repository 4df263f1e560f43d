// The entry `bptt/exchange/tfjs`: models of TensorFlow.js, both ways.

export type { ForeignArray, ForeignArrays, ForeignData } from './foreign-array.ts';
export { type BasicLSTMArrays, type BasicLSTMOptions, loadBasicLSTMCell } from './tfjs/basic-lstm.ts';
export { type FromTfjsOptions, fromTfjs } from './tfjs/from-tfjs.ts';
export type { TfjsWeights } from './tfjs/manifest.ts';
export { readTfjs, type TfjsContent } from './tfjs/read-tfjs.ts';
export { type TfjsFiles, type ToTfjsOptions, toTfjs } from './tfjs/to-tfjs.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';
