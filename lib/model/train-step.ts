import { applyClipping, type Clipping, gradientNorm } from '../clip/clip-gradients.ts';
import type { Loss } from '../losses/loss.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Parameters } from '../tensor/parameters.ts';
import { type NonFinitePolicy, throwNonFinite } from './non-finite.ts';

/** How a model is trained. */
export interface CompileOptions {
  /** Turns gradients into steps; one for each model. */
  readonly optimizer: Optimizer;
  /** What is minimised. */
  readonly loss: Loss;
  /** How gradients are clipped before each step; default not at all. */
  readonly clip?: Clipping;
  /**
   * What happens when the loss or a gradient is NaN or infinite: `'throw'` a NonFiniteError that names the first bad
   * tensor, `'skip'` the step, or `'propagate'` it into the parameters; default `'throw'`.
   */
  readonly nonFinite?: NonFinitePolicy;
}

/** What one training step tells. */
export interface StepResult {
  /** Reduced loss before the step. */
  readonly loss: number;
  /** Global norm of the gradients before clipping, in float64. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping; the same without clipping. */
  readonly clippedNorm: number;
  /** Whether the step was left out because something was not finite. */
  readonly skipped: boolean;
}

/** From gradients to the next parameters: check, clip, step. Gradients and loss are computed already. */
export function finishStep(
  where: string,
  parameters: Parameters,
  { optimizer, clip, nonFinite = 'throw' }: CompileOptions,
  loss: number,
  locate: () => string,
): StepResult {
  const norm = gradientNorm(parameters);
  const finite = Number.isFinite(loss) && norm < Infinity;
  if (!finite && nonFinite === 'throw') throwNonFinite(where, locate());
  if (!finite && nonFinite === 'skip') return { loss, gradientNorm: norm, clippedNorm: norm, skipped: true };
  if (clip !== undefined) applyClipping(parameters, clip, norm);
  const clippedNorm = clip === undefined ? norm : gradientNorm(parameters);
  optimizer.step(parameters);
  return { loss, gradientNorm: norm, clippedNorm, skipped: false };
}
