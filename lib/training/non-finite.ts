// The policy for steps that compute NaN or an infinity, and their error.

import { NonFiniteError, type NonFinitePlace } from '../errors.ts';

/** What a training step does if it computes NaN or an infinity. */
export type NonFinitePolicy = 'throw' | 'skip' | 'off';

/** Numbers of training steps skipped because of NaN or an infinity, since `compile`. */
export interface SkippedSteps {
  /** Steps skipped since the last one that was not. */
  readonly consecutive: number;
  /** All skipped steps. */
  readonly total: number;
}

/** Figures of a step, for its error. */
export interface StepFigures {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Throws the error of a step that computed NaN or an infinity. */
export function throwNonFinite(where: string, place: NonFinitePlace, figures: StepFigures, skipped: number): never {
  const { loss, gradientNorm, learningRate } = figures;
  const numbers = `loss ${loss}, gradient norm ${gradientNorm}, learning rate ${learningRate}`;
  const remedy =
    place.tensor === 'x' || place.tensor === 'source'
      ? 'Check the data'
      : 'Lower the learning rate or clip by global norm';
  const otherwise = skipped === 0 ? ", or use onNonFinite: 'skip'" : '';
  throw new NonFiniteError({
    where,
    expected: 'compute only finite numbers',
    received: skipped === 0 ? inWords(place) : `${inWords(place)}, after ${skipped} skipped steps in a row`,
    remedy: `Nothing was updated (${numbers}). ${remedy}${otherwise}`,
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
