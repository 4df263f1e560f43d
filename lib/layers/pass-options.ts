// The options of a forward pass, and the results of a backward pass.

import { refuse, requireBoolean } from '../checks.ts';
import { MASKED_OPTIONS, type MaskedOptions, type MaskOptions } from '../engine/mask.ts';
import type { PassRequest } from '../engine/passes.ts';
import { THROUGH_TIME, type ThroughTime } from '../engine/through-time.ts';
import { integer, optional, type Schema, type Settings, unchecked } from '../options.ts';
import type { FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OutOption } from './out.ts';

/** Options of a forward pass. `A` is the type of the array `out`. */
export interface PassOptions<A extends FloatNdArrayLike = Tensor> extends ThroughTime, MaskedOptions, OutOption<A> {
  /**
   * Whether no backward pass follows. The pass then keeps no tape, and takes the same memory for any number of time
   * steps. Default false.
   */
  readonly inference?: boolean;
  /**
   * Number of the training step, from 0, whose random masks dropout uses, unless `inference` is set: the same number gives
   * the same masks. Default 0. `trainStep` and `fit` count their steps themselves.
   */
  readonly trainingStep?: number;
}

/** @internal The schema of `PassOptions`. */
export const PASS_OPTIONS: Schema<PassOptions<FloatNdArrayLike>, 'out' | keyof ThroughTime | keyof MaskOptions> = {
  inference: optional(requireBoolean, false),
  trainingStep: optional(integer(0), 0),
  out: optional(unchecked<FloatNdArrayLike>),
  ...MASKED_OPTIONS,
  ...THROUGH_TIME,
};

/** What a backward pass returns. */
export interface InputGradient {
  /** Gradient of the input, in the input's shape. */
  readonly dx: Tensor;
}

/** @internal What checked options ask a forward pass for. Inference has no backward pass to limit. */
export function passRequest(
  where: string,
  { inference, ...through }: Settings<Pick<PassOptions, 'inference'> & ThroughTime, keyof ThroughTime>,
): PassRequest {
  if (!inference) return { purpose: 'train', through };
  const [limit] = Object.entries(through);
  if (limit === undefined) return { purpose: 'infer' };
  return refuse(where, limit[0], 'not be given with inference, which has no backward pass', limit[1]);
}
