// Options for regularizers and constraints of layers and cells.

import { optional, type Schema, saved } from '../options.ts';
import { type Constraint, requireConstraint } from '../regularization/constraint.ts';
import { type Regularizer, requireRegularizer } from '../regularization/regularizer.ts';

/** Regularizers and constraints of what has a kernel and a bias. */
export interface WeightOptions {
  /** Penalty on the kernel, such as `l2(0.01)`; default none. */
  readonly kernelRegularizer?: Regularizer;
  /** Constraint on the kernel after each update, such as `maxNorm(2)`; default none. */
  readonly kernelConstraint?: Constraint;
  /** Penalty on the bias; default none. */
  readonly biasRegularizer?: Regularizer;
  /** Constraint on the bias after each update; default none. */
  readonly biasConstraint?: Constraint;
}

/** Regularizers and constraints of what also has a recurrent kernel. */
export interface RecurrentWeightOptions extends WeightOptions {
  /** Penalty on the recurrent kernel; default none. */
  readonly recurrentRegularizer?: Regularizer;
  /** Constraint on the recurrent kernel after each update; default none. */
  readonly recurrentConstraint?: Constraint;
}

/** @internal The schema of `WeightOptions`. */
export const WEIGHT_OPTIONS: Schema<WeightOptions, keyof WeightOptions> = {
  kernelRegularizer: saved(optional(requireRegularizer)),
  kernelConstraint: saved(optional(requireConstraint)),
  biasRegularizer: saved(optional(requireRegularizer)),
  biasConstraint: saved(optional(requireConstraint)),
};

/** @internal The schema of `RecurrentWeightOptions`. */
export const RECURRENT_WEIGHT_OPTIONS: Schema<RecurrentWeightOptions, keyof RecurrentWeightOptions> = {
  ...WEIGHT_OPTIONS,
  recurrentRegularizer: saved(optional(requireRegularizer)),
  recurrentConstraint: saved(optional(requireConstraint)),
};
