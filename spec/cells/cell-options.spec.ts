import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type ActivationName,
  activationKinds,
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  Network,
  RNN,
  randomNormal,
  SimpleRNN,
  SimpleRNNCell,
  type Tensor,
  tensor,
  unstack,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';
import { rowsOf, scatter } from './naive.ts';
import { NaiveCell, type NaiveState } from './naive-options.ts';

const dtype = 'float64';
const NAMES = Object.keys(activationKinds) as ActivationName[];

/** All options of the library's cells, of one cell each. */
type Options = Readonly<Record<string, string | number | boolean | undefined>>;
interface Combination {
  readonly kind: 'SimpleRNN' | 'GRU' | 'LSTM';
  readonly options: Options;
}

const name = fc.constantFrom(...NAMES);
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const common = { activation: name, clip: maybe(fc.double({ min: 0.3, max: 3, noNaN: true })), useBias: fc.boolean() };
const combination: fc.Arbitrary<Combination> = fc.oneof(
  fc.record({ kind: fc.constant('SimpleRNN' as const), options: fc.record(common) }),
  fc.record({
    kind: fc.constant('GRU' as const),
    options: fc.record({ ...common, recurrentActivation: name, resetAfter: fc.boolean() }),
  }),
  fc.record({
    kind: fc.constant('LSTM' as const),
    options: fc.record({
      ...common,
      recurrentActivation: name,
      outputActivation: maybe(name),
      peepholes: fc.boolean(),
      coupledGate: maybe(fc.constantFrom('input', 'forget')),
    }),
  }),
);

function makeCell(kind: Combination['kind'], options: Options): Cell {
  const CELLS = { SimpleRNN: SimpleRNNCell, GRU: GRUCell, LSTM: LSTMCell };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return new CELLS[kind](given as never);
}

interface Run {
  readonly layer: RNN;
  readonly x: Tensor;
  readonly initialState: Readonly<Record<string, Tensor>>;
}

/** A layer with random weights, its input and initial state. */
function runOf({ kind, options }: Combination, seed: number, [B, T, I, H]: readonly number[]): Run {
  const layer = new RNN({ cell: makeCell(kind, { ...options, units: H, dtype }), returnSequences: true }).build(I!);
  scatter(layer.cell, seed);
  const x = randomNormal([B!, T!, I!], { seed: seed + 50, dtype });
  const initialState = Object.fromEntries(
    layer.cell.states.map((state, k) => [state, randomNormal([B!, H!], { seed: seed + 60 + k, sd: 0.7, dtype })]),
  );
  return { layer, x, initialState };
}

/** The states of each step by the equations, and the smallest distance from a kink. */
function naive({ layer, x, initialState }: Run): { readonly steps: NaiveState[][]; readonly margin: number } {
  const cell = new NaiveCell(layer.cell);
  let rows: NaiveState[] = rowsOf(initialState.h!).map((h, b) => {
    return initialState.c === undefined ? { h } : { h, c: rowsOf(initialState.c)[b]! };
  });
  const steps = unstack(x, 1).map((xt) => {
    rows = rowsOf(xt).map((row, b) => cell.step(row, rows[b]!));
    return rows;
  });
  return { steps, margin: cell.margin };
}

/** A run of this combination whose pre-activations keep away from the kinks, where finite differences are wrong. */
function awayFromKinks(each: Combination, seed: number, sizes: readonly number[]): Run {
  for (let attempt = seed; ; attempt += 1000) {
    const run = runOf(each, attempt, sizes);
    if (naive(run).margin > 0.01) return run;
  }
}

/** Throws unless all gradients agree with finite differences. */
function expectGradients(...args: Parameters<typeof assertGradients>): void {
  expect(assertGradients(...args).passed).toBe(true);
}

describe('a cell with any activations, clip, peepholes and coupled gates', () => {
  ptest.prop([combination, fc.nat(999), fc.integer({ min: 1, max: 9 })])('computes its equations', (each, seed, H) => {
    const run = runOf(each, seed, [2, 3, 2, H]);
    const { steps } = naive(run);
    const { output, state } = run.layer.forward(run.x, { initialState: run.initialState, returnState: true });
    const near = (got: Tensor, expected: readonly (readonly number[])[]): void => {
      const scale = Math.max(1, ...expected.flat().map(Math.abs));
      const worst = Math.max(...expected.flatMap((row, b) => row.map((v, j) => Math.abs(got.get(b, j) - v))));
      expect(worst / scale).toBeLessThan(1e-13);
    };
    for (const [t, rows] of steps.entries()) {
      near(
        output.pick(null, t),
        rows.map(({ h }) => [...h]),
      );
    }
    if (state.c !== undefined) {
      near(
        state.c,
        steps.at(-1)!.map(({ c }) => [...c!]),
      );
    }
  });

  ptest.prop([combination, fc.nat(999), fc.constantFrom([1, 1, 1, 1], [2, 3, 2, 2], [1, 5, 1, 3])])(
    'passes the gradient check',
    (each, seed, sizes) => {
      const { layer, x, initialState } = awayFromKinks(each, seed, sizes);
      expectGradients(layer, { x, initialState, cotangents: 2 });
    },
  );

  it.each(
    NAMES.flatMap((activation): [string, Combination][] => [
      [`SimpleRNN, ${activation}`, { kind: 'SimpleRNN', options: { activation } }],
      [`GRU, candidate ${activation}`, { kind: 'GRU', options: { activation } }],
      [`GRU, gates ${activation}`, { kind: 'GRU', options: { recurrentActivation: activation } }],
      [`GRU, reset after, ${activation}`, { kind: 'GRU', options: { activation, resetAfter: true } }],
      [`LSTM, candidate ${activation}`, { kind: 'LSTM', options: { activation, outputActivation: 'tanh' } }],
      [`LSTM, gates ${activation}`, { kind: 'LSTM', options: { recurrentActivation: activation } }],
      [`LSTM, output ${activation}`, { kind: 'LSTM', options: { outputActivation: activation } }],
    ]),
  )('passes the gradient check: %s', (_, each) => {
    const { layer, x, initialState } = awayFromKinks(each, 3, [2, 4, 2, 2]);
    expectGradients(layer, { x, initialState });
  });

  // A bound that no pre-activation reaches selects the composed form, and peepholes of 0 change nothing.
  it.each([
    ['SimpleRNN', {}, { clip: 1e30 }],
    ['GRU', {}, { clip: 1e30 }],
    ['GRU', { resetAfter: true }, { clip: 1e30 }],
    ['LSTM', {}, { clip: 1e30 }],
    ['LSTM', {}, { peepholes: true }],
  ] as const)('computes the bits of the plain %s %j with %j', (kind, options, added) => {
    const [plain, composed] = [options, { ...options, ...added }].map((each) => {
      const cell = makeCell(kind, { units: 9, ...each }) as LSTMCell;
      const layer = new RNN({ cell, returnSequences: true }).build(5);
      scatter(cell, 7);
      if (cell.peepholes) cell.parameters.get('peephole').assign(tensor(Array(27).fill(0)));
      const initialState = Object.fromEntries(cell.states.map((s, k) => [s, randomNormal([3, 9], { seed: 70 + k })]));
      const { output } = layer.forward(randomNormal([3, 6, 5], { seed: 1 }), {
        initialState,
        returnState: true,
      } as never) as unknown as { output: Tensor };
      const { dx, dInitialState } = layer.backward(randomNormal([3, 6, 9], { seed: 2 }));
      const gradients = ['recurrentKernel', 'kernel', 'bias'].map((n) => cell.parameters.get(n).gradient);
      return [output, dx, ...Object.values(dInitialState as Record<string, Tensor>), ...gradients];
    });
    plain!.forEach((array, k) => {
      expectBits(composed![k]!, array, `array ${k}: `);
    });
  });
});

describe('options of a cell', () => {
  it('have defaults', () => {
    const { activation, recurrentActivation, outputActivation, clip, peepholes, coupledGate } = new LSTMCell({
      units: 1,
    });
    expect([activation, recurrentActivation, outputActivation]).toEqual(['tanh', 'sigmoid', 'tanh']);
    expect([clip, peepholes, coupledGate]).toEqual([undefined, false, undefined]);
    expect(new LSTMCell({ units: 1, activation: 'relu' }).outputActivation).toBe('relu');
    expect(new GRUCell({ units: 1 }).recurrentActivation).toBe('sigmoid');
    expect(new SimpleRNNCell({ units: 1 }).activation).toBe('tanh');
  });

  it('refuse "hardSigmoid", which names two functions', () => {
    const call = () => new GRUCell({ units: 1, recurrentActivation: 'hardSigmoid' as never });
    expect(call).toThrow(
      'GRUCell: "recurrentActivation" must be "hardSigmoidFifth" (a/5 + 1/2: Keras 1 and 2, TensorFlow.js, ONNX) or ' +
        '"hardSigmoidSixth" (a/6 + 1/2: Keras 3, PyTorch)',
    );
  });

  it('are saved with a model if they differ from the defaults, and restored', () => {
    const gru = { units: 3, activation: 'linear', recurrentActivation: 'hardSigmoidFifth', clip: 3 } as const;
    const lstm = { units: 2, outputActivation: 'softsign', peepholes: true, coupledGate: 'forget' } as const;
    const rnn = { units: 2, activation: 'hardSigmoidSixth', clip: 0.5 } as const;
    const layers = [
      new GRU({ ...gru, returnSequences: true }),
      new LSTM({ ...lstm, returnSequences: true }),
      new SimpleRNN(rnn),
    ];
    const network = new Network(layers, { inputSize: 4 });
    network.build();
    for (const layer of layers) scatter(layer.cell as Cell, 5);
    const x = randomNormal([2, 5, 4], { seed: 1 });
    const again = Network.fromBytes(network.toBytes());
    expectBits(again.forward(x), network.forward(x));
    const [a, b, c] = again.layers.map((layer) => (layer as RNN).cell) as [GRUCell, LSTMCell, SimpleRNNCell];
    expect(a).toMatchObject(gru);
    expect(b).toMatchObject({ ...lstm, activation: 'tanh', recurrentActivation: 'sigmoid', clip: undefined });
    expect(c).toMatchObject(rnn);
    expect(new LSTMCell({ units: 2 }).config('')).toEqual({ units: 2, useBias: true, unitForgetBias: true });
    expect(new LSTMCell({ units: 2, activation: 'relu' }).config('')).not.toHaveProperty('outputActivation');
  });
});

describe('peepholes', () => {
  it('are one parameter with a block for each gate but the candidate, which starts at 0', () => {
    const blocks = (coupledGate?: 'input' | 'forget') => {
      const cell = new LSTMCell({ units: 2, peepholes: true, ...(coupledGate && { coupledGate }) }).build(1);
      const { value } = cell.parameters.get('peephole');
      expect(value.toArray()).toEqual(Array(value.size).fill(0));
      value.data.fill(0);
      return Object.fromEntries(
        cell.gates.map((gate) => {
          const { p, dp } = cell.gate(gate);
          if (p === undefined) return [gate, undefined];
          const k = cell.gates.filter((other) => other !== 'candidate').indexOf(gate as 'input');
          p.set(1, 7 + k);
          dp!.set(0, 3);
          expect(cell.parameters.get('peephole').gradient.get(2 * k)).toBe(3);
          return [gate, (value.toArray() as number[]).indexOf(7 + k)];
        }),
      );
    };
    expect(blocks()).toEqual({ input: 1, forget: 3, candidate: undefined, output: 5 });
    expect(blocks('forget')).toEqual({ input: 1, candidate: undefined, output: 3 });
    expect(blocks('input')).toEqual({ forget: 1, candidate: undefined, output: 3 });
    expect(new LSTMCell({ units: 2 }).build(1).gate('forget')).not.toHaveProperty('p');
  });
});

describe('a coupled gate', () => {
  it('has no weights and no bias', () => {
    const cell = new LSTMCell({ units: 3, coupledGate: 'input' }).build(2);
    expect(cell.gates).toEqual(['forget', 'candidate', 'output']);
    expect(cell.parameters.get('kernel').value.shape).toEqual([2, 9]);
    expect(cell.gate('forget').b!.toArray()).toEqual([1, 1, 1]);
    expect(() => cell.gate('input')).toThrow('LSTMCell.gate: "name" must be one of "forget", "candidate", "output"');
    const other = new LSTMCell({ units: 1, coupledGate: 'forget' }).build(1);
    expect(other.parameters.get('bias').value.toArray()).toEqual([0, 0, 0]);
  });
});

describe('the range of outputs', () => {
  it.each([
    [new SimpleRNNCell({ units: 1, activation: 'softsign' }), [-1, 1]],
    [new SimpleRNNCell({ units: 1, activation: 'hardSigmoidFifth' }), [0, 1]],
    [new GRUCell({ units: 1, activation: 'relu' }), [0, Infinity]],
    [new GRUCell({ units: 1, activation: 'linear' }), [-Infinity, Infinity]],
    [new GRUCell({ units: 1, recurrentActivation: 'tanh' }), [-Infinity, Infinity]],
    [new GRUCell({ units: 1, recurrentActivation: 'hardSigmoidSixth' }), [-1, 1]],
    [new LSTMCell({ units: 1 }), [-1, 1]],
    [new LSTMCell({ units: 1, activation: 'linear', outputActivation: 'softsign' }), [-1, 1]],
    [new LSTMCell({ units: 1, outputActivation: 'sigmoid' }), [0, 1]],
    [new LSTMCell({ units: 1, outputActivation: 'relu' }), [0, Infinity]],
    [new LSTMCell({ units: 1, recurrentActivation: 'relu' }), [-Infinity, Infinity]],
  ])('follows from the activations: %s, %j', (cell, range) => {
    expect(cell.outputRange).toEqual(range);
  });
});
