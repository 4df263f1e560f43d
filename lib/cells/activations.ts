// The activations of cells and dense layers by name: the numbers that kernels know them by, and the ranges of their values.

import { refuse, requireOneOf } from '../checks.ts';
import * as kind from '../kernels/activation-kinds.ts';
import { type Check, number } from '../options.ts';

/**
 * An elementwise activation: `'sigmoid'`, `'tanh'`, `'relu'`, `'linear'`, `'softsign'` a/(1 + |a|), or one of the two
 * functions that other libraries call "hard sigmoid": `'hardSigmoidFifth'`, a/5 + 1/2 from 0 to 1 (Keras 1 and 2,
 * TensorFlow.js, ONNX' default), and `'hardSigmoidSixth'`, a/6 + 1/2 from 0 to 1 (Keras 3, PyTorch).
 */
export type ActivationName =
  | 'linear'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'softsign'
  | 'hardSigmoidFifth'
  | 'hardSigmoidSixth';

/**
 * The numbers by which `activationForward` and `activationBackward` of `Kernels` know the activations, by name.
 *
 * @example
 * ```ts
 * activationKinds.softsign; // 4
 * ```
 */
export const activationKinds: Readonly<Record<ActivationName, number>> = {
  linear: kind.LINEAR,
  sigmoid: kind.SIGMOID,
  tanh: kind.TANH,
  relu: kind.RELU,
  softsign: kind.SOFTSIGN,
  hardSigmoidFifth: kind.HARD_SIGMOID_FIFTH,
  hardSigmoidSixth: kind.HARD_SIGMOID_SIXTH,
};

/** Bounds of values: low and high. */
export type Range = readonly [low: number, high: number];

/** The range of each activation. */
export const activationRanges: Readonly<Record<ActivationName, Range>> = {
  linear: [-Infinity, Infinity],
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, Infinity],
  softsign: [-1, 1],
  hardSigmoidFifth: [0, 1],
  hardSigmoidSixth: [0, 1],
};

/** Whether a gate of this activation is a share, from 0 to 1. */
export function isShare(name: ActivationName): boolean {
  const [low, high] = activationRanges[name];
  return low === 0 && high === 1;
}

const NAMES = /* @__PURE__ */ Object.keys(activationKinds) as ActivationName[];

const TWO_HARD_SIGMOIDS =
  'be "hardSigmoidFifth" (a/5 + 1/2: Keras 1 and 2, TensorFlow.js, ONNX) or "hardSigmoidSixth" (a/6 + 1/2: Keras 3, PyTorch)';

/** Creates the check of the name of an activation, or of one of `others`. */
export function activationOr<T extends string>(...others: readonly T[]): Check<ActivationName | T> {
  return (where, argument, value) => {
    if (value === 'hardSigmoid' || value === 'hard_sigmoid') return refuse(where, argument, TWO_HARD_SIGMOIDS, value);
    return requireOneOf(where, argument, value, [...NAMES, ...others]);
  };
}

/** The check of the name of an activation. */
export const activation: Check<ActivationName> = /* @__PURE__ */ activationOr();

/** The check of a bound of pre-activations: above 0, and a float32. */
export const clipBound: Check<number> = /* @__PURE__ */ number({ min: 0, minOpen: true, max: 3.4028234663852886e38 });
