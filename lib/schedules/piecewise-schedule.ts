// Rates at given steps, and rates between them.

import { refuse, requireEntries, requireInteger } from '../checks.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { halfCosine } from './cosine-decay.ts';
import { mix, rate, scheduleOf } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `piecewiseSchedule`. */
export interface PiecewiseOptions {
  /**
   * The rates between two points. `'constant'`: that of the first one; `'linear'`: on a straight line; `'cosine'`: on half
   * a cosine. Default `'constant'`.
   */
  readonly between?: 'constant' | 'linear' | 'cosine';
}

const OPTIONS: Schema<PiecewiseOptions> = {
  between: optional(oneOf('constant', 'linear', 'cosine'), 'constant'),
};

/** Share of the first of two rates, at a share of the way between them. */
const WEIGHT: Readonly<Record<NonNullable<PiecewiseOptions['between']>, (share: number) => number>> = {
  constant: () => 1,
  linear: (share) => 1 - share,
  cosine: halfCosine,
};

/**
 * Returns a schedule through points: (H11) η(kᵢ) = ηᵢ, between two points as `between` says, after the last one its rate.
 * `'constant'` is `PiecewiseConstantDecay` of Keras.
 *
 * @param points - [step, rate], at least one; the first step is 0, and steps rise
 * @param options - `between`: default `'constant'`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const points = [[0, 0.5], [100, 0.25], [200, 0]] as const;
 * piecewiseSchedule(points)(150);                        // 0.25
 * piecewiseSchedule(points, { between: 'linear' })(150); // 0.125
 * ```
 */
export function piecewiseSchedule(
  points: readonly (readonly [step: number, rate: number])[],
  options: PiecewiseOptions = {},
): Schedule {
  const where = 'piecewiseSchedule';
  const { between } = readOptions(where, options, OPTIONS);
  const read = requirePoints(where, points);
  const weight = WEIGHT[between];
  return scheduleOf(where, (step) => {
    let i = read.length - 1;
    while (i > 0 && step < read[i]![0]) i--;
    const [begin, from] = read[i]!;
    const [end, to] = read[i + 1] ?? [Infinity, from];
    return mix(from, to, weight((step - begin) / (end - begin)));
  });
}

function requirePoints(where: string, points: readonly (readonly [number, number])[]): [number, number][] {
  const expected = 'be an array of pairs [step, rate]';
  const read: [number, number][] = [];
  for (const [i, point] of requireEntries(where, 'points', points, expected).entries()) {
    const argument = `points[${i}]`;
    const pair = requireEntries(where, argument, point, 'be a pair [step, rate]');
    if (pair.length !== 2) refuse(where, argument, 'be a pair [step, rate]', pair);
    const least = i === 0 ? 0 : read[i - 1]![0] + 1;
    const step = requireInteger(where, `${argument}[0]`, pair[0], least, i === 0 ? 0 : Number.MAX_SAFE_INTEGER);
    read.push([step, rate(where, `${argument}[1]`, pair[1])]);
  }
  return read.length > 0 ? read : refuse(where, 'points', 'have at least one entry', read);
}
