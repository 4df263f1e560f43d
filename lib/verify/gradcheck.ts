// `gradcheck` and `assertGradients`.

import { reading, refuse, requireInteger } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import { integer, number, optional, readOptions, type Schema, type Settings, unchecked } from '../options.ts';
import { Random } from '../random/random.ts';
import { type FloatNdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { hasOwnElements, refuseShared } from '../tensor/overlap.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { compare } from './compare.ts';
import { randomCotangents, unitCotangents } from './cotangents.ts';
import type { Differentiable, DifferentiableLayer } from './differentiable.ts';
import { blocksOf, totalOf } from './elements.ts';
import { type LayerCall, LayerSubject } from './layer-subject.ts';
import { type CheckSettings, GradcheckReport, GradientError } from './report.ts';
import { type FlatSubject, sideEffects } from './side-effects.ts';

/** Options of `gradcheck`; `x` is required for layers and models. */
export interface GradcheckOptions extends Partial<LayerCall> {
  /**
   * For which directions to check the backward pass. `'all'`: for each output entry, which gives the full Jacobian. A
   * number: for that many random directions over all outputs. Default `'all'` for up to 64 output entries, otherwise 1.
   */
  readonly cotangents?: 'all' | number;
  /** Largest number of elements to check per variable, chosen at random; default all. */
  readonly maxEntries?: number;
  /** Step size h of the differences; default 3e-4. */
  readonly step?: number;
  /** Largest error allowed, relative to the variable's largest gradient; default 1e-9. */
  readonly tolerance?: number;
  /** Seed of random directions and samples; default 0. */
  readonly seed?: number;
}

const LAYER_OPTIONS = ['x', 'initialState', 'forwardOptions'] as const;

/** Largest number of random directions. More would add no information and take minutes. */
const MOST_DIRECTIONS = 2 ** 16;

const OPTIONS: Schema<GradcheckOptions, (typeof LAYER_OPTIONS)[number] | 'cotangents'> = {
  x: optional(unchecked<LayerCall['x']>),
  initialState: optional(unchecked<NonNullable<LayerCall['initialState']>>),
  forwardOptions: optional(requireForwardOptions),
  cotangents: optional(requireCotangents),
  maxEntries: optional(requireMost, Infinity),
  step: optional(number({ min: 0, minOpen: true }), 3e-4),
  tolerance: optional(number({ min: 0, minOpen: true }), 1e-9),
  seed: optional(integer(0), 0),
};

type Checked = Settings<GradcheckOptions, (typeof LAYER_OPTIONS)[number] | 'cotangents'>;

function requireForwardOptions(where: string, argument: string, value: unknown): Readonly<Record<string, unknown>> {
  return reading(where, argument, () => ({ ...(value as object) }));
}

function requireCotangents(where: string, argument: string, value: unknown): 'all' | number {
  return value === 'all' ? value : requireInteger(where, argument, value, 1, MOST_DIRECTIONS);
}

function requireMost(where: string, argument: string, value: unknown): number {
  return value === Infinity ? value : requireInteger(where, argument, value);
}

/** Largest number of output entries for which the full Jacobian is the default. */
const FULL_JACOBIAN = 64;

/**
 * Compares a hand-written backward pass with finite differences in float64: the derivatives of every output, and of the
 * final state, with respect to every element of the parameters, the input and the initial states.
 *
 * The derivative of output f with respect to an element v is estimated by f′ ≈ [8(f(v+h) − f(v−h)) − (f(v+2h) −
 * f(v−2h))] / 12h. The estimate is accurate to about 1e-11 of the largest gradient. The check requires
 * |numeric − analytic| ≤ tolerance · max(max|g|, 1e-3·max(1, |f|)), where max|g| is the largest gradient of this
 * variable and output. If an entry fails, its derivative is estimated again with thirteen step sizes from 8h to h/512
 * and extrapolation, which handles flat and steep functions and nearby kinks. Estimates are selected by their agreement
 * with each other, never by their agreement with the analytic value, so a wrong gradient cannot pass this way. If even
 * the best estimate is uncertain, its uncertainty is added to the tolerance, up to three times the tolerance. At a kink
 * itself, such as relu at exactly 0, no derivative exists: change the input.
 *
 * `gradcheck` also checks that a second call of `backward` gives the same bits, that `backward` adds to the parameters'
 * gradients, and that neither pass changes variables. Afterwards the gradients of a layer are zero, and its values are
 * restored.
 *
 * @param subject - a layer or model (with `x` in the options), or a `Differentiable`; float64
 * @param options - see GradcheckOptions
 * @returns a report; `passed` is false if a gradient is wrong, which does not throw (`assertGradients` does)
 * @throws ArgumentError for a subject in float32 or an option outside its range; ShapeError for a gradient with a wrong
 *   shape; errors of the subject itself
 *
 * Source: Abramowitz and Stegun 25.3.6 for the formula. The figures were measured on LSTMs.
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 3, dtype: 'float64' });
 * const report = gradcheck(layer, { x: randomNormal([2, 5, 4], { dtype: 'float64' }) });
 * report.passed;        // true
 * console.log(`${report}`); // a table
 * ```
 */
export function gradcheck(subject: Differentiable, options?: GradcheckOptions): GradcheckReport;
export function gradcheck(subject: DifferentiableLayer, options: GradcheckOptions): GradcheckReport;
export function gradcheck(
  subject: Differentiable | DifferentiableLayer,
  options: GradcheckOptions = {},
): GradcheckReport {
  return checkAs('gradcheck', subject, options);
}

/**
 * Runs `gradcheck` and throws unless it passes. Use it in tests.
 *
 * @param subject - as for `gradcheck`
 * @param options - as for `gradcheck`
 * @throws GradientError with the report as its message and as `report`; errors of `gradcheck`
 *
 * @example
 * ```ts
 * assertGradients(new Dense({ units: 2, dtype: 'float64' }), { x: randomNormal([3, 4], { dtype: 'float64' }) });
 * ```
 */
export function assertGradients(subject: Differentiable, options?: GradcheckOptions): GradcheckReport;
export function assertGradients(subject: DifferentiableLayer, options: GradcheckOptions): GradcheckReport;
export function assertGradients(
  subject: Differentiable | DifferentiableLayer,
  options: GradcheckOptions = {},
): GradcheckReport {
  const report = checkAs('assertGradients', subject, options);
  if (!report.passed) throw new GradientError('assertGradients', report);
  return report;
}

function checkAs(where: string, subject: unknown, options: GradcheckOptions): GradcheckReport {
  const given = readOptions(where, options, OPTIONS);
  const { maxEntries, step, tolerance, seed } = given;
  const flat = flatten(where, differentiableOf(where, subject, given));
  const cotangents = given.cotangents ?? (flat.size <= FULL_JACOBIAN ? 'all' : 1);
  const random = new Random(seed);
  const directions =
    cotangents === 'all'
      ? unitCotangents(flat.outputs, flat.size)
      : randomCotangents(flat.size, cotangents, random.fork(0));
  const problems = sideEffects(flat, randomCotangents(flat.size, 1, random.fork(1))[0]!);
  const settings: CheckSettings = { step, tolerance, seed, cotangents, outputs: flat.size };
  const { variables, worst } = compare(flat, directions, { step, tolerance, maxEntries, random: random.fork(2) });
  flat.subject.release?.();
  return new GradcheckReport(settings, variables, problems, worst);
}

function differentiableOf(
  where: string,
  subject: unknown,
  { x, initialState, forwardOptions }: Checked,
): FlatSubject['subject'] {
  const { forward, backward, variables } = reading(where, 'subject', () => methodsOf(subject));
  if (typeof forward !== 'function' || typeof backward !== 'function') {
    refuse(where, 'subject', 'have the methods forward and backward', subject);
  }
  if (variables !== undefined) {
    for (const name of LAYER_OPTIONS) {
      const value = { x, initialState, forwardOptions }[name];
      if (value !== undefined) refuse(where, name, 'be omitted for a subject with variables', value);
    }
    return subject as Differentiable;
  }
  if (x === undefined) refuse(where, 'x', 'be the input of the layer', x);
  if (!('parameters' in (subject as object))) refuse(where, 'subject', 'have variables or parameters', subject);
  return new LayerSubject(where, subject as DifferentiableLayer, {
    x,
    ...(initialState && { initialState }),
    ...(forwardOptions && { forwardOptions }),
  });
}

/** Reads the members of a subject. */
function methodsOf(subject: unknown): Partial<Differentiable> {
  const { forward, backward, variables } = (subject ?? {}) as Partial<Differentiable>;
  return { ...(forward && { forward }), ...(backward && { backward }), ...(variables && { variables }) };
}

function flatten(where: string, subject: FlatSubject['subject']): FlatSubject {
  if (typeof subject.variables !== 'object' || subject.variables === null) {
    refuse(where, 'subject.variables', 'be an object of arrays', subject.variables);
  }
  for (const [name, array] of Object.entries(subject.variables)) {
    const view = requireNdArray(where, `variables.${name}`, array);
    const tag = typedArrayTag(view.data);
    if (tag === 'Float64Array') {
      if (!hasOwnElements(view as FloatNdArrayLike)) refuseShared(where, `variables.${name}`);
      continue;
    }
    throw new ArgumentError({
      where,
      argument: `variables.${name}`,
      expected: 'be in float64',
      received: tag ?? 'a plain array',
      remedy: 'Finite differences in float32 have at most three correct digits',
    });
  }
  const variables = blocksOf(where, subject.variables);
  const outputs = blocksOf(`${where}: subject.forward`, subject.forward());
  return { where, subject, variables, outputs, inputs: totalOf(variables), size: totalOf(outputs) };
}
