// The entry `bptt/exchange/onnx`.

export { type ImportNodeOptions, importNode, recurrentNodes } from './onnx/import.ts';
export { type ImportChainOptions, importChain } from './onnx/import-chain.ts';
export type { RecurrentNode } from './onnx/recurrent-node.ts';
export { type ToOnnxOptions, toOnnx } from './onnx/to-onnx.ts';
