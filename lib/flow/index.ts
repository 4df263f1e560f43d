// The entry `bptt/flow`: how gradients flow through a model.

export type {
  CellStateFlow,
  Decay,
  FlowRecord,
  GateFlow,
  GradientFlow,
  Histogram,
  JacobianNorm,
  LayerFlow,
  ParameterFlow,
  RecurrentSpectrum,
  Verdict,
} from './gradient-flow.ts';
export type { JacobianMethod } from './jacobian/jacobian-norms.ts';
export { gradientFlow } from './measure.ts';
export type { FlowOptions } from './options.ts';
export { type FlowRecorder, type RecordOptions, recordFlow } from './record.ts';
