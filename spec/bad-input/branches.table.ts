import {
  BinaryCrossEntropy,
  type Conv1D,
  CTCLoss,
  GRU,
  Graph,
  type Layer,
  MeanSquaredError,
  Parallel,
  Residual,
  randomNormal,
  SplitLoss,
  type TimeDistributed,
  tensor,
  zeros,
} from '../../lib/index.ts';
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

// Layers that are graphs of layers, and the loss of several outputs.

const x = randomNormal([2, 5, 3], { seed: 1 });
const gru = (units = 3) => new GRU({ units, returnSequences: true });
const residual = (options: object = {}) => new Residual({ layers: [gru()], seed: 5, ...options });
const parallel = (options: object = {}) => new Parallel({ branches: [[gru()], [], [gru(2)]], seed: 5, ...options });
const graph = (options: object = {}) =>
  new Graph({ nodes: { a: { layer: gru() }, b: { layer: gru(), from: 'a' } }, seed: 5, ...options });
const inUse = new GRU({ units: 3, inputSize: 3 }).build();
const notLayers = [undefined, null, 1, {}, GRU, inUse.cell, inUse];

/** A layer with a forward pass pending, and its equal. */
function pending<L extends Layer>(make: () => L): { used: L; twin: L } {
  const layers = [make(), make()] as const;
  for (const layer of layers) layer.forward(x);
  return { used: layers[0], twin: layers[1] };
}

const pairs = [pending(residual), pending(parallel), pending(graph)] as const;

/** What every such layer refuses; `h`: a state of one of its parts. */
export function layerSubjects(
  kind: string,
  make: (options?: object) => Residual | Parallel | Graph | Conv1D | TimeDistributed,
  used: Residual | Conv1D | TimeDistributed,
): Subject[] {
  const { shape } = used.forward(x);
  const dy = zeros(shape);
  return [
    {
      of: `${kind}.build`,
      calls: [
        ...notInteger('inputSize', (size) => make().build(size), undefined, 0, -1),
        ...each('inputSize', (size) => used.build(size as never), [2, 4]),
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
        ...passOptions((options) => used.forward(x, options), [2, 5]),
        ...outs((options) => used.forward(x, options), x, shape),
        ...notArray('x', (bad) => used.forward(bad)),
        ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]),
        ...notBoolean('returnState', (returnState) => used.forward(x, { returnState })),
        ...each('initialState', (initialState) => used.forward(x, { initialState }), [null, 1, { other: {} }]),
      ],
    },
    {
      of: `${kind}.backward`,
      withOptions: (options) => used.backward(dy, options),
      calls: [
        ['before forward', undefined, () => make().backward(dy)],
        ...notArray('dy', (bad) => used.backward(bad)).filter(([what]) => what !== 'dy: undefined'), // zeros
        ...wrongShape('dy', (bad) => used.backward(bad), shape),
        ...each('dState', (dState) => used.backward(dy, { dState: dState as never }), [null, 1, { other: {} }]),
      ],
    },
  ];
}

const buildOptions = (option: (name: string) => (value: never) => unknown): Subject['calls'] => [
  ...notInteger('inputSize', option('inputSize'), 0, -1),
  ...notInteger('seed', option('seed'), -1),
  ...notOneOf('dtype', option('dtype'), 'int8'),
  ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
  ...notThreads(option),
];

const a = { layer: gru() };
const node = (bad: object) => new Graph({ nodes: { a: { layer: gru() }, b: { layer: gru(), ...bad } } });
const construction: Subject[] = [
  {
    of: 'Residual',
    withOptions: (options) => new Residual(options),
    calls: [
      ...each('options', (options) => new Residual(options as never), [undefined]),
      ...each('layers', (layers) => new Residual({ layers } as never), [undefined, null, 1, {}, [], gru()]),
      ...each('layers[0]', (layer) => new Residual({ layers: [layer] } as never), notLayers),
      ...notOneOf('merge', (merge) => residual({ merge }), 'Sum', 'mul'),
      ...buildOptions((name) => (value) => residual({ [name]: value })),
    ],
  },
  {
    of: 'Parallel',
    withOptions: (options) => new Parallel(options),
    calls: [
      ...each('options', (options) => new Parallel(options as never), [undefined]),
      ...each('branches', (branches) => new Parallel({ branches } as never), [undefined, null, 1, {}, [], [[]], gru()]),
      ...each('branches[1]', (branch) => new Parallel({ branches: [[gru()], branch] } as never), [null, 1, {}, gru()]),
      ...each('branches[1][0]', (layer) => new Parallel({ branches: [[gru()], [layer]] } as never), notLayers),
      ...notOneOf('merge', (merge) => parallel({ merge }), 'Concat', 'mul'),
      ...buildOptions((name) => (value) => parallel({ [name]: value })),
    ],
  },
  {
    of: 'Graph',
    withOptions: (options) => new Graph(options),
    calls: [
      ...each('options', (options) => new Graph(options as never), [undefined]),
      ...each('nodes', (nodes) => new Graph({ nodes } as never), [
        undefined,
        null,
        1,
        [],
        {},
        { input: a },
        { 'a.b': a },
      ]),
      ...each('nodes.a', (bad) => new Graph({ nodes: { a: bad } } as never), [
        undefined,
        null,
        1,
        [],
        gru(),
        { type: 1 },
      ]),
      ...each('nodes.b', (layer) => node({ layer }), notLayers),
      ...each('nodes.b.from', (from) => node({ from }), [null, 1, 'c', 'b', [], {}, ['a', 'a']]),
      ...each('nodes.b.from[1]', (from) => node({ from: ['a', from] }), [undefined, null, 1, 'c', 'b']),
      ...notOneOf('nodes.b.merge', (merge) => node({ merge }), 'Concat', 'mul'),
      ...each('outputs', (outputs) => graph({ outputs }), [null, 1, 'c', [], {}, ['b', 'b']]),
      ...each('outputs[0]', (name) => graph({ outputs: [name] }), [undefined, null, 1, 'c']),
      ['a node that nothing reads', 'nodes', () => graph({ outputs: ['a'] })],
      ...buildOptions((name) => (value) => graph({ [name]: value })),
    ],
  },
  {
    of: 'Graph.separate',
    calls: [
      ...each('output', (bad) => pairs[2].used.separate(bad as never), [undefined, null, 1, {}, x.data]),
      ...each('output', (bad) => pairs[2].used.separate(bad as never), [zeros([2, 5, 2]), zeros([3, 5]), zeros([0])]),
    ],
  },
];

const part = (bad: object = {}) => ({ loss: new MeanSquaredError(), size: 2, ...bad });
const split = new SplitLoss({ a: part(), b: part({ loss: new BinaryCrossEntropy(), size: 1 }) });
const [y, target] = [tensor([[1, 2, 3]]), tensor([[1, 2, 1]])];
const losses: Subject[] = [
  {
    of: 'SplitLoss',
    calls: [
      ...each('parts', (parts) => new SplitLoss(parts as never), [undefined, null, 1, [], {}]),
      ...each('parts.a', (a) => new SplitLoss({ a } as never), [undefined, null, 1, [], { units: 2 }]),
      ...each('parts.a.loss', (loss) => new SplitLoss({ a: part({ loss }) }), [undefined, null, 'mse', {}]),
      ...notInteger('parts.a.size', (size) => new SplitLoss({ a: part({ size }) }), undefined, 0, -1),
      ...notNumber('parts.a.weight', (weight) => new SplitLoss({ a: part({ weight }) }), -1),
      ['a loss of whole sequences', 'parts.a.loss', () => new SplitLoss({ a: part({ loss: new CTCLoss() }) })],
      [
        'other reductions',
        'parts.b.loss',
        () => new SplitLoss({ a: part(), b: part({ loss: new MeanSquaredError({ reduction: 'sum' }) }) }),
      ],
    ],
  },
  ...(['evaluate', 'evaluateParts'] as const).map(
    (method): Subject => ({
      of: `SplitLoss.${method}`,
      calls: [
        ...notArray('prediction', (bad) => split[method](bad, target)),
        ...notArray('target', (bad) => split[method](y, bad)),
        ...wrongShape('target', (bad) => split[method](y, bad), [1, 3]),
        ...each('target', (bad) => split[method](y, bad as never), [tensor([[1, 2, 2]]), tensor([[Number.NaN, 2, 1]])]),
        ['another number of features', 'loss', () => split[method](y.lo(null, 1), target.lo(null, 1))],
        ...each('weights', (weights) => split[method](y, target, { weights }), [null, 1, zeros([2]), tensor([-1])]),
        ...each('lengths', (lengths) => split[method](y, target, { lengths }), [null, 2, [1]]),
        ...each('mask', (mask) => split[method](y, target, { mask }), [null, 1, zeros([1, 3])]),
      ],
      withOptions: (options) => split[method](y, target, options),
    }),
  ),
];

export const branches: Table = {
  subjects: [
    ...construction,
    ...layerSubjects('Residual', residual, pairs[0].used),
    ...layerSubjects('Parallel', parallel, pairs[1].used as never),
    ...layerSubjects('Graph', graph, pairs[2].used as never),
    ...losses,
  ],
  watch: () => [
    ...pairs.flatMap(({ used: { parameters } }) => [parameters.arena.data, parameters.arena.pass]),
    ...[x.data, y.data, target.data],
  ],
  afterwards: () => {
    for (const { used, twin } of pairs) {
      const [dx, expected] = [used, twin].map((layer) => {
        const output = layer.forward(x);
        return layer.backward(output).dx;
      });
      expectBits(dx!, expected!);
    }
  },
};
