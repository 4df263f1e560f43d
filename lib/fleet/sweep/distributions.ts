// Distributions of the values of one parameter: plain objects, which JSON keeps.

import { refuse, requireBoolean, requireEntries, requireInteger, requireNumber } from '../../checks.ts';
import { integer as integerCheck, number, optional, readOptions, type Schema } from '../../options.ts';

const { MAX_SAFE_INTEGER, MAX_VALUE } = Number;

/** A value of `choice`: what JSON keeps as it is. */
export type ChoiceValue = string | number | boolean | null;

/** Numbers from `low` to `high`. */
export interface UniformDistribution {
  /** Which distribution it is. */
  readonly kind: 'uniform';
  /** The least value. */
  readonly low: number;
  /** The largest value. */
  readonly high: number;
  /** Whether the logarithm is uniform. */
  readonly log: boolean;
  /** The distance between values; undefined for all numbers. */
  readonly step?: number;
}

/** Integers from `low` to `high`, both included. */
export interface IntegerDistribution {
  /** Which distribution it is. */
  readonly kind: 'integer';
  /** The least value. */
  readonly low: number;
  /** The largest value. */
  readonly high: number;
  /** Whether the logarithm is uniform. */
  readonly log: boolean;
  /** The distance between values. */
  readonly step: number;
}

/** One of a list of values. */
export interface ChoiceDistribution<V extends ChoiceValue = ChoiceValue> {
  /** Which distribution it is. */
  readonly kind: 'choice';
  /** The values, each once. */
  readonly choices: readonly V[];
}

/** A distribution of the values of one parameter. */
export type Distribution = UniformDistribution | IntegerDistribution | ChoiceDistribution;

/** Options of `uniform`. */
export interface UniformParameterOptions {
  /** Whether the logarithm is uniform, for scales such as learning rates; needs `low` above 0. Default false. */
  readonly log?: boolean;
  /** The distance between values, above 0 and at most high − low: low, low + step, …; default none. Not with `log`. */
  readonly step?: number;
}

/** Options of `integer`. */
export interface IntegerParameterOptions {
  /** Whether the logarithm is uniform, for sizes such as units; needs `low` of at least 1. Default false. */
  readonly log?: boolean;
  /** The distance between values, at least 1: low, low + step, …; default 1. Not with `log`. */
  readonly step?: number;
}

const UNIFORM: Schema<UniformParameterOptions, 'step'> = {
  log: optional(requireBoolean, false),
  step: optional(number({ min: 0, minOpen: true })),
};

const INTEGER: Schema<IntegerParameterOptions> = {
  log: optional(requireBoolean, false),
  step: optional(integerCheck(), 1),
};

/** Largest number of steps between `low` and `high`. */
const MOST_STEPS = 2 ** 31;

/**
 * A number from `low` to `high`. With `log`, e^u for a uniform u from ln low to ln high.
 *
 * @param low - finite
 * @param high - finite, above `low`
 * @param options - see UniformParameterOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { learningRate: uniform(1e-4, 1e-1, { log: true }), dropout: uniform(0, 0.5, { step: 0.1 }) };
 * space.learningRate.low; // 0.0001
 * ```
 */
export function uniform(low: number, high: number, options: UniformParameterOptions = {}): UniformDistribution {
  const where = 'uniform';
  const { log, step } = readOptions(where, options, UNIFORM);
  requireNumber(where, 'low', low, log ? { min: 0, minOpen: true } : {});
  requireNumber(where, 'high', high, { min: low, minOpen: true });
  if (high - low > MAX_VALUE) refuse(where, 'high', `be less than ${MAX_VALUE} above "low"`, high);
  if (step === undefined) return { kind: 'uniform', low, high, log };
  if (log) refuse(where, 'step', 'be left out with log: true', step);
  if (step > high - low || (high - low) / step > MOST_STEPS)
    refuse(where, 'step', `be at most high − low, ${high - low}, and make at most ${MOST_STEPS} steps`, step);
  return { kind: 'uniform', low, high, log, step };
}

/**
 * An integer from `low` to `high`, both included, each equally likely. With `log`, e^u, rounded, for a uniform u from
 * ln(low − ½) to ln(high + ½).
 *
 * @param low - integer
 * @param high - integer, above `low`
 * @param options - see IntegerParameterOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { layers: integer(1, 3), units: integer(8, 128, { log: true }), batchSize: integer(16, 64, { step: 16 }) };
 * space.batchSize.step; // 16
 * ```
 */
export function integer(low: number, high: number, options: IntegerParameterOptions = {}): IntegerDistribution {
  const where = 'integer';
  const { log, step } = readOptions(where, options, INTEGER);
  requireInteger(where, 'low', low, log ? 1 : -MAX_SAFE_INTEGER);
  requireInteger(where, 'high', high, low + 1);
  if (high - low > MOST_STEPS) refuse(where, 'high', `be at most ${MOST_STEPS} above "low"`, high);
  if (log && step !== 1) refuse(where, 'step', 'be left out with log: true', step);
  if (step > high - low) refuse(where, 'step', `be at most high − low, ${high - low}`, step);
  return { kind: 'integer', low, high, log, step };
}

/**
 * One of some values, each equally likely: strings, finite numbers, booleans or null. Samplers see no order in them. For
 * anything else, choose a name and look it up.
 *
 * @param choices - at least one, each once
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { cell: choice(['gru', 'lstm']), useBias: choice([true, false]) };
 * space.cell.choices; // ['gru', 'lstm']
 * ```
 */
export function choice<const V extends ChoiceValue>(choices: readonly V[]): ChoiceDistribution<V> {
  const where = 'choice';
  const expected = 'be a list of at least one value';
  const list = requireEntries(where, 'choices', choices, expected);
  if (list.length === 0) refuse(where, 'choices', expected, choices);
  const seen = new Set<unknown>();
  list.forEach((value, k) => {
    const plain = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (!plain) refuse(where, `choices[${k}]`, 'be a string, a finite number, a boolean or null', value);
    if (seen.has(value)) refuse(where, `choices[${k}]`, 'differ from those before it', value);
    seen.add(value);
  });
  return { kind: 'choice', choices: list };
}
