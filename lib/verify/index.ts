// The entry `bptt/verify`: gradient checks and properties.

export { type Arbitraries, arbitraries } from './arbitraries.ts';
export type { NumberOptions, PassShape, ShapeOptions } from './arbitrary-options.ts';
export { type ClipFunctions, clipProperties } from './clip-properties.ts';
export {
  type Combination,
  type CombinationMakers,
  type CombinedLayerOptions,
  combinations,
  type MergeMode,
} from './combinations.ts';
export type { CheckedParameter, CheckedParameters, Differentiable, DifferentiableLayer } from './differentiable.ts';
export { PropertyError } from './expect-equal.ts';
export { assertGradients, type GradcheckOptions, gradcheck } from './gradcheck.ts';
export type { LayerCall, StatesGiven } from './layer-subject.ts';
export { type CheckedLoss, type CheckedLossResult, lossProperties } from './loss-properties.ts';
export { type CheckedMetric, metricProperties } from './metric-properties.ts';
export { type OptimizerMakers, optimizerProperties, type Stepper } from './optimizer-properties.ts';
export type { CellKind } from './properties/bounds.ts';
export type { Properties } from './properties/property.ts';
export type { ScoredOptions } from './properties/scored.ts';
export type { MakeStack } from './properties/stack.ts';
export type { RecurrentLayer, RecurrentLayerOptions } from './recurrent-layer.ts';
export { type RecurrentPropertiesOptions, recurrentProperties } from './recurrent-properties.ts';
export {
  type CheckedEntry,
  type CheckedVariable,
  type CheckSettings,
  type GradcheckReport,
  GradientError,
} from './report.ts';
