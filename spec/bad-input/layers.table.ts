import {
  Dense,
  Dropout,
  GRU,
  type Layer,
  LayerNormLSTM,
  LSTM,
  LSTMCell,
  MGU,
  RNN,
  randomNormal,
  SimpleRNN,
  SimpleRNNCell,
  zeros,
} from '../../lib/index.ts';
import {
  type BadCall,
  type CallWith,
  each,
  notArray,
  notBoolean,
  notFunction,
  notInteger,
  notNumber,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { badInitializers, cellOptions, ownOptions } from './cells.table.ts';
import { weightOptions } from './regularization.table.ts';
import { outs, passOptions } from './through-time.ts';

const UNITS = 4;
const x = randomNormal([2, 5, 3], { seed: 1 });
const dy = randomNormal([2, UNITS], { seed: 2 });

/** A layer that has learned something and has a forward pass pending, and its equal. */
function pending<L extends Layer>(make: () => L): { used: L; twin: L } {
  const layers = [make(), make()] as const;
  for (const layer of layers) {
    layer.forward(x);
    layer.backward(layer instanceof Dense ? randomNormal([2, 5, UNITS]) : layer instanceof Dropout ? x : dy);
    layer.forward(x);
  }
  return { used: layers[0], twin: layers[1] };
}

const makers = {
  SimpleRNN: (options) => new SimpleRNN(options),
  LSTM: (options) => new LSTM(options),
  GRU: (options) => new GRU(options),
  MGU: (options) => new MGU(options),
  LayerNormLSTM: (options) => new LayerNormLSTM(options),
  RNN: ({ units, inputSize, seed, ...options }) =>
    new RNN({ cell: new LSTMCell({ units, ...(inputSize && { inputSize }), ...(seed && { seed }) }), ...options }),
} as Readonly<Record<string, (options: { units: number; inputSize?: number; seed?: number }) => RNN>>;

/** What layers of every kind refuse. */
function common(kind: string, used: Layer, fresh: () => Layer, kernel: number): Subject[] {
  return [
    {
      of: `${kind}.build`,
      calls: [
        ...notInteger('inputSize', (size) => fresh().build(size), undefined, 0, -1),
        ...each('inputSize', (size) => used.build(size), [2, 4]),
        ...(kind === 'RNN' || kind === 'Dropout'
          ? []
          : badInitializers(kernel, (initializer) => buildWith(kind, initializer))),
      ],
    },
    { of: `${kind}.parameters`, calls: [['before any input', undefined, () => fresh().parameters]] },
    {
      of: `${kind}.stream`,
      withOptions: (options) => used.stream(options),
      calls: [
        ['before any input', undefined, () => fresh().stream()],
        ...notInteger('batchSize', (batchSize) => used.stream({ batchSize }), 0, -1),
      ],
    },
  ];
}

function buildWith(kind: string, kernelInitializer: never): unknown {
  const make = kind === 'Dense' ? (options: never) => new Dense(options) : makers[kind]!;
  return make({ units: 2, inputSize: 3, kernelInitializer } as never).build();
}

/** What the options of dropout and zoneout refuse. */
function noise(option: (name: string) => (value: never) => unknown): BadCall[] {
  return [
    ...notNumber('dropout', option('dropout'), -0.1, 1.1),
    ...notNumber('recurrentDropout', option('recurrentDropout'), -0.1, 1.1),
    ...notOneOf('dropoutPer', option('dropoutPer'), 'row', 'Step'),
    ...each('zoneout', option('zoneout'), [null, '0.1', true, -0.1, 1.1, Number.NaN, { z: 0.1 }, [0.1]]),
    ...notNumber('zoneout.h', (h) => option('zoneout')({ h } as never), -0.1, 1.1),
  ];
}

function recurrent(kind: string): { subjects: Subject[]; used: RNN; twin: RNN } {
  const make = makers[kind]!;
  const { used, twin } = pending(() => make({ units: UNITS, seed: 5 }));
  const kernel = () => used.parameters.get('kernel').value;
  const fresh = () => make({ units: 2 });
  const initial = used.cell.zeroState(2);
  const state = (argument: string, call: (state: never) => unknown): BadCall[] => [
    ...each(argument, call, [1, 'h', () => initial, { ...initial, z: initial.h }]),
    ...used.cell.states.flatMap((name) => {
      const callWith = (bad: never) => call({ ...initial, [name]: bad } as never);
      return [...notArray(`${argument}.${name}`, callWith), ...wrongShape(`${argument}.${name}`, callWith, [2, UNITS])];
    }),
  ];
  const option = (name: string) => (value: never) => make({ units: 2, [name]: value } as never);
  const flags = ['returnSequences', 'goBackwards', 'trainInitialState', 'stateful'].flatMap((name) =>
    notBoolean(name, option(name)),
  );
  const sequence = [...flags, ...noise(option)];
  const subjects: Subject[] = [
    ...(kind === 'RNN'
      ? []
      : [
          {
            of: kind,
            withOptions: make as CallWith,
            calls: [
              ...cellOptions(make as CallWith),
              ...ownOptions(kind, make as CallWith),
              ...sequence,
              ...each('options', make as CallWith, [undefined]),
            ],
          },
        ]),
    ...common(kind, used, fresh, 3 * used.cell.gates.length * 2),
    {
      of: `${kind}.forward`,
      withOptions: (options) => used.forward(x, options),
      calls: [
        ...notArray('x', (bad) => used.forward(bad)),
        ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]),
        ...notArray('x', (bad) => fresh().forward(bad)),
        ...notBoolean('returnState', (returnState) => used.forward(x, { returnState })),
        ...state('initialState', (initialState) => used.forward(x, { initialState })),
        ...each('initialState', (initialState) => used.forward(x, { initialState }), [null]),
        ...each('initialState.h', (initialState) => used.forward(x, { initialState }), [{}]),
        ...passOptions((options) => used.forward(x, options), [2, 5]),
        ...outs((options) => used.forward(x, options), x, [2, UNITS], kernel),
        ['too little memory', 'checkpoint.memory', () => used.forward(x, { checkpoint: { memory: 9 } })],
      ],
    },
    {
      of: `${kind}.backward`,
      withOptions: (options) => used.backward(dy, options),
      calls: [
        ['before forward', undefined, () => fresh().backward(zeros([2, 2]))],
        [
          'before forward, built',
          undefined,
          () =>
            fresh()
              .build(3)
              .backward(zeros([2, 2])),
        ],
        ...notArray('dy', (bad) => used.backward(bad)).filter(([what]) => what !== 'dy: undefined'), // zeros
        ...wrongShape('dy', (bad) => used.backward(bad), [2, UNITS]),
        ...state('dState', (dState) => used.backward(dy, { dState })),
        ...each('dState', (dState) => used.backward(dy, { dState }), [null, [1]]),
      ],
    },
  ];
  return { subjects, used, twin };
}

const around: Subject = {
  of: 'RNN',
  withOptions: (options) => new RNN(options),
  calls: [
    ...each('cell', (cell) => new RNN({ cell }), [
      undefined,
      null,
      1,
      'LSTMCell',
      LSTMCell,
      {},
      new LSTM({ units: 1 }),
    ]),
    ...each('cell', (cell) => new RNN({ cell }), [{ forwardStep() {}, built: false }]),
    ['a cell in use', 'cell', () => new RNN({ cell: new SimpleRNNCell({ units: 1 }).build(1) })],
    ...['returnSequences', 'goBackwards', 'trainInitialState', 'stateful'].flatMap((name) =>
      notBoolean(name, (value) => new RNN({ cell: new SimpleRNNCell({ units: 1 }), [name]: value })),
    ),
    ...noise((name) => (value) => new RNN({ cell: new SimpleRNNCell({ units: 1 }), [name]: value })),
    ...each('kind', (kind) => new RNN({ cell: new SimpleRNNCell({ units: 1 }) }, kind), [
      '',
      null,
      1,
      1n,
      Symbol('RNN'),
      {},
      Object.create(null),
    ]),
  ],
};

function dense(): { subjects: Subject[]; used: Dense; twin: Dense } {
  const { used, twin } = pending(() => new Dense({ units: UNITS, seed: 5, activation: 'tanh' }));
  const option = (name: string) => (value: never) => new Dense({ units: 2, [name]: value });
  const fresh = () => new Dense({ units: 2 });
  const subjects: Subject[] = [
    {
      of: 'Dense',
      withOptions: (options) => new Dense(options),
      calls: [
        ...notInteger('units', option('units'), undefined, 0, -1),
        ...notInteger('inputSize', option('inputSize'), 0, -1),
        ...notInteger('seed', option('seed'), -1),
        ...notOneOf('dtype', option('dtype'), 'int8'),
        ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
        ...notThreads(option),
        ...notOneOf('activation', option('activation'), 'Linear', 'constructor'),
        ...notBoolean('useBias', option('useBias')),
        ...notFunction('kernelInitializer', option('kernelInitializer')),
        ...notFunction('biasInitializer', option('biasInitializer')),
        ...weightOptions(option, 'kernel', 'bias'),
        ...each('options', (options) => new Dense(options), [undefined]),
      ],
    },
    ...common('Dense', used, fresh, 6),
    {
      of: 'Dense.forward',
      calls: [
        ...notArray('x', (bad) => used.forward(bad)),
        ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]).filter(([what]) => !what.endsWith('[5, 3]')),
        ...wrongShape('x', (bad) => fresh().forward(bad), [2, 3], []).filter(([what]) => !what.endsWith('[2, 3, 1]')),
        ...outs(
          (options) => used.forward(x, options),
          x,
          [2, 5, UNITS],
          () => used.parameters.get('kernel').value,
        ),
      ],
    },
    {
      of: 'Dense.backward',
      calls: [
        ['before forward', undefined, () => fresh().backward(zeros([2, 2]))],
        ...notArray('dy', (bad) => used.backward(bad)),
        ...wrongShape('dy', (bad) => used.backward(bad), [2, 5, UNITS]),
      ],
    },
  ];
  return { subjects, used, twin };
}

function dropout(): { subjects: Subject[]; used: Dropout; twin: Dropout } {
  const { used, twin } = pending(() => new Dropout({ rate: 0.5, seed: 5 }));
  const option = (name: string) => (value: never) => new Dropout({ rate: 0.5, [name]: value });
  const fresh = () => new Dropout({ rate: 0.5 });
  const subjects: Subject[] = [
    {
      of: 'Dropout',
      withOptions: (options) => new Dropout(options),
      calls: [
        ...notNumber('rate', option('rate'), undefined, -0.1, 1.1),
        ...notOneOf('per', option('per'), 'row', 'Step'),
        ...notInteger('inputSize', option('inputSize'), 0, -1),
        ...notInteger('seed', option('seed'), -1),
        ...notOneOf('dtype', option('dtype'), 'int8'),
        ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
        ...notThreads(option),
        ...each('options', (options) => new Dropout(options), [undefined]),
      ],
    },
    ...common('Dropout', used, fresh, 0),
    {
      of: 'Dropout.forward',
      withOptions: (options) => used.forward(x, options),
      calls: [
        ...notArray('x', (bad) => used.forward(bad)),
        ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]).filter(([what]) => !what.endsWith('[5, 3]')),
        ...passOptions((options) => used.forward(x, options), [2, 5]),
        ...outs((options) => used.forward(x, options), x, [2, 5, 3]),
      ],
    },
    {
      of: 'Dropout.backward',
      calls: [
        ['before forward', undefined, () => fresh().backward(zeros([2, 2]))],
        ...notArray('dy', (bad) => used.backward(bad)),
        ...wrongShape('dy', (bad) => used.backward(bad), [2, 5, 3]),
      ],
    },
  ];
  return { subjects, used, twin };
}

const recurrentLayers = Object.keys(makers).map(recurrent);
const denseLayer = dense();
const dropoutLayer = dropout();
const all: readonly { used: Layer; twin: Layer }[] = [...recurrentLayers, denseLayer, dropoutLayer];

export const layers: Table = {
  subjects: [around, ...[...recurrentLayers, denseLayer, dropoutLayer].flatMap(({ subjects }) => subjects)],
  watch: () => all.flatMap(({ used: { parameters } }) => [parameters.arena.data, parameters.arena.pass]),
  afterwards: () => {
    for (const { used, twin } of all) {
      const upstream =
        used instanceof Dense ? randomNormal([2, 5, UNITS], { seed: 9 }) : used instanceof Dropout ? x : dy;
      expectBits(used.backward(upstream).dx, twin.backward(upstream).dx);
      expectBits(used.parameters.arena.data, twin.parameters.arena.data);
    }
  },
};
