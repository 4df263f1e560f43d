import {
  constantSchedule,
  cosineDecay,
  exponentialDecay,
  joinSchedules,
  linearWarmup,
  piecewiseSchedule,
  polynomialDecay,
  type Schedule,
  stepDecay,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly first_step: number;
  readonly rates: readonly number[];
}

const after = (k: number, schedule: Schedule): Schedule => joinSchedules([constantSchedule(0.1), schedule], [k]);
const staircase = stepDecay(0.1, { every: 3, factor: 0.6 });

/** Our schedules for optax's, by the name of the case. */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  constant: constantSchedule(0.1),
  linear: after(2, polynomialDecay(0.1, { steps: 10, end: 0.01 })),
  polynomial: after(3, polynomialDecay(0.1, { steps: 12, end: 0.001, power: 2 })),
  exponential: exponentialDecay(0.1, { steps: 4, factor: 0.5 }),
  exponential_staircase: after(2, (k) => Math.max(staircase(k), 0.01)),
  cosine: cosineDecay(0.1, { steps: 12 }),
  warmup_cosine: linearWarmup(cosineDecay(0.2, { steps: 15, end: 0.01 }), { steps: 5 }),
  warmup_exponential: linearWarmup(exponentialDecay(0.1, { steps: 5, factor: 0.7 }), { steps: 4 }),
  warmup_constant: linearWarmup(constantSchedule(0.1), { steps: 6, from: 0.01 }),
  piecewise_constant: piecewiseSchedule([
    [0, 0.1],
    [3, 0.05],
    [9, 0.005],
    [15, 0.01],
  ]),
  piecewise_linear: piecewiseSchedule(
    [
      [0, 0.1],
      [4, 0.05],
      [12, 0.01],
    ],
    { between: 'linear' },
  ),
  piecewise_cosine: piecewiseSchedule(
    [
      [0, 0.1],
      [4, 0.05],
      [12, 0.01],
    ],
    { between: 'cosine' },
  ),
  onecycle_cosine: piecewiseSchedule(
    [
      [0, 0.02],
      [6, 0.5],
      [20, 0.000002],
    ],
    { between: 'cosine' },
  ),
  onecycle_linear: piecewiseSchedule(
    [
      [0, 0.02],
      [6, 0.5],
      [17, 0.02],
      [20, 0.000002],
    ],
    { between: 'linear' },
  ),
  sgdr: joinSchedules(
    [
      linearWarmup(cosineDecay(0.1, { steps: 6 }), { steps: 2 }),
      linearWarmup(cosineDecay(0.05, { steps: 9, end: 0.001 }), { steps: 3 }),
    ],
    [8],
  ),
  join: joinSchedules(
    [polynomialDecay(0, { steps: 5, end: 0.1 }), exponentialDecay(0.1, { steps: 3, factor: 0.8 })],
    [5],
  ),
};

describeGolden<Case>(
  'optax/schedules.json',
  {
    covers: 'linear, polynomial, exponential, cosine, warm-ups, piecewise, one cycle, restarts, joined',
    run: 16,
    leftOut: [{ reason: 'powers of a cosine', when: (c) => SCHEDULES[c.name] === undefined, cases: 2 }],
  },
  (each) => {
    each(
      (c, check) => {
        check(
          'rates',
          c.rates.map((_, k) => SCHEDULES[c.name]!(k + c.first_step)),
          c.rates,
        );
      },
      ['float64'],
    );
  },
);
