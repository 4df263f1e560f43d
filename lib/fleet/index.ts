// The entry `bptt/fleet`: many models, and sweeps over settings.

export { type CrossValidationOptions, crossValidation, type SeriesFold } from './cross-validation.ts';
export type { DescribedPart } from './described.ts';
export type { Executor, ExecutorRun, JobEpoch } from './executor.ts';
export type { FleetProgress, FleetResult, FleetSummary, TrainFleetOptions } from './fleet-options.ts';
export { type Job, type JobData, type JobModel, type JobTraining, type KeyedJob, readJob } from './job.ts';
export { JobError } from './job-error.ts';
export { type KFoldOptions, kFold, type RowFold } from './k-fold.ts';
export type { CsvArguments } from './loaders/csv.ts';
export type { SeriesArguments, WindowArguments } from './loaders/series.ts';
export { type LocalOptions, local, type ModuleUrl } from './local/local.ts';
export { LostJobError } from './lost-job-error.ts';
export { nextValues } from './next-values.ts';
export type { JobFigures, JobOutcome } from './outcome.ts';
export type { LoadedData, Loader } from './run-job.ts';
export { type FleetStore, type FolderStore, folderStore, type JobRecord } from './store.ts';
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
  type ImportanceOptions,
  type ParameterImportance,
  type ParameterShare,
  parameterImportance,
} from './sweep/importance.ts';
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
export type { StudyResult, StudyResults } from './sweep/study-results.ts';
export { type Objective, type RunOptions, type SweepOptions, sweep } from './sweep/sweep.ts';
export {
  type Trial,
  type TrialReportOptions,
  type TrialResult,
  type TrialStep,
  TrialStopped,
  type TrialStoppedDetails,
} from './sweep/trial.ts';
export { trainFleet } from './train-fleet.ts';
