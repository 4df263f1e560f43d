import {
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  inverseSquareRoot,
  joinSchedules,
  linearWarmup,
  oneCycle,
  piecewiseSchedule,
  polynomialDecay,
  ReduceLROnPlateau,
  type Schedule,
  stepDecay,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { epochLog, run } from '../training/callbacks/logs.ts';

interface Case extends GoldenCase {
  readonly class: string;
  readonly rates: readonly number[];
  readonly config?: {
    readonly mode: 'min' | 'max';
    readonly factor: number;
    readonly patience: number;
    readonly threshold: number;
    readonly threshold_mode: 'rel' | 'abs';
    readonly cooldown: number;
    readonly min_lr: number;
    readonly eps: number;
  };
  readonly metrics?: readonly number[];
  readonly rate_after_last?: number;
}

const isPlateau = (c: Case): boolean => c.class === 'ReduceLROnPlateau';

/** Rates before each value of the figure, and after the last one. */
function plateauRates({ config, metrics }: Case): number[] {
  const { mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps } = config!;
  const thresholdMode = threshold_mode === 'rel' ? ('relative' as const) : ('absolute' as const);
  const rule = { mode, factor, patience, threshold, thresholdMode, cooldown };
  const plateau = new ReduceLROnPlateau({ ...rule, minLearningRate: min_lr, epsilon: eps });
  const given = run();
  plateau.onTrainBegin(given);
  const rates = metrics!.map((value, epoch) => {
    const rate = given.optimizer.learningRate;
    plateau.onEpochEnd(epochLog(epoch, value), given);
    return rate;
  });
  return [...rates, given.optimizer.learningRate];
}

const linear = polynomialDecay(0.1 * 0.2, { steps: 4, end: 0.1 });
const exponential = exponentialDecay(0.1, { factor: 0.9 });

/** Our schedules for PyTorch's, by the name of the case. */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  step: stepDecay(0.1, { every: 3, factor: 0.5 }),
  multistep: piecewiseSchedule([
    [0, 0.1],
    [2, 0.03],
    [5, 0.009],
    [9, 0.0027],
  ]),
  exponential: exponentialDecay(0.1, { factor: 0.85 }),
  constant: piecewiseSchedule([
    [0, 0.025],
    [3, 0.1],
  ]),
  linear: polynomialDecay(0.01, { steps: 5, end: 0.1 }),
  linear_down: polynomialDecay(0.1, { steps: 4, end: 0.02 }),
  cosine: cosineDecay(0.1, { steps: 10, end: 0.01 }),
  cosine_beyond: cosineDecay(0.1, { steps: 8 }),
  cosine_T1: cosineDecay(0.1, { steps: 1 }),
  warm_restarts: cosineRestarts(0.1, { steps: 5, end: 0.001 }),
  warm_restarts_mult: cosineRestarts(0.1, { steps: 3, cycleFactor: 2 }),
  polynomial: polynomialDecay(0.1, { steps: 8 }),
  polynomial_p2: polynomialDecay(0.1, { steps: 10, power: 2 }),
  onecycle_cos: oneCycle(0.5, { steps: 20 }),
  onecycle_linear: oneCycle(0.5, { steps: 20, form: 'linear' }),
  onecycle_factors: oneCycle(0.5, { steps: 20, rise: 0.4, startDivisor: 10, endDivisor: 100 }),
  warmup_then_cosine: linearWarmup(cosineDecay(0.2, { steps: 12, end: 0.005 }), { steps: 4, from: 0.02 }),
  three_parts: joinSchedules([() => 0.01, exponential, stepDecay(0.1, { every: 2, factor: 0.5 })], [3, 8]),
  chained: (k) => (linear(k) * exponential(k)) / 0.1,
  inverse_sqrt_noam: inverseSquareRoot(1 / Math.sqrt(512 * 8), { warmup: 8 }),
  inverse_sqrt_warmup: inverseSquareRoot(0.01, { warmup: 8 }),
};

/** PyTorch's cosine rises again after its last step; ours keeps the last rate. */
const ENDS: Readonly<Record<string, number>> = { cosine: 11, cosine_beyond: 9, cosine_T1: 2, warmup_then_cosine: 17 };

describeGolden<Case>(
  'torch2/schedules.json',
  {
    covers:
      'step, exponential, linear, polynomial, cosine, restarts, one cycle, inverse square root, joined, multiplied, ' +
      'ReduceLROnPlateau',
    run: 28,
    leftOut: [
      {
        reason: 'CyclicLR, one cycle of three phases',
        when: (c) => !isPlateau(c) && SCHEDULES[c.name] === undefined,
        cases: 3,
      },
    ],
  },
  (each) => {
    each(
      (c, check) => {
        if (isPlateau(c)) {
          check('rates', plateauRates(c), [...c.rates, c.rate_after_last!]);
          return;
        }
        const expected = c.rates.slice(0, ENDS[c.name]);
        check(
          'rates',
          expected.map((_, k) => SCHEDULES[c.name]!(k)),
          expected,
        );
      },
      ['float64'],
    );
  },
);
