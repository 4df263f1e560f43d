// What chooses the values of trials: plain objects, which JSON keeps.

import { reading, refuse, requireBoolean } from '../../checks.ts';
import { integer, number, optional, readOptions, type Schema } from '../../options.ts';

/** Every combination of values, in order. */
export interface GridSampler {
  /** Which sampler it is. */
  readonly kind: 'grid';
  /** Number of points of a parameter that has no steps. */
  readonly points: number;
}

/** Independent random values. */
export interface RandomSampler {
  /** Which sampler it is. */
  readonly kind: 'random';
}

/** Points of a Halton sequence. */
export interface HaltonSampler {
  /** Which sampler it is. */
  readonly kind: 'halton';
  /** Whether the digits are permuted by the seed. */
  readonly scramble: boolean;
}

/** The tree-structured Parzen estimator. */
export interface TpeSampler {
  /** Which sampler it is. */
  readonly kind: 'tpe';
  /** Number of random trials before it begins. */
  readonly startupTrials: number;
  /** Number of values that it compares for each parameter. */
  readonly candidates: number;
  /** Share of the trials that count as good. */
  readonly gamma: number;
}

/** Chooses the values of trials. */
export type SweepSampler = GridSampler | RandomSampler | HaltonSampler | TpeSampler;

/** Options of `gridSampler`. */
export interface GridOptions {
  /** Number of points of a parameter that has no steps, at least 2, from end to end, on the logarithmic scale with `log`; default 5. */
  readonly points?: number;
}

/** Options of `haltonSampler`. */
export interface HaltonOptions {
  /** Whether the digits are permuted by the seed; default true. Without it all seeds give the same points. */
  readonly scramble?: boolean;
}

/** Options of `tpeSampler`. */
export interface TpeOptions {
  /** Number of random trials before it begins, at least 1; default 10. */
  readonly startupTrials?: number;
  /** Number of values that it compares for each parameter, at least 1; default 24. */
  readonly candidates?: number;
  /** Share of the trials that count as good, above 0 and below 1, but at most 25 trials; default 0.1. */
  readonly gamma?: number;
}

const GRID: Schema<GridOptions> = { points: optional(integer(2, 2 ** 20), 5) };
const HALTON: Schema<HaltonOptions> = { scramble: optional(requireBoolean, true) };
const TPE: Schema<TpeOptions> = {
  startupTrials: optional(integer(), 10),
  candidates: optional(integer(1, 2 ** 16), 24),
  gamma: optional(number({ min: 0, max: 1, minOpen: true, maxOpen: true }), 0.1),
};

/**
 * Every combination of values, in the order of nested loops: the last parameter changes fastest. Parameters with steps or
 * choices take all of their values, others `points` of them. The sweep ends with the last combination.
 *
 * @param options - see GridOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { units: integer(8, 24, { step: 8 }), cell: choice(['gru', 'lstm']) };
 * new Study(space, { sampler: gridSampler() }).size; // 6
 * ```
 */
export function gridSampler(options: GridOptions = {}): GridSampler {
  return { kind: 'grid', ...readOptions('gridSampler', options, GRID) };
}

/**
 * Independent random values: trial n has the random numbers of stream n of the seed.
 *
 * @example
 * ```ts
 * const study = new Study({ x: uniform(0, 1) }, { sampler: randomSampler(), seed: 3 });
 * const { x } = study.ask()!.parameters;
 * x >= 0 && x <= 1; // true
 * ```
 */
export function randomSampler(): RandomSampler {
  return { kind: 'random' };
}

/**
 * Points of a Halton sequence: trial n has the radical inverse of n + 1 in the k-th prime base as share of parameter k. They
 * fill the space more evenly than random points. By default the digits are permuted at random, because without that many
 * parameters have nearly equal first points.
 *
 * Source: Halton 1960; the permutations of Owen, A randomized Halton algorithm in R, 2017.
 *
 * @param options - see HaltonOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const study = new Study({ x: uniform(0, 1), y: uniform(0, 9) }, { sampler: haltonSampler({ scramble: false }) });
 * study.ask()!.parameters; // { x: 1/2, y: 3 }: 1/2 and 1/3 of the ranges
 * ```
 */
export function haltonSampler(options: HaltonOptions = {}): HaltonSampler {
  return { kind: 'halton', ...readOptions('haltonSampler', options, HALTON) };
}

/**
 * The tree-structured Parzen estimator, one parameter at a time. It splits the earlier trials into the best, ⌈γ n⌉ but at
 * most 25 of them, and the others, estimates the density of either as a mixture of truncated normal distributions around
 * its values, l(x) and g(x), draws `candidates` values from l, and takes the one with the largest l(x) / g(x). It learns
 * only from trials that the option `lag` of the study allows.
 *
 * Source: Bergstra, Bardenet, Bengio, Kégl, Algorithms for hyper-parameter optimization, 2011, with the weights and widths
 * of Optuna's univariate `TPESampler`.
 *
 * @param options - see TpeOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const study = await sweep({ x: uniform(-5, 5) }, ({ parameters: { x } }) => (x - 2) * (x - 2), {
 *   sampler: tpeSampler({ startupTrials: 8 }),
 *   trials: 60,
 * });
 * study.best!.value! < 0.05; // true
 * ```
 */
export function tpeSampler(options: TpeOptions = {}): TpeSampler {
  return { kind: 'tpe', ...readOptions('tpeSampler', options, TPE) };
}

/** Checks a sampler, which JSON may have kept, and returns a copy. */
export function requireSampler(where: string, argument: string, value: unknown): SweepSampler {
  const { kind, ...options } = reading(where, argument, () => ({ ...(value as { kind?: unknown } | undefined) }));
  if (kind === 'grid') return gridSampler(options);
  if (kind === 'random') return randomSampler();
  if (kind === 'halton') return haltonSampler(options);
  if (kind === 'tpe') return tpeSampler(options);
  return refuse(where, argument, 'be gridSampler(), randomSampler(), haltonSampler() or tpeSampler()', value);
}
