// What ends trials early: plain objects, which JSON keeps.

import { reading, refuse } from '../../checks.ts';
import { integer, number, optional, readOptions, required, type Schema } from '../../options.ts';

/** The median rule. */
export interface MedianPruner {
  /** Which pruner it is. */
  readonly kind: 'median';
  /** Number of complete trials before it begins. */
  readonly startupTrials: number;
  /** The first step at which it ends trials. */
  readonly warmupSteps: number;
}

/** Hyperband. */
export interface HyperbandPruner {
  /** Which pruner it is. */
  readonly kind: 'hyperband';
  /** R, the last step of a trial. */
  readonly maxSteps: number;
  /** The least number of steps of a trial. */
  readonly minSteps: number;
  /** η: one of so many trials goes on. */
  readonly factor: number;
}

/** Asynchronous successive halving. */
export interface AshaPruner {
  /** Which pruner it is. */
  readonly kind: 'asha';
  /** R, the last step of a trial. */
  readonly maxSteps: number;
  /** The steps of a trial before the first decision. */
  readonly minSteps: number;
  /** η: one of so many trials goes on. */
  readonly factor: number;
}

/** Ends trials early, or lets them wait. */
export type SweepPruner = MedianPruner | HyperbandPruner | AshaPruner;

/** Options of `medianPruner`. */
export interface MedianOptions {
  /** Number of complete trials before it begins, at least 1; default 5. */
  readonly startupTrials?: number;
  /** The first step at which it ends trials, at least 0; default 0. */
  readonly warmupSteps?: number;
}

/** Options of `hyperband` and `asha`. */
export interface HalvingOptions {
  /** R, the last step of a trial: at least 1, at least `minSteps`. Required. */
  readonly maxSteps: number;
  /** The least number of steps of a trial, at least 1; default 1. */
  readonly minSteps?: number;
  /** η: one of so many trials goes on; at least 2; default 3. */
  readonly factor?: number;
}

const MEDIAN: Schema<MedianOptions> = {
  startupTrials: optional(integer(), 5),
  warmupSteps: optional(number({ min: 0 }), 0),
};

const HALVING: Schema<HalvingOptions> = {
  maxSteps: required(integer(1, 2 ** 31)),
  minSteps: optional(integer(1, 2 ** 31), 1),
  factor: optional(integer(2, 2 ** 10), 3),
};

function halving<K extends 'hyperband' | 'asha'>(
  kind: K,
  options: HalvingOptions,
): { kind: K } & Required<HalvingOptions> {
  const settings = readOptions(kind, options, HALVING);
  const { minSteps, maxSteps } = settings;
  if (minSteps > maxSteps) refuse(kind, 'minSteps', `be at most maxSteps, ${maxSteps}`, minSteps);
  return { kind, ...settings };
}

/**
 * Ends a trial at a step if its best value so far is worse than the median of the values that the complete trials had at
 * this step. It looks only at trials that the option `lag` of the study allows.
 *
 * Source: the median stopping rule of Golovin et al., Google Vizier, 2017, in the form of Optuna's `MedianPruner`.
 *
 * @param options - see MedianOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const learn = async (trial: Trial<{ x: UniformDistribution }>) => {
 *   for (let step = 1; step <= 3; step++) await trial.report(step, trial.parameters.x / step);
 *   return trial.parameters.x;
 * };
 * const study = await sweep({ x: uniform(0, 1) }, learn, { pruner: medianPruner(), trials: 40 });
 * study.trials.some(({ state }) => state === 'pruned'); // true
 * ```
 */
export function medianPruner(options: MedianOptions = {}): MedianPruner {
  return { kind: 'median', ...readOptions('medianPruner', options, MEDIAN) };
}

/**
 * Hyperband. With S = ⌊log_η(R / minSteps)⌋, brackets s = S, S − 1, …, 0 have n = ⌈(S + 1) η^s / (s + 1)⌉ trials. The trials of
 * a bracket wait at steps ⌊R η^(i − s)⌋ for i = 0, …, s − 1: these are its rungs. Once all trials have arrived at a rung or
 * ended, the best ⌊n η^(−i − 1)⌋ go on, and the others are pruned. After bracket 0 follows bracket S again.
 *
 * A trial that waits ends: `trial.report` throws `TrialStopped`. If it goes on, the objective is called again, with the
 * checkpoint that it reported last.
 *
 * Source: Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, Hyperband, JMLR 2018.
 *
 * @param options - see HalvingOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new Study({ x: uniform(0, 1) }, { pruner: hyperband({ maxSteps: 81 }) }).size; // 143: 81 + 34 + 15 + 8 + 5
 * ```
 */
export function hyperband(options: HalvingOptions): HyperbandPruner {
  return halving('hyperband', options);
}

/**
 * Asynchronous successive halving (ASHA). A trial waits at each rung, at steps minSteps · η^k below R. As soon as it is among
 * the best 1/η of those that have arrived there so far, it goes on; nobody waits for a rung to be full. So decisions depend
 * on the order in which results arrive. `study.record` is this order, and the option `replay` of `sweep` repeats it.
 *
 * Source: Li et al., A system for massively parallel hyperparameter tuning, MLSys 2020.
 *
 * @param options - see HalvingOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const learn = async ({ parameters: { x }, report }: Trial<{ x: UniformDistribution }>) => {
 *   for (let step = 1; step <= 9; step++) await report(step, x + 1 / step);
 *   return x;
 * };
 * const study = await sweep({ x: uniform(0, 1) }, learn, { pruner: asha({ maxSteps: 9 }), trials: 27 });
 * study.trials.filter(({ state }) => state === 'complete').length < 9; // true
 * ```
 */
export function asha(options: HalvingOptions): AshaPruner {
  return halving('asha', options);
}

/** Checks a pruner, which JSON may have kept, and returns a copy. */
export function requirePruner(where: string, argument: string, value: unknown): SweepPruner {
  const { kind, ...options } = reading(where, argument, () => ({ ...(value as { kind?: unknown } | undefined) }));
  if (kind === 'median') return medianPruner(options);
  if (kind === 'hyperband') return hyperband(options as HalvingOptions);
  if (kind === 'asha') return asha(options as HalvingOptions);
  return refuse(where, argument, 'be medianPruner(), hyperband(…) or asha(…)', value);
}
