// The entry `bptt/fleet`: sweeps over settings.

export {
  type ChoiceDistribution,
  type ChoiceValue,
  choice,
  type Distribution,
  type IntegerDistribution,
  type IntegerParameterOptions,
  integer,
  type UniformDistribution,
  type UniformParameterOptions,
  uniform,
} from './sweep/distributions.ts';
export type { StudyEvent } from './sweep/events.ts';
export {
  type AshaPruner,
  asha,
  type HalvingOptions,
  type HyperbandPruner,
  hyperband,
  type MedianOptions,
  type MedianPruner,
  medianPruner,
  type SweepPruner,
} from './sweep/pruners.ts';
export type { TrialVerdict } from './sweep/referee.ts';
export {
  type GridOptions,
  type GridSampler,
  gridSampler,
  type HaltonOptions,
  type HaltonSampler,
  haltonSampler,
  type RandomSampler,
  randomSampler,
  type SweepSampler,
  type TpeOptions,
  type TpeSampler,
  tpeSampler,
} from './sweep/samplers.ts';
export type { ParametersOf, Space, Values } from './sweep/space.ts';
export { Study } from './sweep/study.ts';
export type { StudyOptions } from './sweep/study-options.ts';
export { type Objective, type RunOptions, type SweepOptions, sweep } from './sweep/sweep.ts';
export {
  type Trial,
  type TrialReportOptions,
  type TrialResult,
  type TrialStep,
  TrialStopped,
  type TrialStoppedDetails,
} from './sweep/trial.ts';
