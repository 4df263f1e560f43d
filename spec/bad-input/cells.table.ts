import {
  type Cell,
  type CellOptions,
  GRUCell,
  LayerNormLSTMCell,
  LSTMCell,
  MGUCell,
  randomNormal,
  SimpleRNNCell,
} from '../../lib/index.ts';
import {
  type BadCall,
  type CallWith,
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
import { weightOptions } from './regularization.table.ts';

const { NaN: notANumber } = Number;

type Make = (options: CellOptions) => Cell;

const makers: Readonly<Record<string, Make>> = {
  SimpleRNNCell: (options) => new SimpleRNNCell(options),
  LSTMCell: (options) => new LSTMCell(options),
  GRUCell: (options) => new GRUCell(options),
  MGUCell: (options) => new MGUCell(options),
  LayerNormLSTMCell: (options) => new LayerNormLSTMCell(options),
};

/** Bad values of the options that cells and recurrent layers have in common. */
export function cellOptions(make: (options: never) => unknown): BadCall[] {
  const option =
    (name: string): CallWith =>
    (value) =>
      make({ units: 2, [name]: value } as never);
  return [
    ...notInteger('units', option('units'), undefined, 0, -1),
    ...notInteger('inputSize', option('inputSize'), 0, -1),
    ...notInteger('seed', option('seed'), -1),
    ...notOneOf('dtype', option('dtype'), 'Float32', 'int8'),
    ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
    ...notThreads(option),
    ...notBoolean('useBias', option('useBias')),
    ...notInitializer('kernelInitializer', option('kernelInitializer'), 0),
    ...notInitializer('recurrentInitializer', option('recurrentInitializer'), 0),
    ...notInitializer('biasInitializer', option('biasInitializer'), notANumber, Infinity),
    ...weightOptions(option, 'kernel', 'recurrent', 'bias'),
  ];
}

/** Calls with what is neither an initializer nor one for each gate, and with such a gate. */
function notInitializer(name: string, call: CallWith, ...others: unknown[]): BadCall[] {
  const bad = [null, true, 'zeros', [], new Float32Array(4), ...others];
  return [
    ...each(name, call, bad),
    ...each(`${name}.forget`, (initializer) => call({ forget: initializer } as never), bad),
  ];
}

/** The options that one kind has for itself. */
export function ownOptions(kind: string, make: (options: never) => unknown): BadCall[] {
  const option =
    (name: string): CallWith =>
    (value) =>
      make({ units: 2, [name]: value } as never);
  const activations = ['activation', ...(kind.startsWith('SimpleRNN') ? [] : ['recurrentActivation'])];
  const calls = [
    ...activations.flatMap((name) => notOneOf(name, option(name), 'hardSigmoid', 'hard_sigmoid', 'Tanh', 'softmax')),
    ...notNumber('clip', option('clip'), 0, -1, 1e39),
  ];
  if (kind.startsWith('SimpleRNN') || kind.startsWith('MGU')) return calls;
  if (kind.startsWith('LayerNorm')) {
    return [
      ...calls,
      ...notBoolean('unitForgetBias', option('unitForgetBias')),
      ...notOneOf('normalized', option('normalized'), 'gates', 'constructor'),
      ...notNumber('epsilon', option('epsilon'), 0, -1),
    ];
  }
  if (kind.startsWith('GRU')) return [...calls, ...notBoolean('resetAfter', option('resetAfter'))];
  return [
    ...calls,
    ...notBoolean('unitForgetBias', option('unitForgetBias')),
    ...notOneOf('outputActivation', option('outputActivation'), 'hardSigmoid'),
    ...notBoolean('peepholes', option('peepholes')),
    ...notInteger('projectionSize', option('projectionSize'), 0, -1, 3),
    ...notOneOf('coupledGate', option('coupledGate'), 'output', 'candidate'),
  ];
}

/** What initializers may not return for the kernel of `size` elements. */
export function badInitializers(size: number, build: (initializer: never) => unknown): BadCall[] {
  const values = (n: number, odd?: unknown) =>
    Array.from({ length: n }, (_, i) => (i === n - 1 && odd !== undefined ? odd : 0));
  const results = [
    ...[undefined, null, 0, 'zeros', {}, () => values(size), [], new Int32Array(size)],
    ...[values(size - 1), values(size + 1), new Float32Array(size - 1), new Float64Array(size + 1)],
    ...[
      values(size, notANumber),
      values(size, Infinity),
      values(size, 1e39),
      values(size, '0'),
      values(size, null),
      values(size, [0]),
    ],
  ];
  return each('initializer of kernel', (result) => build((() => result) as never), results);
}

const x = randomNormal([2, 3], { seed: 1 });

function subjectsOf(kind: string, make: Make): { subjects: Subject[]; used: Cell; twin: Cell } {
  const used = make({ units: 4, seed: 3 });
  const twin = make({ units: 4, seed: 3 });
  used.step(x);
  twin.step(x);
  const state = used.step(x)[1];
  const withState = (name: string) => (bad: never) => used.step(x, { ...state, [name]: bad });
  const fresh = make({ units: 2 });
  const subjects: Subject[] = [
    {
      of: kind,
      withOptions: (options) => make(options),
      calls: [...cellOptions(make), ...ownOptions(kind, make), ...each('options', make as CallWith, [undefined])],
    },
    {
      of: `${kind}.build`,
      calls: [
        ...notInteger('inputSize', (size) => fresh.build(size), undefined, 0, -1),
        ...each('inputSize', (size) => used.build(size), [2, 4]),
        ...badInitializers(3 * 2 * used.gates.length, (kernelInitializer) =>
          make({ units: 2, kernelInitializer }).build(3),
        ),
      ],
    },
    { of: `${kind}.parameters`, calls: [['before any input', undefined, () => fresh.parameters]] },
    {
      of: `${kind}.gate`,
      calls: [
        ['before any input', undefined, () => fresh.gate(fresh.gates[0]!)],
        ...each('name', (name) => used.gate(name), [undefined, null, 0, '', 'Forget', 'constructor', ['forget']]),
      ],
    },
    {
      of: `${kind}.zeroState`,
      calls: notInteger('batchSize', (batch) => used.zeroState(batch), undefined, 0, -1, 2 ** 50),
    },
    {
      of: `${kind}.step`,
      calls: [
        ...notArray('x', (bad) => used.step(bad)),
        ...wrongShape('x', (bad) => used.step(bad), [2, 3], [1]),
        ...each('state', (bad) => used.step(x, bad), [null, 1, 'h', () => state, { ...state, z: state.h }]),
        ...each('state', (bad) => used.step(x, bad), [[]]),
        ...each('state.h', (bad) => used.step(x, bad), [{}, { h: undefined }]),
        ...used.states.flatMap((name) => [
          ...notArray(`state.${name}`, withState(name)),
          ...wrongShape(`state.${name}`, withState(name), [2, 4]),
        ]),
      ],
    },
  ];
  return { subjects, used, twin };
}

const all = Object.entries(makers).map(([kind, make]) => subjectsOf(kind, make));

export const cells: Table = {
  subjects: all.flatMap(({ subjects }) => subjects),
  watch: () => all.flatMap(({ used: { parameters } }) => [parameters.arena.data, parameters.arena.pass]),
  afterwards: () => {
    for (const { used, twin } of all) {
      const [state, expected] = [used.step(x)[1], twin.step(x)[1]];
      for (const name of used.states) expectBits(used.step(x, state)[1][name]!, twin.step(x, expected)[1][name]!);
    }
  },
};
