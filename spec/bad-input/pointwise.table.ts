import { Activation, type Layer, LayerNormalization, randomNormal, zeros } from '../../lib/index.ts';
import {
  each,
  notArray,
  notBoolean,
  notInteger,
  notNumber,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { outs, passOptions } from './through-time.ts';

// Layers that compute each row by itself.

const x = randomNormal([2, 5, 3], { seed: 1 });

/** A layer with a forward pass pending, and its equal. */
function pending(make: () => Layer): { used: Layer; twin: Layer } {
  const layers = [make(), make()] as const;
  for (const layer of layers) layer.forward(x);
  return { used: layers[0], twin: layers[1] };
}

const activation = (options: object = {}) => new Activation({ activation: 'tanh', ...options });
const normalization = (options: object = {}) => new LayerNormalization(options);
const pairs = [pending(activation), pending(normalization)] as const;

/** What both refuse, besides their own options. */
function common(used: Layer, make: (options?: object) => Layer, own: Subject): Subject[] {
  const kind = own.of;
  const option = (name: string) => (value: never) => make({ [name]: value });
  return [
    {
      ...own,
      calls: [
        ...own.calls,
        ...notInteger('inputSize', option('inputSize'), 0, -1),
        ...notInteger('seed', option('seed'), -1),
        ...notOneOf('dtype', option('dtype'), 'int8'),
        ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
        ...notThreads(option),
      ],
    },
    {
      of: `${kind}.build`,
      calls: [
        ...notInteger('inputSize', (size) => make().build(size), undefined, 0, -1),
        ...each('inputSize', (size) => used.build(size), [2, 4]),
      ],
    },
    { of: `${kind}.parameters`, calls: [['before any input', undefined, () => make().parameters]] },
    {
      of: `${kind}.stream`,
      withOptions: (options) => used.stream(options),
      calls: [
        ['before any input', undefined, () => make().stream()],
        ...notInteger('batchSize', (batchSize) => used.stream({ batchSize }), 0, -1),
      ],
    },
    {
      of: `${kind}.forward`,
      withOptions: (options) => used.forward(x, options),
      calls: [
        ...notArray('x', (bad) => used.forward(bad)),
        ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]).filter(([what]) => !what.endsWith('[5, 3]')),
        ...passOptions((options) => used.forward(x, options), [2, 5]),
        ...outs((options) => used.forward(x, options), x, [2, 5, 3]),
      ],
    },
    {
      of: `${kind}.backward`,
      calls: [
        ['before forward', undefined, () => make().backward(zeros([2, 2]))],
        ...notArray('dy', (bad) => used.backward(bad)),
        ...wrongShape('dy', (bad) => used.backward(bad), [2, 5, 3]),
      ],
    },
  ];
}

const [forActivation, forNormalization] = pairs;

export const pointwise: Table = {
  subjects: [
    ...common(forActivation.used, activation, {
      of: 'Activation',
      withOptions: (options) => new Activation(options),
      calls: notOneOf(
        'activation',
        (name) => activation({ activation: name }),
        undefined,
        'swish',
        'hardSigmoid',
        'Tanh',
      ),
    }),
    ...common(forNormalization.used, normalization, {
      of: 'LayerNormalization',
      withOptions: (options) => new LayerNormalization(options),
      calls: [
        ...notNumber('epsilon', (epsilon) => normalization({ epsilon }), 0, -1),
        ...notBoolean('center', (center) => normalization({ center })),
        ...notBoolean('scale', (scale) => normalization({ scale })),
      ],
    }),
  ],
  watch: () => pairs.flatMap(({ used: { parameters } }) => [parameters.arena.data, parameters.arena.pass]),
  afterwards: () => {
    for (const { used, twin } of pairs) {
      expectBits(used.backward(x).dx, twin.backward(x).dx);
      expectBits(used.parameters.arena.data, twin.parameters.arena.data);
    }
  },
};
