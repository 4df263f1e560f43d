// The activations of a gated cell, from its options.

import type { DType } from '../tensor/storage.ts';
import type { ActivationName } from './activations.ts';
import { ClippedActivation } from './clipped-activation.ts';

/** Options of a gated cell about its activations. */
interface ActivationOptions {
  readonly activation: ActivationName;
  readonly recurrentActivation: ActivationName;
  readonly clip: number | undefined;
}

/** φ of the gates and of the candidate. */
export interface GateActivations {
  readonly gate: ClippedActivation;
  readonly candidate: ClippedActivation;
}

/** The activations for arrays of a type. */
export function gateActivationsOf(
  { activation, recurrentActivation, clip }: ActivationOptions,
  dtype: DType,
): GateActivations {
  return {
    gate: new ClippedActivation(recurrentActivation, clip, dtype),
    candidate: new ClippedActivation(activation, clip, dtype),
  };
}
