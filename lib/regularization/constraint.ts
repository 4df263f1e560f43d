// Constraints: their descriptions and checks, and the change of the weights.

import { requireOneOf } from '../checks.ts';
import { integer, number, readOptions, type Schema } from '../options.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import { requireDescription } from './description.ts';
import { constrainNorms } from './norms.ts';

/** The description of a constraint on norms; `maxNorm`, `minMaxNorm` and `unitNorm` make one. A plain object. */
export type NormConstraint = {
  /** Its kind. */
  readonly name: 'minMaxNorm';
  /** Smallest norm, from 0 to 10³⁸. */
  readonly min: number;
  /** Largest norm, at least `min` and above 0. */
  readonly max: number;
  /** The share of the way to the nearest bound that one update moves a norm; above 0 and at most 1. */
  readonly rate: number;
  /** The axis along which norms are computed: 0 for the weights into each unit. */
  readonly axis: number;
};

/** The description of the constraint to numbers of at least 0; `nonNegative` makes one. A plain object. */
export type NonNegativeConstraint = {
  /** Its kind. */
  readonly name: 'nonNegative';
};

/** The description of a constraint. It is a plain object, which a saved model keeps. */
export type Constraint = NormConstraint | NonNegativeConstraint;

/** Norms up to this are reached without an overflow of float32. */
const LARGEST = 1e38;

const NORM: Schema<NormConstraint> = {
  name: { check: (where, argument, value) => requireOneOf(where, argument, value, ['minMaxNorm']) },
  min: { check: number({ min: 0, max: LARGEST }) },
  max: { check: number({ min: 0, minOpen: true }) },
  rate: { check: number({ min: 0, max: 1, minOpen: true }) },
  axis: { check: integer(0) },
};

const NON_NEGATIVE: Schema<NonNegativeConstraint> = {
  name: { check: (where, argument, value) => requireOneOf(where, argument, value, ['nonNegative']) },
};

/** Returns a checked copy of a constraint. */
export function requireConstraint(where: string, argument: string, value: unknown): Constraint {
  const expected = 'be a constraint: maxNorm(2), minMaxNorm(0, 1), unitNorm() or nonNegative()';
  const schemas = { minMaxNorm: NORM, nonNegative: NON_NEGATIVE };
  const constraint = requireDescription<Constraint>(where, argument, value, expected, schemas);
  if (constraint.name === 'minMaxNorm') requireOrder(where, `${argument}.max`, constraint);
  return constraint;
}

/** Returns a checked constraint on norms. */
export function requireNorm(where: string, bounds: Omit<NormConstraint, 'name'>): Constraint {
  const constraint = readOptions(where, { name: 'minMaxNorm', ...bounds }, NORM);
  requireOrder(where, 'max', constraint);
  return Object.freeze(constraint);
}

function requireOrder(where: string, argument: string, { min, max }: NormConstraint): void {
  number({ min })(where, argument, max);
}

/** Throws unless a shape has the axis of a constraint. */
export function requireAxis(where: string, argument: string, constraint: Constraint, rank: number): void {
  if (constraint.name === 'minMaxNorm') integer(0, rank - 1)(where, `${argument}.axis`, constraint.axis);
}

/** Changes weights, in row-major order from `at` on, so that they meet a constraint. */
export function constrain(
  constraint: Constraint,
  data: FloatArray,
  at: number,
  shape: readonly number[],
  dtype: DType,
): void {
  if (constraint.name === 'minMaxNorm') constrainNorms(constraint, data, at, shape, dtype);
  else for (let j = at, end = at + shape.reduce((a, b) => a * b, 1); j < end; j++) if (data[j]! < 0) data[j] = 0; // (W3)
}
