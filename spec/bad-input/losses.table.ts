import {
  BinaryCrossEntropy,
  CTCLoss,
  ctcDecode,
  ElementwiseLoss,
  GaussianNLL,
  Huber,
  LogCosh,
  type Loss,
  MeanAbsoluteError,
  QuantileLoss,
  randomNormal,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { each, notArray, notBoolean, notInteger, notNumber, notOneOf, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const prediction = randomNormal([4, 6], { seed: 1 });

/** What every loss refuses about its arrays. */
const evaluated = (of: string, loss: Loss, target: Tensor): Subject => {
  const bad = (value: number): Tensor => {
    const copy = target.copy();
    copy.set(3, target.shape[1]! - 1, value);
    return copy;
  };
  return {
    of: `${of}.evaluate`,
    calls: [
      ...notArray('prediction', (y) => loss.evaluate(y, target)),
      ...notArray('target', (t) => loss.evaluate(prediction, t)),
      ...each('prediction', (y) => loss.evaluate(y, target), [tensor(1), tensor([]), tensor([[], []])]),
      ...wrongShape('target', (t) => loss.evaluate(prediction, t), target.shape),
      ...each('target', (value) => loss.evaluate(prediction, bad(value)), [notANumber, Infinity, -Infinity]),
      ...each('weights', (weights) => loss.evaluate(prediction, target, { weights }), [null, 1, 'abc', {}]),
      ...each('weights', (weights) => loss.evaluate(prediction, target, { weights }), WEIGHTS),
      ...each('lengths', (lengths) => loss.evaluate(prediction, target, { lengths }), [null, 2, [1, 1, 1, 1]]),
      ...each('mask', (mask) => loss.evaluate(prediction, target, { mask }), [null, 1, zeros([4, 6])]),
    ],
    withOptions: (options) => loss.evaluate(prediction, target, options),
  };
};

const WEIGHTS = [tensor([1, 1, 1]), zeros([4, 1]), tensor([1, 1, 1, -1]), tensor([1, notANumber, 1, 1])];

class Own extends ElementwiseLoss {
  readonly kind = 'ElementwiseLoss';
  lossOf(y: number, t: number): number {
    return y - t;
  }
  gradientOf(): number {
    return 1;
  }
}

const reductions = (make: (options: object) => Loss) =>
  notOneOf('reduction', (reduction) => make({ reduction }), 'none', 'Mean');

const plain = (['MeanAbsoluteError', 'LogCosh', 'ElementwiseLoss'] as const).flatMap((kind): Subject[] => {
  const make = (options?: object) => new ({ MeanAbsoluteError, LogCosh, ElementwiseLoss: Own })[kind](options);
  return [
    { of: kind, withOptions: (options) => make(options), calls: reductions(make) },
    evaluated(kind, make(), zeros([4, 6])),
  ];
});

const huber = (options: object) => new Huber(options);
const quantile = (options: object) => new QuantileLoss({ quantiles: [0.1, 0.5], ...options });
const gaussian = (options: object) => new GaussianNLL(options);
const softmax = (options: object) => new SoftmaxCrossEntropy(options);
const binary = (options: object) => new BinaryCrossEntropy(options);
const rows = (width: number) => zeros([4, width]);

const withOptions: Subject[] = [
  {
    of: 'Huber',
    withOptions: (options) => huber(options),
    calls: [...reductions(huber), ...notNumber('delta', (delta) => huber({ delta }), 0, -1, Infinity)],
  },
  evaluated('Huber', huber({}), rows(6)),
  {
    of: 'QuantileLoss',
    withOptions: (options) => new QuantileLoss(options),
    calls: [
      ...reductions(quantile),
      ...each('quantiles', (quantiles) => quantile({ quantiles }), [null, 0.5, 'abc', {}, [], [0.5, 0.1], [0.5, 0.5]]),
      ...each('quantiles[0]', (q) => quantile({ quantiles: [q] }), [0, 1, -0.1, 1.1, notANumber, '0.5', null]),
      ['no quantiles', 'quantiles', () => new QuantileLoss({} as never)],
    ],
  },
  evaluated('QuantileLoss', quantile({}), rows(3)),
  {
    of: 'QuantileLoss.evaluate',
    calls: [['features of no number of targets', 'loss', () => quantile({}).evaluate(rows(3), rows(3))]],
  },
  {
    of: 'GaussianNLL',
    withOptions: (options) => gaussian(options),
    calls: [
      ...reductions(gaussian),
      ...notOneOf('spread', (spread) => gaussian({ spread }), 'deviation'),
      ...notNumber('minVariance', (minVariance) => gaussian({ minVariance }), 0, -1, Infinity),
      ...notBoolean('full', (full) => gaussian({ full })),
    ],
  },
  evaluated('GaussianNLL', gaussian({}), rows(3)),
  {
    of: 'GaussianNLL.evaluate',
    calls: [['an odd number of features', 'loss', () => gaussian({}).evaluate(rows(3), rows(3))]],
  },
  {
    of: 'SoftmaxCrossEntropy',
    withOptions: (options) => softmax(options),
    calls: [
      ...reductions(softmax),
      ...notOneOf('from', (from) => softmax({ from }), 'softmax'),
      ...notNumber('labelSmoothing', (labelSmoothing) => softmax({ labelSmoothing }), 1, -0.1),
      ...each('ignoreIndex', (ignoreIndex) => softmax({ ignoreIndex }), [null, 'abc', 0.5, notANumber, 2 ** 25]),
      ...each('classWeights', (classWeights) => softmax({ classWeights }), [null, 1, 'abc', {}, []]),
      ...each('classWeights[1]', (w) => softmax({ classWeights: [1, w] }), [-1, notANumber, Infinity, null, '1']),
    ],
  },
  {
    of: 'SoftmaxCrossEntropy.evaluate',
    calls: [
      ['weights of other classes', 'loss', () => softmax({ classWeights: [1, 2] }).evaluate(rows(3), rows(3))],
      ['no probabilities', 'prediction', () => softmax({ from: 'probabilities' }).evaluate(prediction, rows(6))],
      [
        'another number to ignore',
        'target',
        () => softmax({ ignoreIndex: -1 }).evaluate(rows(3), tensor([0, 1, -2, 0])),
      ],
    ],
  },
  {
    of: 'BinaryCrossEntropy',
    withOptions: (options) => binary(options),
    calls: [
      ...reductions(binary),
      ...notOneOf('from', (from) => binary({ from }), 'sigmoid'),
      ...notNumber('labelSmoothing', (labelSmoothing) => binary({ labelSmoothing }), 1, -0.1),
      ...each('positiveWeight', (positiveWeight) => binary({ positiveWeight }), [
        null,
        'abc',
        {},
        [],
        -1,
        notANumber,
        Infinity,
      ]),
      ...each('positiveWeight[1]', (w) => binary({ positiveWeight: [1, w] }), [-1, notANumber, Infinity, null, '1']),
      ...notBoolean('sumFeatures', (sumFeatures) => binary({ sumFeatures })),
    ],
  },
  {
    of: 'BinaryCrossEntropy.evaluate',
    calls: [
      ['weights of other features', 'loss', () => binary({ positiveWeight: [1, 2] }).evaluate(rows(3), rows(3))],
      ['no probabilities', 'prediction', () => binary({ from: 'probabilities' }).evaluate(prediction, rows(6))],
    ],
  },
];

const ctc = (options: object) => new CTCLoss(options);
const logits = randomNormal([2, 3, 4], { seed: 2 });
const labels = tensor([
  [1, 2],
  [3, -1],
]);
const row = (a: number, b: number) =>
  tensor([
    [1, 2],
    [a, b],
  ]);
const connectionist: Subject[] = [
  {
    of: 'CTCLoss',
    withOptions: (options) => ctc(options),
    calls: [
      ...reductions(ctc),
      ...notInteger('blank', (blank) => ctc({ blank }), -1),
      ...notOneOf('impossible', (impossible) => ctc({ impossible }), 'skip'),
      ...notBoolean('perLabel', (perLabel) => ctc({ perLabel })),
    ],
  },
  {
    of: 'CTCLoss.evaluate',
    withOptions: (options) => ctc({}).evaluate(logits, labels, options),
    calls: [
      ...notArray('prediction', (y) => ctc({}).evaluate(y, labels)),
      ...notArray('target', (t) => ctc({}).evaluate(logits, t)),
      ...each('prediction', (y) => ctc({}).evaluate(y, labels), [zeros([2, 3]), zeros([2, 0, 4]), zeros([0, 3, 4])]),
      ...each('target', (t) => ctc({}).evaluate(logits, t), [
        zeros([3, 2]),
        zeros([2]),
        zeros([2, 2, 1]),
        row(0, -1),
        row(4, -1),
        row(1.5, -1),
        row(-1, 1),
        row(-2, -1),
        row(notANumber, -1),
        row(Infinity, -1),
      ]),
      ['equal labels without a time step between', 'target', () => ctc({}).evaluate(logits.hi(2, 2), row(1, 1))],
      [
        'labels beyond all memory',
        'target',
        () => ctc({}).evaluate(logits, { data: [1], shape: [2, 1e10], stride: [0, 0], offset: 0 }),
      ],
      ['a blank that is no class', 'loss', () => ctc({ blank: 4 }).evaluate(logits, labels)],
      ...each('lengths', (lengths) => ctc({}).evaluate(logits, labels, { lengths }), [null, 2, [3], [3, 3, 3]]),
      ...each('lengths[1]', (length) => ctc({}).evaluate(logits, labels, { lengths: [3, length] }), [-1, 4, 0.5, null]),
      ...each('mask', (mask) => ctc({}).evaluate(logits, labels, { mask }), [null, 1, [], zeros([2, 4])]),
      ...each('weights', (weights) => ctc({}).evaluate(logits, labels, { weights }), [
        null,
        1,
        zeros([2, 3]),
        tensor([1]),
        tensor([1, -1]),
        tensor([1, Infinity]),
      ]),
    ],
  },
];

const wrongStep = (value: number) => {
  const wrong = logits.copy();
  wrong.set(1, 2, 3, value);
  return wrong;
};
const decoding: Subject = {
  of: 'ctcDecode',
  withOptions: (options) => ctcDecode(logits, options),
  calls: [
    ...notArray('logits', (y) => ctcDecode(y)),
    ...each('logits', (y) => ctcDecode(y), [zeros([2, 3]), zeros([2, 0, 4]), zeros([0, 3, 4]), zeros([2, 3, 0])]),
    ...each('logits[1][2]', (y) => ctcDecode(y), [wrongStep(notANumber), wrongStep(Infinity)]),
    ['no class with a probability', 'logits[0][0]', () => ctcDecode(tensor([[[-Infinity, -Infinity]]]))],
    ...notInteger('blank', (blank) => ctcDecode(logits, { blank }), -1, 4),
    ...notOneOf('strategy', (strategy) => ctcDecode(logits, { strategy }), 'sample'),
    ...notInteger('beamWidth', (beamWidth) => ctcDecode(logits, { strategy: 'beam', beamWidth }), 0, -1),
    ['a width of a greedy search', 'beamWidth', () => ctcDecode(logits, { beamWidth: 2 })],
    ...each('lengths', (lengths) => ctcDecode(logits, { lengths }), [null, 2, [3], [3, 3, 3]]),
    ...each('lengths[1]', (length) => ctcDecode(logits, { lengths: [3, length] }), [-1, 4, 0.5, null]),
    ...each('mask', (mask) => ctcDecode(logits, { mask }), [null, 1, [], zeros([2, 4])]),
    ['mask with lengths', 'lengths', () => ctcDecode(logits, { lengths: [3, 3], mask: zeros([2, 3]) })],
  ],
};

export const losses: Table = { subjects: [...plain, ...withOptions, ...connectionist, decoding] };
