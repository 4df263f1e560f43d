import {
  Accuracy,
  AUC,
  BitsPerCharacter,
  ConfusionMatrix,
  Coverage,
  F1,
  MAE,
  MAPE,
  MASE,
  type Metric,
  Perplexity,
  Pinball,
  Precision,
  Recall,
  RMSE,
  SMAPE,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { each, notArray, notInteger, notNumber, notOneOf, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;

/** What every metric refuses about its arrays. */
const calls = (of: string, make: () => Metric<unknown>, F: number, size: number, classes?: number): Subject[] => {
  const prediction = zeros([2, 3, F]);
  const target = classes === undefined ? zeros([2, 3, size]) : zeros([2, 3]);
  const bad = (value: number): Tensor => {
    const copy = target.copy();
    copy.data[copy.size - 1] = value;
    return copy;
  };
  const values = [notANumber, Infinity, ...(classes === undefined ? [] : [-1, classes, 0.5])];
  return (['add', 'evaluate'] as const).map((method): Subject => {
    const call = (y: unknown, t: unknown, options?: unknown) =>
      make()[method](y as never, t as never, options as never);
    return {
      of: `${of}.${method}`,
      where: `${of}.add`,
      withOptions: (options) => call(prediction, target, options),
      calls: [
        ...notArray('prediction', (y) => call(y, target)),
        ...notArray('target', (t) => call(prediction, t)),
        ...each('prediction', (y) => call(y, target), [tensor(1), tensor([1]), zeros([2, 0])]),
        ...wrongShape('target', (t) => call(prediction, t), target.shape).filter(
          ([name]) => !name.endsWith('[2, 3, 1]') || F > 1,
        ),
        ...each('target', (value) => call(prediction, bad(value)), values),
        ...each('weights', (weights) => call(prediction, target, { weights }), [
          null,
          1,
          [1, 1],
          zeros([3]),
          zeros([2, 2]),
          tensor([1, -1]),
          tensor([1, notANumber]),
          tensor([1, Infinity]),
        ]),
        ...each('lengths', (lengths) => call(prediction, target, { lengths }), [null, 2, [3]]),
        ...each('lengths[1]', (length) => call(prediction, target, { lengths: [3, length] }), [-1, 4, 0.5]),
        ...each('mask', (mask) => call(prediction, target, { mask }), [null, 1, zeros([2, 4])]),
      ],
    };
  });
};

const ofClasses = (kind: 'Perplexity' | 'BitsPerCharacter'): Subject[] => {
  const make = (options?: object) => new ({ Perplexity, BitsPerCharacter })[kind](options);
  return [
    {
      of: kind,
      withOptions: (options) => make(options),
      calls: [
        ...notOneOf('from', (from) => make({ from }), 'softmax'),
        ...each('ignoreIndex', (ignoreIndex) => make({ ignoreIndex }), [null, 'abc', 0.5, notANumber]),
      ],
    },
    ...calls(kind, make, 3, 1, 3),
  ];
};

const averages = (kind: 'Precision' | 'Recall' | 'F1'): Subject[] => {
  const make = (options?: object) => new ({ Precision, Recall, F1 })[kind](options);
  return [
    {
      of: kind,
      withOptions: (options) => make(options),
      calls: [
        ...notOneOf('average', (average) => make({ average }), 'binary'),
        ...notInteger('label', (label) => make({ label }), -1),
        ...notNumber('zeroDivision', (zeroDivision) => make({ zeroDivision })),
        ...notNumber('threshold', (threshold) => make({ threshold })),
      ],
    },
    {
      of: `${kind}.add`,
      calls: [
        ['a class that is none', 'label', () => make({ label: 3 }).add(zeros([2, 3]), zeros([2]))],
        [
          'others before',
          'prediction',
          () =>
            make()
              .add(zeros([2, 3]), zeros([2]))
              .add(zeros([2, 2]), zeros([2])),
        ],
      ],
    },
    ...calls(kind, make, 3, 1, 3),
  ];
};

const subjects: Subject[] = [
  {
    of: 'Accuracy',
    withOptions: (options) => new Accuracy(options),
    calls: [
      ...notInteger('topK', (topK) => new Accuracy({ topK }), 0, -1),
      ...each('ignoreIndex', (ignoreIndex) => new Accuracy({ ignoreIndex } as never), [null, 'abc', 0.5, notANumber]),
      ...notNumber('threshold', (threshold) => new Accuracy({ threshold })),
    ],
  },
  {
    of: 'Accuracy.add',
    calls: [['more than all', 'topK', () => new Accuracy({ topK: 4 }).add(zeros([2, 3]), zeros([2]))]],
  },
  ...calls('Accuracy', () => new Accuracy(), 3, 1, 3),
  ...ofClasses('Perplexity'),
  ...ofClasses('BitsPerCharacter'),
  ...averages('Precision'),
  ...averages('Recall'),
  ...averages('F1'),
  {
    of: 'ConfusionMatrix',
    withOptions: (options) => new ConfusionMatrix(options),
    calls: notNumber('threshold', (threshold) => new ConfusionMatrix({ threshold })),
  },
  ...calls('ConfusionMatrix', () => new ConfusionMatrix(), 3, 1, 3),
  {
    of: 'AUC.add',
    calls: [['two scores a row', 'prediction', () => new AUC().add(zeros([2, 2]), zeros([2]))]],
  },
  ...calls('AUC', () => new AUC(), 1, 1, 2),
  ...calls('RMSE', () => new RMSE(), 2, 2),
  ...calls('MAE', () => new MAE(), 2, 2),
  ...calls('MAPE', () => new MAPE(), 2, 2),
  ...calls('SMAPE', () => new SMAPE(), 2, 2),
  {
    of: 'MASE',
    withOptions: (options) => new MASE(options),
    calls: [
      ...notArray('history', (history) => new MASE({ history })),
      ...each('history', (history) => new MASE({ history } as never), [
        tensor([1]),
        tensor([[1, 2]]),
        tensor([1, 1, 1]),
        tensor([1, notANumber]),
        tensor([1, Infinity]),
      ]),
      ...notInteger('season', (season) => new MASE({ history: tensor([1, 2]), season }), 0, -1),
    ],
  },
  ...calls('MASE', () => new MASE({ history: tensor([1, 2]) }), 2, 2),
  {
    of: 'Pinball',
    withOptions: (options) => new Pinball(options),
    calls: [
      ...each('quantiles', (quantiles) => new Pinball({ quantiles } as never), [null, 0.5, {}, [], [0.5, 0.1]]),
      ...each('quantiles[0]', (q) => new Pinball({ quantiles: [q as number] }), [0, 1, notANumber, '0.5']),
    ],
  },
  {
    of: 'Pinball.add',
    calls: [
      [
        'features of no number of targets',
        'prediction',
        () => new Pinball({ quantiles: [0.1, 0.9] }).add(zeros([2, 3]), zeros([2, 1])),
      ],
    ],
  },
  ...calls('Pinball', () => new Pinball({ quantiles: [0.1, 0.9] }), 4, 2),
  {
    of: 'Coverage',
    withOptions: (options) => new Coverage(options),
    calls: notInteger('quantiles', (quantiles) => new Coverage({ quantiles }), 0, 1),
  },
  ...calls('Coverage', () => new Coverage(), 4, 2),
];

export const metrics: Table = { subjects };
