// The space of a sweep: a distribution for each parameter, and the scale on which samplers see it.

import { reading, refuse } from '../../checks.ts';
import { exp } from '../../kernels/exp.ts';
import { log } from '../../kernels/log.ts';
import {
  type ChoiceDistribution,
  type ChoiceValue,
  choice,
  type Distribution,
  integer,
  uniform,
} from './distributions.ts';

const { floor, max, min, round } = Math;
const { is, keys } = Object;

/** A distribution for each parameter, by name. */
export type Space = Readonly<Record<string, Distribution>>;

/** The values of one trial, by the names of the space. */
export type ParametersOf<S extends Space> = {
  readonly [N in keyof S]: S[N] extends ChoiceDistribution<infer V> ? V : number;
};

/** Values by name, where the types of the space do not matter. */
export type Values = Readonly<Record<string, ChoiceValue>>;

/** Quotients of decimal steps are off by roundings: (0.3 − 0) / 0.1 is below 3. */
const SLACK = 1 + 2 ** -40;

/** Checks a space, and returns a copy. */
export function requireSpace<S extends Space>(where: string, space: S, argument = 'space'): S {
  return reading(where, argument, () => {
    const expected = 'be an object with at least one distribution: { learningRate: uniform(0.001, 0.1) }';
    if (typeof space !== 'object' || space === null || Array.isArray(space))
      return refuse(where, argument, expected, space);
    const names = keys(space);
    if (names.length === 0) return refuse(where, argument, expected, space);
    const ordered = names.filter((name) => !/^(?:0|[1-9]\d*)$/.test(name) && name !== '__proto__');
    if (ordered.length < names.length)
      refuse(
        where,
        argument,
        'have names that are no numbers',
        names.find((name) => !ordered.includes(name)),
      );
    return Object.fromEntries(
      names.map((name) => [name, requireDistribution(where, `${argument}.${name}`, space[name])]),
    ) as S;
  });
}

function requireDistribution(where: string, argument: string, value: unknown): Distribution {
  const given = value as Partial<Record<string, never>> | null | undefined;
  if (given?.kind === 'uniform') {
    const { low, high, log, step } = given;
    return uniform(low!, high!, { log: log!, step: step! });
  }
  if (given?.kind === 'integer') {
    const { low, high, log, step } = given;
    return integer(low!, high!, { log: log!, step: step! });
  }
  if (given?.kind === 'choice') return choice(given.choices!);
  return refuse(where, argument, 'be uniform(…), integer(…) or choice([…])', value);
}

/** Number of values of a distribution; Infinity for all numbers of a range. */
export function countOf(of: Distribution): number {
  if (of.kind === 'choice') return of.choices.length;
  if (of.step === undefined) return Infinity;
  return floor(((of.high - of.low) / of.step) * SLACK) + 1;
}

/** Value k of a distribution with steps or choices. */
export function valueAt(of: Distribution, k: number): ChoiceValue {
  if (of.kind === 'choice') return of.choices[k]!;
  return min(of.low + k * (of.step as number), of.high);
}

/** The value for a share u of the distribution, in [0, 1). */
export function valueFor(of: Distribution, u: number): ChoiceValue {
  if (of.kind !== 'choice' && of.log) {
    const { low, high } = scaleOf(of);
    return fromScale(of, low + u * (high - low));
  }
  const count = countOf(of);
  if (count < Infinity) return valueAt(of, min(floor(u * count), count - 1));
  const { low, high } = of as { low: number; high: number };
  return min(low + u * (high - low), high);
}

/** A range of numbers on which a sampler sees a distribution; `step` is 0 for all numbers of it. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** The scale of a distribution of numbers: ln x for `log`, otherwise x itself. A step reaches half a step to both sides. */
export function scaleOf(of: Exclude<Distribution, ChoiceDistribution>): Scale {
  if (of.log) {
    const half = of.kind === 'integer' ? 0.5 : 0;
    return { low: log(of.low - half), high: log(of.high + half), step: 0 };
  }
  const step = of.step ?? 0;
  const last = step === 0 ? of.high : (valueAt(of, countOf(of) - 1) as number);
  return { low: of.low - step / 2, high: last + step / 2, step };
}

/** Converts a value to the scale. */
export function toScale(of: Distribution, value: ChoiceValue): number {
  if (of.kind === 'choice') return of.choices.indexOf(value);
  return of.log ? log(value as number) : (value as number);
}

/** Converts a point of the scale to the nearest value. */
export function fromScale(of: Exclude<Distribution, ChoiceDistribution>, point: number): number {
  const x = of.log ? exp(point) : point;
  if (of.kind === 'integer' && of.log) return max(of.low, min(of.high, round(x)));
  if (of.step === undefined) return max(of.low, min(of.high, x));
  const k = round((x - of.low) / of.step);
  return valueAt(of, max(0, min(countOf(of) - 1, k))) as number;
}

/** Whether a distribution has this value. */
export function contains(of: Distribution, value: unknown): boolean {
  if (of.kind === 'choice') return of.choices.some((each) => is(each, value));
  if (typeof value !== 'number' || !(value >= of.low && value <= of.high)) return false;
  return of.step === undefined || fromScale(of, toScale(of, value)) === value;
}
