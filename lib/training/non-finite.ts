import { NonFiniteError, type NonFinitePlace } from '../errors.ts';

/** What to do about NaN and infinities in training. */
export type NonFinitePolicy = 'throw' | 'skip' | 'off';

/** Steps left out because something was not finite, since `compile`. */
export interface SkippedSteps {
  /** Since the last step that was taken. */
  readonly consecutive: number;
  /** In all. */
  readonly total: number;
}

/** Figures of a step, as far as it came. */
export interface StepFigures {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Refuses the step, naming what was found. */
export function throwNonFinite(where: string, place: NonFinitePlace, figures: StepFigures, skipped: number): never {
  const { loss, gradientNorm, learningRate } = figures;
  const numbers = `loss ${loss}, gradient norm ${gradientNorm}, learning rate ${learningRate}`;
  const remedy = place.tensor === 'x' ? 'Check the data' : 'Lower the learning rate or clip by global norm';
  const otherwise = skipped === 0 ? "; onNonFinite: 'skip' leaves such steps out" : '';
  throw new NonFiniteError({
    where,
    expected: 'meet finite numbers only',
    received: skipped === 0 ? inWords(place) : `${inWords(place)}, after ${skipped} skipped steps in a row`,
    remedy: `Nothing was updated: ${numbers}. ${remedy}${otherwise}`,
    place,
  });
}

const PASS = { forward: 'the forward pass', backward: 'the backward pass', optimizer: 'the update' };

/** `NaN in the forward pass of "lstm1": gate "forget", step 17, row 3, unit 5`. */
export function inWords({
  phase,
  layer,
  gate,
  tensor,
  slot,
  chunk,
  step,
  row,
  unit,
  index,
  value,
}: NonFinitePlace): string {
  const of = layer === undefined ? '' : ` of "${layer}"`;
  const name = gate === undefined ? `"${tensor}"` : `gate "${gate}"`;
  const whose = phase === 'backward' ? `gradient of ${name}` : name;
  const parts = [
    slot === undefined ? whose : `the optimizer's "${slot}" of ${name}`,
    ...Object.entries({ chunk, step, row, unit }).flatMap(([axis, at]) => (at === undefined ? [] : `${axis} ${at}`)),
    ...(index === undefined ? [] : [`entry [${index.join(', ')}]`]),
  ];
  return `${value} in ${PASS[phase]}${of}: ${parts.join(', ')}`;
}
