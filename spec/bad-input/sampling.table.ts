import { argMax, oneHot, sample, softmax, zeros } from '../../lib/index.ts';
import { type CallWith, each, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;

/** What is neither numbers nor rows of at least one class. */
const notRows = (argument: string, call: CallWith) => [
  ...each(argument, call, [undefined, null, '1', true, 1n, {}, () => 1, ['1'], [null], [[1], [1, 2]]]),
  ...each(argument, call, [
    1,
    [],
    [[], []],
    zeros([3, 0]),
    [notANumber],
    [
      [1, 2],
      [notANumber, 0],
    ],
  ]),
];
const notLogits = (call: CallWith) => [
  ...notRows('logits', call),
  ...each('logits', call, [
    [Infinity],
    [
      [1, 2],
      [0, Infinity],
    ],
    [-Infinity],
    [
      [0, 1],
      [-Infinity, -Infinity],
    ],
  ]),
];

export const sampling: Table = {
  subjects: [
    {
      of: 'softmax',
      withOptions: (options) => softmax([1, 2], options),
      calls: [...notLogits((bad) => softmax(bad)), ...notOneOf('dtype', (dtype) => softmax([1, 2], { dtype }), 'int8')],
    },
    { of: 'argMax', calls: notRows('values', (bad) => argMax(bad)) },
    {
      of: 'oneHot',
      withOptions: (options) => oneHot([1, 2], 3, options),
      calls: [
        ...each('classes', (bad) => oneHot(bad, 3), [undefined, null, '1', true, 1n, {}, ['1'], [null], [[1], [1, 2]]]),
        ...each('classes', (bad) => oneHot(bad, 3), [
          3,
          -1,
          0.5,
          [notANumber],
          [Infinity],
          [
            [0, 1],
            [2, 3],
          ],
        ]),
        ...notInteger('count', (count) => oneHot([], count), undefined, 0, -1, 2 ** 24 + 1),
        ...notOneOf('dtype', (dtype) => oneHot([1, 2], 3, { dtype }), 'int8'),
      ],
    },
    {
      of: 'sample',
      withOptions: (options) => sample([1, 2], options),
      calls: [
        ...notLogits((bad) => sample(bad)),
        ...notNumber('temperature', (temperature) => sample([1, 2], { temperature }), 0, -1),
        ...notInteger('topK', (topK) => sample([1, 2], { topK }), 0, -1, 3),
        ...notNumber('topP', (topP) => sample([1, 2], { topP }), 0, -1, 1.5),
        ...notInteger('seed', (seed) => sample([1, 2], { seed }), -1),
        ...notInteger('step', (step) => sample([1, 2], { step }), -1),
        ...notInteger('firstRow', (firstRow) => sample([1, 2], { firstRow }), -1),
      ],
    },
  ],
};
