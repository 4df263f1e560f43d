// The entry `bptt/exchange/tfjs`: layers models of TensorFlow.js, both ways.

export { type FromTfjsOptions, fromTfjs } from './tfjs/from-tfjs.ts';
export type { TfjsWeights } from './tfjs/manifest.ts';
export { type TfjsFiles, type ToTfjsOptions, toTfjs } from './tfjs/to-tfjs.ts';
