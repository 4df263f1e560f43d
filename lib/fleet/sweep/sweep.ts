// Runs an objective for the trials of a study, several at once.

import { reading, refuse, requireFunction } from '../../checks.ts';
import { integer, optional, readOptions, type Schema } from '../../options.ts';
import { type AbortSignalLike, requireSignal } from '../../training/abort-signal.ts';
import type { Executor } from '../executor.ts';
import { requireExecutor } from '../fleet-options.ts';
import type { Job } from '../job.ts';
import { Signal } from '../signal.ts';
import { requireEvents, type StudyEvent } from './events.ts';
import { jobObjective } from './job-objective.ts';
import { Run } from './run.ts';
import { requireSpace, type Space } from './space.ts';
import { Study } from './study.ts';
import { STUDY_OPTIONS, type StudyOptions } from './study-options.ts';
import type { Trial } from './trial.ts';

/** Computes the value of a trial or, for an executor, returns the job whose loss is the value. */
export type Objective<S extends Space = Space> = (trial: Trial<S>) => number | Job | PromiseLike<number | Job>;

/** Options of a sweep of a study. */
export interface RunOptions<S extends Space = Space> {
  /**
   * Number of trials at once, at least 1; default 1, or as many as `executor` takes, at most `lag`. Results do not depend on it, unless
   * the pruner is `asha`.
   */
  readonly concurrency?: number;
  /**
   * What runs the jobs that the objective returns: `local()`, for example. The losses of their epochs are reported: of the validation
   * if there is one. Between two decisions of the pruner, a job runs without interruption. Default none: the objective computes.
   */
  readonly executor?: Executor;
  /** Ends the sweep: it rejects with the reason. What ran can go on later, from its last checkpoint. */
  readonly signal?: AbortSignalLike;
  /** Is called and awaited after each trial that ended or waits, to save the study: `JSON.stringify(study)`. */
  readonly save?: (study: Study<S>) => unknown;
  /** The `record` of an earlier sweep whose order of events is repeated; for `asha`. */
  readonly replay?: readonly StudyEvent[];
}

/** Options of a sweep of a space. */
export interface SweepOptions<S extends Space = Space> extends StudyOptions, RunOptions<S> {}

/** Options without a default. */
type OpenRun = 'concurrency' | 'executor' | 'signal' | 'save' | 'replay';

const RUN: Schema<RunOptions, OpenRun> = {
  concurrency: optional(integer(1, 2 ** 20)),
  executor: optional(requireExecutor),
  signal: optional(requireSignal),
  save: optional(requireFunction<(study: Study) => unknown>),
  replay: optional(requireEvents),
};

const SWEEP: Schema<SweepOptions, OpenRun | 'sampler' | 'pruner' | 'trials'> = {
  ...STUDY_OPTIONS,
  ...RUN,
};

/**
 * Calls an objective for the trials of a space, and returns the study with their results. The objective takes a trial and
 * returns its value. It may report values on the way, so that a pruner can end it early; `trial.report` then throws a
 * `TrialStopped`, which the objective has to let through. If it throws anything else, or returns no number, the trial failed,
 * and the sweep goes on.
 *
 * With an `executor`, the objective returns a job instead, whose loss is the value.
 *
 * One seed gives one table of trials, for any `concurrency` and in any order of results, unless the pruner is `asha`.
 *
 * @param space - a distribution for each parameter, or a study that goes on
 * @param objective - computes the value of a trial
 * @param options - see SweepOptions; for a study only those of RunOptions
 * @throws (rejects) ArgumentError; the reason of `signal`; what `save` throws, and what the executor itself throws; StateError if `replay` is of another sweep
 *
 * @example
 * ```ts
 * const space = { learningRate: uniform(1e-4, 1, { log: true }), units: integer(4, 32) };
 * const study = await sweep(space, async ({ parameters, report }) => {
 *   const loss = Math.abs(parameters.learningRate - 0.01) + 1 / parameters.units; // of a training
 *   await report(1, loss);
 *   return loss;
 * }, { trials: 40, seed: 2, concurrency: 4 });
 * study.best!.value! < 0.1;            // true
 * study.toCsv().split('\n')[0];        // 'number,state,value,step,parameters.learningRate,parameters.units,error'
 * ```
 */
export async function sweep<const S extends Space>(
  space: S,
  objective: Objective<S>,
  options?: SweepOptions<S>,
): Promise<Study<S>>;
export async function sweep<S extends Space>(
  study: Study<S>,
  objective: Objective<S>,
  options?: RunOptions<S>,
): Promise<Study<S>>;
export async function sweep<S extends Space>(
  space: S | Study<S>,
  objective: Objective<S>,
  options: SweepOptions<S> = {},
): Promise<Study<S>> {
  const where = 'sweep';
  const known = reading(where, 'space', () => (space instanceof Study ? space : undefined));
  const checkedSpace = known === undefined ? requireSpace(where, space as S) : undefined;
  requireFunction(where, 'objective', objective);
  const given = known
    ? readOptions<RunOptions, OpenRun>(where, options as object, RUN)
    : readOptions<SweepOptions, OpenRun | 'sampler' | 'pruner' | 'trials'>(where, options as object, SWEEP);
  const { concurrency: wanted, executor, signal, save, replay, ...study } = given;
  const subject = known ?? new Study(checkedSpace as S, study);
  const room = subject.looksBack ? subject.lag : Infinity;
  const concurrency = wanted ?? Math.min(executor?.capacity ?? 1, room);
  if (concurrency > subject.lag && subject.looksBack)
    refuse(where, 'concurrency', `be at most lag, ${subject.lag}`, concurrency, `Give lag: ${concurrency}`);
  if (replay !== undefined && subject.record.length > 0)
    refuse(where, 'replay', 'be left out for a study that has begun', replay);
  const run = { concurrency, save: save as RunOptions<S>['save'], replay };
  if (executor === undefined) {
    const compute = objective as (trial: Trial<S>) => number | PromiseLike<number>;
    await new Run(subject, compute, { ...run, signal }).finish();
    return subject;
  }
  const own = new Signal();
  const abort = (): void => own.abort(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    const compute = jobObjective(objective, { executor, pruner: subject.pruner, signal: own });
    await new Run(subject, compute, { ...run, signal: own }).finish();
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return subject;
}
