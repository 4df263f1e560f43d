// A sequence that a decoder generated, and what it scored.

import { exp } from '../../kernels/arithmetic.ts';
import { log } from '../../kernels/log.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A sequence of tokens that `generate` found. */
export interface Hypothesis {
  /** The tokens, with the stop token if it came. */
  readonly tokens: readonly number[];
  /** Sum of the logarithms of the probabilities of all tokens; at most 0, up to rounding. */
  readonly logProbability: number;
  /** `logProbability` divided by the length penalty, (BS2). */
  readonly score: number;
  /** Whether the stop token came. */
  readonly stopped: boolean;
  /** With `attention: true`: the weights of the source's time steps for each token, [tokens, S]. */
  readonly attention?: Tensor;
}

/** (BS2) The length penalty: n^α for n tokens. The same bits on every engine. */
export function lengthPenalty(n: number, alpha: number): number {
  if (alpha === 0 || n <= 1) return 1;
  return alpha === 1 ? n : exp(Math.fround(alpha * log(n)));
}
