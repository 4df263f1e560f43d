import { refuse, requireInstance } from '../checks.ts';
import { applyClipping, type Clipping, gradientNorm, requireClipping } from '../clip/clip-gradients.ts';
import { THROUGH_TIME, type ThroughTime } from '../engine/through-time.ts';
import type { NonFinitePlace } from '../errors.ts';
import { Loss } from '../losses/loss.ts';
import { Optimizer } from '../optimizers/optimizer.ts';
import { integer, oneOf, optional, readOptions, required, type Schema } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { placeOfOverflow } from './first-non-finite.ts';
import { type NonFinitePolicy, type SkippedSteps, throwNonFinite } from './non-finite.ts';

/** How a model is trained. */
export interface CompileOptions extends ThroughTime {
  /** Turns gradients into steps; one for each model. */
  readonly optimizer: Optimizer;
  /** What is minimised. */
  readonly loss: Loss;
  /** How gradients are clipped before each step; default not at all. */
  readonly clip?: Clipping;
  /**
   * What happens when a step meets NaN or an infinity: `'throw'` a NonFiniteError that names where it arose first,
   * `'skip'` the step, or `'off'`: nothing is checked; default `'throw'`.
   */
  readonly onNonFinite?: NonFinitePolicy;
  /** With `'skip'`, steps skipped in a row, at least 1, after which the next such step throws; default 100. */
  readonly skipLimit?: number;
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

/** Checked options, with defaults, and what they count. */
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

/** Checks how a model is to be trained. */
export function requireCompileOptions(where: string, options: CompileOptions): Compiled {
  const { optimizer, loss, clip, onNonFinite, skipLimit, ...through } = readOptions(where, options, OPTIONS);
  if (skipLimit !== undefined && onNonFinite !== 'skip') {
    refuse(where, 'skipLimit', "come with onNonFinite: 'skip'", skipLimit);
  }
  const skipped = { consecutive: 0, total: 0 };
  return { optimizer, loss, clip, onNonFinite, skipLimit: skipLimit ?? 100, through, skipped };
}

/**
 * From gradients to the next parameters: check, clip, step. Gradients and loss are computed already; `locate` finds what
 * made them NaN or infinite.
 */
export function finishStep(
  where: string,
  parameters: Parameters,
  compiled: Compiled,
  loss: number,
  locate: (gradientNorm: number) => NonFinitePlace,
): StepResult {
  const { optimizer, clip, onNonFinite } = compiled;
  const norm = gradientNorm(parameters);
  const checked = onNonFinite !== 'off';
  if (checked && !(Number.isFinite(loss) && norm < Infinity)) {
    const result = { loss, gradientNorm: norm, clippedNorm: norm, skipped: true };
    return leaveOut(where, compiled, result, () => locate(norm));
  }
  if (clip !== undefined) applyClipping(parameters, clip, norm);
  const clippedNorm = clip === undefined ? norm : gradientNorm(parameters);
  const result = { loss, gradientNorm: norm, clippedNorm, skipped: false };
  if (!checked) optimizer.step(parameters);
  else {
    const overflow = optimizer.stepWithin(parameters, clippedNorm);
    if (overflow !== undefined) {
      return leaveOut(where, compiled, { ...result, skipped: true }, () => placeOfOverflow(overflow));
    }
    if (compiled.skipped.consecutive > 0) compiled.skipped = { ...compiled.skipped, consecutive: 0 };
  }
  return result;
}

/** Skips the step if that is allowed, and throws if not. */
function leaveOut(where: string, compiled: Compiled, result: StepResult, locate: () => NonFinitePlace): StepResult {
  const { optimizer, onNonFinite, skipLimit, skipped } = compiled;
  const { consecutive, total } = skipped;
  if (onNonFinite === 'throw' || consecutive >= skipLimit) {
    throwNonFinite(where, locate(), { ...result, learningRate: optimizer.learningRate }, consecutive);
  }
  compiled.skipped = { consecutive: consecutive + 1, total: total + 1 };
  return result;
}
