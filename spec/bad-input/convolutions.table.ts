import { Conv1D, Dense, GRU, RepeatVector, randomNormal, TimeDistributed, zeros } from '../../lib/index.ts';
import {
  each,
  notArray,
  notBoolean,
  notFunction,
  notInteger,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { layerSubjects } from './branches.table.ts';
import { weightOptions } from './regularization.table.ts';
import { throughTime } from './through-time.ts';

const x = randomNormal([2, 5, 3], { seed: 1 });
const make = (options: object = {}) =>
  new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal', seed: 5, ...options });
const option = (name: string) => (value: never) => make({ [name]: value });
const [used, twin] = [make(), make()] as const;
for (const layer of [used, twin]) layer.forward(x);
const repeat = (options: object = {}) => new RepeatVector({ times: 4, ...options });
const repeated = repeat();
repeated.forward(zeros([2, 3]));
const withOptions = (options: object) => repeated.forward(zeros([2, 3]), options);
const dense = () => new Dense({ units: 4 });
const distributed = (options: object = {}) => new TimeDistributed({ layers: [dense()], seed: 5, ...options });
const distributing = distributed();
distributing.forward(x);

const buildOptions = (option: (name: string) => (value: never) => unknown): Subject['calls'] => [
  ...notInteger('inputSize', option('inputSize'), 0, -1),
  ...notInteger('seed', option('seed'), -1),
  ...notOneOf('dtype', option('dtype'), 'int8'),
  ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
  ...notThreads(option),
];

const repeating: Subject[] = [
  {
    of: 'RepeatVector',
    withOptions: (options) => new RepeatVector(options),
    calls: [
      ...notInteger('times', (times) => repeat({ times }), undefined, 0, -1),
      ...buildOptions((name) => (value) => repeat({ [name]: value })),
      ...each('options', (options) => new RepeatVector(options as never), [undefined]),
    ],
  },
  {
    of: 'RepeatVector.build',
    calls: [
      ...notInteger('inputSize', (size) => repeat().build(size), undefined, 0, -1),
      ...each('inputSize', (size) => repeated.build(size as never), [2, 4]),
    ],
  },
  { of: 'RepeatVector.parameters', calls: [['before any input', undefined, () => repeat().parameters]] },
  {
    of: 'RepeatVector.stream',
    withOptions: (options) => repeated.stream(options),
    calls: [
      ['before any input', undefined, () => repeat().stream()],
      ['needs the whole', undefined, () => repeated.stream()],
      ...notInteger('batchSize', (batchSize) => repeated.stream({ batchSize }), 0, -1),
    ],
  },
  {
    of: 'RepeatVector.forward',
    withOptions: (options) => repeated.forward(zeros([2, 3]), options),
    calls: [
      ...notArray('x', (bad) => repeated.forward(bad)),
      ...wrongShape('x', (bad) => repeated.forward(bad), [2, 3], [1]),
      ...notBoolean('inference', (inference) => withOptions({ inference })),
      ...notBoolean('zeroOutputForMask', (zeroOutputForMask) => withOptions({ zeroOutputForMask })),
      ...notInteger('trainingStep', (trainingStep) => withOptions({ trainingStep }), -1),
      ...notArray('out', (out) => withOptions({ out })).filter(([what]) => what !== 'out: undefined'),
      ...wrongShape('out', (out) => withOptions({ out }), [2, 4, 3]),
      ...each('lengths', (lengths) => withOptions({ lengths }), [[1, 1]]),
      ...each('mask', (mask) => withOptions({ mask }), [[[true], [true]]]),
      ...throughTime(withOptions),
      ...each('checkpoint', (checkpoint) => withOptions({ checkpoint }), ['sqrt', 2]),
    ],
  },
  {
    of: 'RepeatVector.backward',
    calls: [
      ['before forward', undefined, () => repeat().backward(zeros([2, 4, 3]))],
      ...notArray('dy', (bad) => repeated.backward(bad)),
      ...wrongShape('dy', (bad) => repeated.backward(bad), [2, 4, 3]),
    ],
  },
];

const distribution: Subject = {
  of: 'TimeDistributed',
  withOptions: (options) => new TimeDistributed(options),
  calls: [
    ...each('options', (options) => new TimeDistributed(options as never), [undefined]),
    ...each('layers', (layers) => new TimeDistributed({ layers } as never), [undefined, null, 1, {}, [], dense()]),
    ...each('layers[0]', (layer) => new TimeDistributed({ layers: [layer] } as never), [
      ...[null, 1, 'dense', {}, distributing],
      new GRU({ units: 4, returnSequences: true }),
    ]),
    ...buildOptions((name) => (value) => distributed({ [name]: value })),
  ],
};

export const convolutions: Table = {
  subjects: [
    {
      of: 'Conv1D',
      withOptions: (options) => new Conv1D(options),
      calls: [
        ...notInteger('filters', option('filters'), undefined, 0, -1),
        ...notInteger('kernelSize', option('kernelSize'), undefined, 0, -1),
        ...notInteger('dilationRate', option('dilationRate'), 0, -1),
        ...notInteger('strides', option('strides'), 0, -1),
        ...notOneOf('padding', option('padding'), 'Causal', 'full'),
        ...notOneOf('activation', option('activation'), 'softmax', 'constructor'),
        ...notBoolean('useBias', option('useBias')),
        ...notFunction('kernelInitializer', option('kernelInitializer')),
        ...notFunction('biasInitializer', option('biasInitializer')),
        ...weightOptions(option, 'kernel', 'bias'),
        ...buildOptions(option),
        ...each('options', (options) => new Conv1D(options as never), [undefined]),
      ],
    },
    ...layerSubjects('Conv1D', make, used),
    ...repeating,
    distribution,
    ...layerSubjects('TimeDistributed', distributed, distributing),
  ],
  watch: () => [used.parameters.arena.data, used.parameters.arena.pass],
  afterwards: () => {
    const dy = randomNormal([2, 5, 4], { seed: 2 });
    expectBits(used.backward(dy).dx, twin.backward(dy).dx);
    expectBits(used.parameters.arena.data, twin.parameters.arena.data);
  },
};
