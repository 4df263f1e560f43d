export { type Arbitraries, arbitraries, type NumberOptions, type PassShape, type ShapeOptions } from './arbitraries.ts';
export type { CheckedParameter, Differentiable, DifferentiableLayer } from './differentiable.ts';
export { assertGradients, type GradcheckOptions, gradcheck } from './gradcheck.ts';
export type { Properties } from './properties/property.ts';
export type { RecurrentLayer, RecurrentLayerOptions } from './recurrent-layer.ts';
export { type RecurrentPropertiesOptions, recurrentProperties } from './recurrent-properties.ts';
export { type CheckedEntry, type CheckedVariable, type GradcheckReport, GradientError } from './report.ts';
