export type { CheckedParameter, Differentiable, DifferentiableLayer } from './differentiable.ts';
export { assertGradients, type GradcheckOptions, gradcheck } from './gradcheck.ts';
export { type CheckedEntry, type CheckedVariable, type GradcheckReport, GradientError } from './report.ts';
