// A training step after its gradients: check for NaN and infinities, clip, update; and the options of `compile`.

import { refuse, requireInstance } from '../checks.ts';
import { applyClipping, type Clipping, gradientNorm, requireClipping } from '../clip/clip-gradients.ts';
import { THROUGH_TIME, type ThroughTime } from '../engine/through-time.ts';
import type { NonFinitePlace } from '../errors.ts';
import { Loss } from '../losses/loss.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { integer, oneOf, optional, readOptions, required, type Schema } from '../options.ts';
import { applyConstraints } from '../parameters/constrain.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { addPenalties } from '../parameters/regularize.ts';
import { placeOfOverflow } from './first-non-finite.ts';
import { type NonFinitePolicy, type SkippedSteps, throwNonFinite } from './non-finite.ts';

/** Options of `compile`. */
export interface CompileOptions extends ThroughTime {
  /** The optimizer. Models that share one have the same rate, and each its own state and number of steps. */
  readonly optimizer: Optimizer;
  /** The loss to minimise. */
  readonly loss: Loss;
  /** How gradients are clipped before each update; default: no clipping. */
  readonly clip?: Clipping;
  /**
   * What happens if a step computes NaN or an infinity. `'throw'`: it throws a NonFiniteError with the place of the
   * first one. `'skip'`: it changes nothing, and training continues. `'off'`: steps do not check. Default `'throw'`.
   */
  readonly onNonFinite?: NonFinitePolicy;
  /** With `'skip'`: how many steps in a row may be skipped, at least 1; the next one throws. Default 100. */
  readonly skipLimit?: number;
}

/** The result of one training step. */
export interface StepResult {
  /** Reduced loss plus the penalties of regularizers, with the parameters before the update. */
  readonly loss: number;
  /** Global norm of the gradients before clipping, in float64. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping; without clipping equal to `gradientNorm`. */
  readonly clippedNorm: number;
  /** Whether the step was skipped because of NaN or an infinity. */
  readonly skipped: boolean;
}

/** Checked options of `compile` with defaults, and the count of skipped steps. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly clip: Clipping | undefined;
  readonly onNonFinite: NonFinitePolicy;
  readonly skipLimit: number;
  readonly through: ThroughTime;
  skipped: SkippedSteps;
}

const OPTIONS: Schema<CompileOptions, 'clip' | 'skipLimit' | keyof ThroughTime> = {
  optimizer: required((where, argument, value) =>
    requireInstance(where, argument, value, Optimizer, 'be an optimizer: new Adam()'),
  ),
  loss: required((where, argument, value) =>
    requireInstance(where, argument, value, Loss, 'be a loss: new MeanSquaredError()'),
  ),
  clip: optional(requireClipping),
  onNonFinite: optional(oneOf('throw', 'skip', 'off'), 'throw'),
  skipLimit: optional(integer()),
  ...THROUGH_TIME,
};

/** Checks the options of `compile`. */
export function requireCompileOptions(where: string, options: CompileOptions): Compiled {
  const { optimizer, loss, clip, onNonFinite, skipLimit, ...through } = readOptions(where, options, OPTIONS);
  if (skipLimit !== undefined && onNonFinite !== 'skip') {
    refuse(where, 'skipLimit', "be used with onNonFinite: 'skip'", skipLimit);
  }
  const skipped = { consecutive: 0, total: 0 };
  return { optimizer, loss, clip, onNonFinite, skipLimit: skipLimit ?? 100, through, skipped };
}

/**
 * Updates the parameters from their gradients: penalties, check, clip, update, constraints. If the loss or the gradients
 * are not finite, `locate` finds the first NaN or infinity. `dataLoss` is the loss without penalties.
 */
export function finishStep(
  where: string,
  parameters: Parameters,
  compiled: Compiled,
  dataLoss: number,
  locate: (gradientNorm: number) => NonFinitePlace,
): StepResult {
  const { optimizer, clip, onNonFinite } = compiled;
  const loss = dataLoss + addPenalties(parameters);
  const trained = optimizer.trained(parameters);
  const norm = gradientNorm(trained);
  const checked = onNonFinite !== 'off';
  if (checked && !(Number.isFinite(loss) && norm < Infinity)) {
    const result = { loss, gradientNorm: norm, clippedNorm: norm, skipped: true };
    return leaveOut(where, compiled, result, () => locate(norm));
  }
  if (clip !== undefined) applyClipping([trained], clip, norm);
  const clippedNorm = clip === undefined ? norm : gradientNorm(trained);
  if (checked && !(clippedNorm < Infinity)) refuse(where, 'clip', 'leave finite gradients', clippedNorm);
  const result = { loss, gradientNorm: norm, clippedNorm, skipped: false };
  if (!checked) optimizer.step(parameters);
  else {
    const overflow = optimizer.stepWithin(parameters, clippedNorm);
    if (overflow !== undefined) {
      return leaveOut(where, compiled, { ...result, skipped: true }, () => placeOfOverflow(overflow));
    }
    if (compiled.skipped.consecutive > 0) compiled.skipped = { ...compiled.skipped, consecutive: 0 };
  }
  applyConstraints(trained);
  return result;
}

/** Skips the step if the policy allows it, and throws otherwise. */
function leaveOut(where: string, compiled: Compiled, result: StepResult, locate: () => NonFinitePlace): StepResult {
  const { optimizer, onNonFinite, skipLimit, skipped } = compiled;
  const { consecutive, total } = skipped;
  if (onNonFinite === 'throw' || consecutive >= skipLimit) {
    throwNonFinite(where, locate(), { ...result, learningRate: optimizer.learningRate }, consecutive);
  }
  compiled.skipped = { consecutive: consecutive + 1, total: total + 1 };
  return result;
}
