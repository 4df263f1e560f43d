import {
  Activation,
  argMax,
  Dense,
  Embedding,
  type GenerateOptions,
  GRU,
  generate,
  Masking,
  oneHot,
  Sequential,
  sample,
  softmax,
  zeros,
} from '../../lib/index.ts';
import { type CallWith, each, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';
import { revoked } from '../support/unreadable.ts';

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

const recurrent = (...layers: never[]) => new Sequential(layers, { inputSize: 3 }).build();
const model = recurrent(new GRU({ units: 2 }) as never, new Dense({ units: 3 }) as never);
const embedding = new Sequential([new Embedding({ inputDim: 3, outputDim: 2 }), new GRU({ units: 3 })]).build(1);
const speaking = new Sequential([new Embedding({ inputDim: 3, outputDim: 2 }), new Dense({ units: 3 })]).build(1);
const few = new Sequential([
  new Embedding({ inputDim: 2, outputDim: 2 }),
  new GRU({ units: 2 }),
  new Dense({ units: 3 }),
]).build(1);
const masking = recurrent(new Masking() as never, new GRU({ units: 2 }) as never, new Dense({ units: 3 }) as never);
const bounded = recurrent(new GRU({ units: 3 }) as never);
const probabilities = recurrent(new Dense({ units: 3 }) as never, new Activation({ activation: 'softmax' }) as never);
const wide = recurrent(new Dense({ units: 4 }) as never);
const run = (options: Partial<GenerateOptions>) => generate(model, [1, 2], { steps: 2, ...options });

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
      of: 'generate',
      withOptions: (options) => generate(model, [1, 2], options),
      calls: [
        ...each('options', (options) => generate(model, [1], options), [undefined]),
        ...each('model', (bad) => generate(bad, [1], { steps: 2 }), [undefined, null, 1, {}, new GRU({ units: 3 })]),
        ...each('model', (bad) => generate(bad, [1], { steps: 2 }), [bounded, probabilities, embedding, few, wide]),
        ...each('prompt', (bad) => generate(model, bad, { steps: 2 }), [undefined, null, 1, '12', true, () => 1, {}]),
        ...each('prompt', (bad) => generate(model, bad, { steps: 2 }), [
          [],
          [[]],
          [[1], []],
          [1, [2]],
          [[1], 2],
          ['1'],
        ]),
        ...each('prompt', (bad) => generate(model, bad, { steps: 2 }), [[3], [-1], [0.5], [notANumber], [[1], [3]]]),
        ...each('prompt', (bad) => generate(model, bad, { steps: 2 }), [zeros([3]), zeros([1, 2, 2]), zeros([0, 2])]),
        ...each('prompt', (bad) => generate(model, bad, { steps: 2 }), [[zeros([2, 3]), [1]], [zeros([1, 2, 3])]]),
        ['rows for an Embedding', 'prompt', () => generate(speaking, [zeros([2, 1])], { steps: 2 })],
        ['lengths with Masking', 'prompt', () => generate(masking, [[1], [1, 2]], { steps: 2 })],
        ...notInteger('steps', (steps) => run({ steps }), undefined, 0, -1),
        ...notNumber('temperature', (temperature) => run({ temperature }), 0, -1),
        ...notInteger('topK', (topK) => run({ topK }), 0, -1, 4),
        ...notNumber('topP', (topP) => run({ topP }), 0, -1, 1.5),
        ...each('stop', (stop) => run({ stop }), [null, '1', true, {}, notANumber, 1.5, -1, 3, [1, 3], revoked([])]),
        ...each('stop[1]', (stop) => run({ stop }), [
          [1, -1],
          [1, '2'],
          [1, undefined],
        ]),
        ...notInteger('seed', (seed) => run({ seed }), -1),
        ...notInteger('firstRow', (firstRow) => run({ firstRow }), -1),
        ...each('signal', (signal) => run({ signal }), [null, 1, 'abort', {}, []]),
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
