import {
  Adam,
  constantSchedule,
  cosineDecay,
  cosineRestarts,
  Dense,
  exponentialDecay,
  inverseSquareRoot,
  joinSchedules,
  linearWarmup,
  MeanSquaredError,
  oneCycle,
  Parameters,
  parameterGroups,
  piecewiseSchedule,
  polynomialDecay,
  randomNormal,
  rateRangeTest,
  type Schedule,
  Sequential,
  stepDecay,
  tensor,
} from '../../lib/index.ts';
import { rateRangePlot, schedulePlot } from '../../lib/plot/index.ts';
import { type BadCall, each, notBoolean, notFunction, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const flat: Schedule = () => 0.1;

/** Calls of a schedule with what is no step. */
const steps = (schedule: Schedule): BadCall[] => notInteger('step', (step) => schedule(step), -1, undefined);

const schedules: Subject[] = [
  {
    of: 'constantSchedule',
    calls: [
      ...notNumber('learningRate', (rate) => constantSchedule(rate), -1, undefined),
      ...steps(constantSchedule(1)),
    ],
  },
  {
    of: 'stepDecay',
    withOptions: (options) => stepDecay(0.1, options),
    calls: [
      ...notNumber('initial', (initial) => stepDecay(initial, { every: 2, factor: 0.5 }), -1, undefined),
      ...notInteger('every', (every) => stepDecay(0.1, { every, factor: 0.5 }), 0, undefined),
      ...notNumber('factor', (factor) => stepDecay(0.1, { every: 2, factor }), 0, -1, undefined),
      ...steps(stepDecay(0.1, { every: 2, factor: 0.5 })),
    ],
  },
  {
    of: 'exponentialDecay',
    withOptions: (options) => exponentialDecay(0.1, options),
    calls: [
      ...notNumber('initial', (initial) => exponentialDecay(initial, { factor: 0.5 }), -1, undefined),
      ...notNumber('factor', (factor) => exponentialDecay(0.1, { factor }), 0, -1, undefined),
      ...notInteger('steps', (steps) => exponentialDecay(0.1, { factor: 0.5, steps }), 0),
      ...notNumber('minimum', (minimum) => exponentialDecay(0.1, { factor: 0.5, minimum }), -1),
      ...steps(exponentialDecay(0.1, { factor: 0.5 })),
    ],
  },
  {
    of: 'polynomialDecay',
    withOptions: (options) => polynomialDecay(0.1, options),
    calls: [
      ...notNumber('initial', (initial) => polynomialDecay(initial, { steps: 9 }), -1, undefined),
      ...notInteger('steps', (steps) => polynomialDecay(0.1, { steps }), 0, undefined),
      ...notNumber('end', (end) => polynomialDecay(0.1, { steps: 9, end }), -1),
      ...notNumber('power', (power) => polynomialDecay(0.1, { steps: 9, power }), 0, -1),
      ...steps(polynomialDecay(0.1, { steps: 9 })),
    ],
  },
  {
    of: 'cosineDecay',
    withOptions: (options) => cosineDecay(0.1, options),
    calls: [
      ...notNumber('initial', (initial) => cosineDecay(initial, { steps: 9 }), -1, undefined),
      ...notInteger('steps', (steps) => cosineDecay(0.1, { steps }), 0, undefined),
      ...notNumber('end', (end) => cosineDecay(0.1, { steps: 9, end }), -1),
      ...steps(cosineDecay(0.1, { steps: 9 })),
    ],
  },
  {
    of: 'cosineRestarts',
    withOptions: (options) => cosineRestarts(0.1, options),
    calls: [
      ...notNumber('initial', (initial) => cosineRestarts(initial, { steps: 9 }), -1, undefined),
      ...notInteger('steps', (steps) => cosineRestarts(0.1, { steps }), 0, undefined),
      ...notInteger('cycleFactor', (cycleFactor) => cosineRestarts(0.1, { steps: 9, cycleFactor }), 0),
      ...notNumber('peakFactor', (peakFactor) => cosineRestarts(0.1, { steps: 9, peakFactor }), 0, -1),
      ...notNumber('end', (end) => cosineRestarts(0.1, { steps: 9, end }), -1),
      ...steps(cosineRestarts(0.1, { steps: 9 })),
    ],
  },
  {
    of: 'oneCycle',
    withOptions: (options) => oneCycle(0.1, options),
    calls: [
      ...notNumber('peak', (peak) => oneCycle(peak, { steps: 9 }), -1, undefined),
      ...notInteger('steps', (steps) => oneCycle(0.1, { steps }), 1, undefined),
      ...notNumber('rise', (rise) => oneCycle(0.1, { steps: 9, rise }), 0, 1),
      ...notNumber('startDivisor', (startDivisor) => oneCycle(0.1, { steps: 9, startDivisor }), 0.5),
      ...notNumber('endDivisor', (endDivisor) => oneCycle(0.1, { steps: 9, endDivisor }), 0.5),
      ...notOneOf('form', (form) => oneCycle(0.1, { steps: 9, form }), 'cos'),
      ...steps(oneCycle(0.1, { steps: 9 })),
    ],
  },
  {
    of: 'inverseSquareRoot',
    withOptions: (options) => inverseSquareRoot(0.1, options),
    calls: [
      ...notNumber('peak', (peak) => inverseSquareRoot(peak, { warmup: 9 }), -1, undefined),
      ...notInteger('warmup', (warmup) => inverseSquareRoot(0.1, { warmup }), 0, undefined),
      ...steps(inverseSquareRoot(0.1, { warmup: 9 })),
    ],
  },
  {
    of: 'linearWarmup',
    withOptions: (options) => linearWarmup(flat, options),
    calls: [
      ...notFunction('schedule', (schedule) => linearWarmup(schedule, { steps: 9 })),
      ...notInteger('steps', (steps) => linearWarmup(flat, { steps }), 0, undefined),
      ...notNumber('from', (from) => linearWarmup(flat, { steps: 9, from }), -1),
      ...steps(linearWarmup(flat, { steps: 9 })),
      ...each('schedule(0)', (rate) => linearWarmup(() => rate, { steps: 9 })(1), [notANumber, -1, '1', undefined]),
    ],
  },
  {
    of: 'joinSchedules',
    calls: [
      ...each('schedules', (bad) => joinSchedules(bad, []), [null, undefined, flat, {}, [], 'ab']),
      ...notFunction('schedules[1]', (bad) => joinSchedules([flat, bad], [1])),
      ...each('boundaries', (bad) => joinSchedules([flat, flat], bad), [null, undefined, 1, {}, [], [1, 2]]),
      ...notInteger('boundaries[0]', (bad) => joinSchedules([flat, flat], [bad]), 0, -1, undefined),
      ...each('boundaries[1]', (bad) => joinSchedules([flat, flat, flat], [5, bad]), [5, 4]),
      ...steps(joinSchedules([flat], [])),
      ...each('schedules[1](2)', (rate) => joinSchedules([flat, () => rate], [1])(3), [notANumber, -1, null]),
    ],
  },
  {
    of: 'piecewiseSchedule',
    withOptions: (options) => piecewiseSchedule([[0, 1]], options),
    calls: [
      ...each('points', (bad) => piecewiseSchedule(bad), [null, undefined, 1, {}, []]),
      ...each('points[0]', (bad) => piecewiseSchedule([bad]), [null, 1, {}, [], [0], [0, 1, 2]]),
      ...notInteger('points[0][0]', (bad) => piecewiseSchedule([[bad, 1]]), 1, -1),
      ...notInteger(
        'points[1][0]',
        (bad) =>
          piecewiseSchedule([
            [0, 1],
            [bad, 1],
          ]),
        0,
      ),
      ...notNumber('points[0][1]', (bad) => piecewiseSchedule([[0, bad]]), -1),
      ...notOneOf('between', (between) => piecewiseSchedule([[0, 1]], { between }), 'step'),
      ...steps(piecewiseSchedule([[0, 1]])),
    ],
  },
  {
    of: 'schedulePlot',
    withOptions: (options) => schedulePlot(flat, options),
    calls: [
      ...each('schedules', (bad) => schedulePlot(bad, { steps: 9 }), [null, undefined, 1, 'ab', [], [flat], {}]),
      ...notFunction('schedules.a', (a) => schedulePlot({ a }, { steps: 9 })),
      ...each('schedules(0)', (rate) => schedulePlot(() => rate, { steps: 9 }), [notANumber, -1, '1']),
      ...notInteger('steps', (steps) => schedulePlot(flat, { steps }), 0, undefined),
      ...notOneOf('yScale', (yScale) => schedulePlot(flat, { steps: 9, yScale }), 'LOG'),
      ...notNumber('width', (width) => schedulePlot(flat, { steps: 9, width }), 199, 8001),
      ...notNumber('height', (height) => schedulePlot(flat, { steps: 9, height }), 119, 8001),
      ...each('title', (title) => schedulePlot(flat, { steps: 9, title }), [null, 0, true, [], {}]),
    ],
  },
];

const one = Parameters.of({ w: tensor([1]) });

/** What no selector is. */
const NO_SELECTORS = [null, 0, true, {}, [], 1n];

const groups: Subject[] = [
  {
    of: 'parameterGroups',
    calls: each('where', (bad) => parameterGroups(bad, []), [undefined, null, 0, [], {}]),
  },
  {
    of: 'parameterGroups',
    where: 'Own',
    calls: [
      ...each('groups', (bad) => parameterGroups('Own', bad), [null, 0, true, 'w', {}, flat]),
      ...each('groups[0]', (bad) => parameterGroups('Own', [bad]), [null, 0, 'w', []]),
      ...each('groups[0]', (bad) => parameterGroups('Own', [bad]), [{ parameters: 'w', momentum: 1 }]),
      ...each('groups[0].parameters', (parameters) => parameterGroups('Own', [{ parameters }]), [
        undefined,
        ...NO_SELECTORS,
      ]),
      ...each('groups[0].parameters[1]', (bad) => parameterGroups('Own', [{ parameters: ['w', bad] }]), [
        undefined,
        ...NO_SELECTORS,
        flat,
      ]),
      ...notNumber(
        'groups[0].rateFactor',
        (rateFactor) => parameterGroups('Own', [{ parameters: 'w', rateFactor }]),
        -1,
      ),
      ...notNumber(
        'groups[0].decayFactor',
        (decayFactor) => parameterGroups('Own', [{ parameters: 'w', decayFactor }]),
        -1,
      ),
      ...notNumber(
        'groups[0].learningRate',
        (learningRate) => parameterGroups('Own', [{ parameters: 'w', learningRate }]),
        -0.1,
      ),
      [
        'two kinds of rates',
        'groups[0].rateFactor',
        () => parameterGroups('Own', [{ parameters: 'w', rateFactor: 1, learningRate: 1 }]),
      ],
      ...notBoolean('groups[0].frozen', (frozen) => parameterGroups('Own', [{ parameters: 'w', frozen }])),
      ...each(
        "groups[0].parameters({ name: 'w' })",
        (answer) => parameterGroups('Own', [{ parameters: () => answer }])!.require([...one]),
        [undefined, null, 0, 'w'],
      ),
      ...each('groups[0].parameters', (parameters) => parameterGroups('Own', [{ parameters }])!.require([...one]), [
        'v',
        'w.kernel',
        /v/,
        () => false,
        () => {
          throw new Error('no');
        },
      ]),
    ],
  },
];

/** Functions that are no rate at some step, given to an optimizer. */
const scheduled: Subject[] = [
  {
    of: 'Adam.learningRate',
    where: 'Adam',
    calls: each('learningRate(0)', (rate) => new Adam({ learningRate: () => rate }).learningRate, [
      notANumber,
      -1,
      '1',
      null,
      undefined,
    ]),
  },
];

const net = (): Sequential => {
  const made = new Sequential([new Dense({ units: 1 })]).build(2);
  return made.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
};
const [x, y] = [randomNormal([4, 2], { seed: 1 }), randomNormal([4, 1], { seed: 2 })];
const test = (options: object) => rateRangeTest(net(), x, y, { steps: 3, ...options });
const range = { points: [{ step: 0, learningRate: 0.1, loss: 1, smoothed: 1 }], suggestion: 0.1, diverged: false };
const drawn = (more: object) => rateRangePlot({ ...range, ...more });
const point = (more: object) => drawn({ points: [{ ...range.points[0], ...more }] });
const noNumber = [null, undefined, '1', true, {}];

const ranges: Subject[] = [
  {
    of: 'rateRangeTest',
    withOptions: (options) => rateRangeTest(net(), x, y, options),
    calls: [
      ...each('model', (model) => rateRangeTest(model, x, y), [null, undefined, 1, {}, new Dense({ units: 1 })]),
      ...notNumber('from', (from) => test({ from }), 0, -1),
      ...notNumber('to', (to) => test({ to }), 0, -1, 1e-6),
      ...notInteger('steps', (steps) => test({ steps }), 2),
      ...notInteger('batchSize', (batchSize) => test({ batchSize }), 0),
      ...notInteger('seed', (seed) => test({ seed }), -1),
      ...notNumber('divergence', (divergence) => test({ divergence }), 1, 0),
      ...each('signal', (signal) => test({ signal }), [null, 0, 'abc', true, {}]),
      ['a model that is not compiled', undefined, () => rateRangeTest(new Sequential([new Dense({ units: 1 })]), x, y)],
    ],
  },
  {
    of: 'rateRangePlot',
    withOptions: (options) => rateRangePlot(range, options),
    calls: [
      ...each('range', (bad) => rateRangePlot(bad), [null, undefined, 0, true, 'abc']),
      ...each('range.points', (points) => drawn({ points }), [null, undefined, 0, 'abc', {}, []]),
      ...each('range.points[0]', (bad) => drawn({ points: [bad] }), [null, undefined, 0, 'abc']),
      ...each('range.points[0].learningRate', (learningRate) => point({ learningRate }), noNumber),
      ...each('range.points[0].loss', (loss) => point({ loss }), noNumber),
      ...each('range.points[0].smoothed', (smoothed) => point({ smoothed }), noNumber),
      ...each('range.suggestion', (suggestion) => drawn({ suggestion }), [null, '1', true, {}]),
      ...notNumber('width', (width) => rateRangePlot(range, { width }), 199, 8001),
      ...notNumber('height', (height) => rateRangePlot(range, { height }), 119, 8001),
      ...each('title', (title) => rateRangePlot(range, { title }), [null, 0, true, [], {}]),
    ],
  },
];

export const rates: Table = {
  subjects: [...schedules, ...groups, ...scheduled, ...ranges],
  watch: () => [one.arena.data],
};
