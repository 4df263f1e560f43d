// Axes of the parameters of a sweep.

import type { ChoiceValue, Distribution } from '../fleet/sweep/distributions.ts';
import { countOf, valueAt } from '../fleet/sweep/space.ts';
import type { ReadTrial } from '../fleet/sweep/study-results.ts';
import type { Axis } from './axes.ts';
import { logAround, ticksBetween } from './numbers.ts';
import { shortened } from './trials.ts';

const { floor, log, max } = Math;

/** Share of the room of a choice or a step in which its trials are spread, and most steps that have room. */
const [SPREAD, ROOMY] = [0.5, 12];

/** The distance of values that have room to be spread; 0 if they are too close, or need none. */
function roomOf(of: Distribution): number {
  if (of.kind === 'choice') return 1;
  return of.log || countOf(of) > ROOMY ? 0 : of.step!;
}

/** An axis of a parameter: its whole range. Logarithmic for `log`, choices at 0, 1, …. */
export function parameterAxis(of: Distribution, length: number): Omit<Axis, 'label'> {
  if (of.kind === 'choice') return choiceAxis(of.choices, length);
  const { low, high } = of;
  const most = max(2, length / 60);
  if (!of.log) {
    const ticks = ticksBetween(low, high, most, of.kind === 'integer' ? 1 : 0);
    const room = roomOf(of);
    const steps = Array.from({ length: room === 0 ? 0 : countOf(of) }, (_, k) => valueAt(of, k) as number);
    const fits = steps.length > 0 && steps.length <= most;
    const domain = [low - room / 2, high + room / 2] as const;
    return { domain, ticks: fits ? steps : ticks.length > 1 ? ticks : [low, high] };
  }
  const inside = logAround([low, high]).ticks.filter((tick) => tick >= low && tick <= high);
  const powers = inside.filter((tick) => String(tick.toExponential()).startsWith('1e'));
  const found = inside.length <= most || powers.length < 2 ? inside : powers;
  const every = max(1, Math.ceil(found.length / most));
  const ticks = found.filter((_, i) => i % every === 0);
  return { domain: [low, high], log: true, ticks: ticks.length > 1 ? ticks : [low, high] };
}

function choiceAxis(choices: readonly ChoiceValue[], length: number): Omit<Axis, 'label'> {
  const room = length / choices.length;
  const every = max(1, Math.ceil(24 / room));
  const letters = max(3, floor((room * every) / 6.6) - 1);
  return {
    domain: [-0.5, choices.length - 0.5],
    ticks: choices.map((_, k) => k).filter((k) => k % every === 0),
    format: (k) => shortened(choices[k] === '' ? '""' : String(choices[k]), letters),
  };
}

/** Where a trial stands on such an axis. Those with the same choice, or one of few steps, are spread so that all are visible. */
export function placeOn(of: Distribution, { number, parameters }: ReadTrial, name: string): number {
  const value = parameters[name]!;
  const turn = number * 0.6180339887498949; // golden ratio: neighbours are far apart
  const aside = SPREAD * roomOf(of) * (turn - floor(turn) - 0.5);
  return (of.kind === 'choice' ? of.choices.indexOf(value) : (value as number)) + aside;
}

/** Position on an axis, from 0 to 1. */
export function shareOn(
  { domain: [low, high], log: isLog = false }: Pick<Axis, 'domain' | 'log'>,
  value: number,
): number {
  return isLog ? (log(value) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low);
}
