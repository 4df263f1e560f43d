import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  randomNormal,
  SimpleRNN,
  SimpleRNNCell,
  tensor,
  unstack,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';
import { affine, rowsOf, scatter, sigmoid } from './naive.ts';

const { max, tanh } = Math;

type Row = readonly number[];
type Naive = (cell: Cell, x: Row, h: Row, c: Row) => { h: number[]; c?: number[] };

/** One row of one step, from the gate views and the equations alone. */
const NAIVE = {
  'SimpleRNN, tanh': (cell, x, h) => ({ h: affine(cell, 'hidden', h, x).map(tanh) }),
  'SimpleRNN, relu': (cell, x, h) => ({ h: affine(cell, 'hidden', h, x).map((a) => max(0, a)) }),
  LSTM: (cell, x, h, c) => {
    const [i, f, o] = ['input', 'forget', 'output'].map((gate) => affine(cell, gate, h, x).map(sigmoid));
    const g = affine(cell, 'candidate', h, x).map(tanh);
    const next = c.map((value, j) => i![j]! * g[j]! + f![j]! * value);
    return { h: next.map((value, j) => o![j]! * tanh(value)), c: next };
  },
  'GRU, reset before': (cell, x, h) => {
    const [r, z] = ['reset', 'update'].map((gate) => affine(cell, gate, h, x).map(sigmoid));
    const candidate = affine(
      cell,
      'candidate',
      h.map((value, j) => r![j]! * value),
      x,
    ).map(tanh);
    return { h: h.map((value, j) => (1 - z![j]!) * value + z![j]! * candidate[j]!) };
  },
  'GRU, reset after': (cell, x, h) => {
    const [r, z] = ['reset', 'update'].map((gate) => affine(cell, gate, h, x).map(sigmoid));
    const [still, calm] = [h.map(() => 0), x.map(() => 0)];
    const fromX = affine(cell, 'candidate', still, x);
    const b = affine(cell, 'candidate', still, calm);
    const { bu } = cell.gate('candidate');
    const fromH = affine(cell, 'candidate', h, calm).map((a, j) => a - b[j]! + (bu?.get(j) ?? 0));
    const candidate = fromX.map((a, j) => tanh(a + r![j]! * fromH[j]!));
    return { h: h.map((value, j) => (1 - z![j]!) * value + z![j]! * candidate[j]!) };
  },
} satisfies Record<string, Naive> as Record<string, Naive>;

interface Sizes {
  readonly units: number;
  readonly useBias?: boolean;
  readonly dtype?: 'float32' | 'float64';
}

const CELLS: Readonly<Record<string, (options: Sizes) => Cell>> = {
  'SimpleRNN, tanh': (options) => new SimpleRNNCell(options),
  'SimpleRNN, relu': (options) => new SimpleRNNCell({ ...options, activation: 'relu' }),
  LSTM: (options) => new LSTMCell(options),
  'GRU, reset before': (options) => new GRUCell(options),
  'GRU, reset after': (options) => new GRUCell({ ...options, resetAfter: true }),
};

const size = fc.integer({ min: 1, max: 9 });
const dtype = fc.constantFrom('float32' as const, 'float64' as const);

describe.each(Object.keys(CELLS))('%s', (name) => {
  const make = CELLS[name]!;

  ptest.prop([size, size, fc.integer({ min: 1, max: 3 }), fc.boolean(), dtype, fc.nat(99)])(
    'a step is the equations on the gate views',
    (units, inputSize, B, useBias, dtype, seed) => {
      const cell = make({ units, useBias, dtype }).build(inputSize);
      scatter(cell, seed);
      const x = randomNormal([B, inputSize], { seed: seed + 1, dtype });
      const state = Object.fromEntries(
        cell.states.map((s, k) => [s, randomNormal([B, units], { seed: seed + 2 + k, dtype })]),
      );
      const [output, next] = cell.step(x, state);
      const [xs, hs, cs] = [x, state.h!, state.c ?? zeros([B, units])].map(rowsOf);
      const rows = xs!.map((row, b) => NAIVE[name]!(cell, row, hs![b]!, cs![b]!));
      const tolerance = dtype === 'float64' ? 1e-14 : 3e-6;
      const scale = max(1, ...rows.flatMap(({ h }) => h.map(Math.abs)));
      const expected = { h: rows.map(({ h }) => h), c: rows.map(({ c }) => c ?? []) };
      for (const s of cell.states as ('h' | 'c')[]) {
        const wanted = tensor(expected[s], { dtype: 'float64' });
        expect(largestDifference(next[s]!, wanted, scale)).toBeLessThan(tolerance);
      }
      expectBits(output, next[cell.states[0]!]!);
    },
  );

  it('starts from zeros without a state', () => {
    const cell = make({ units: 3 });
    const x = randomNormal([2, 4], { seed: 1 });
    expectBits(cell.step(x)[0], cell.step(x, cell.zeroState(2))[0]);
  });

  it('writing through a gate view changes the step, and no other gate', () => {
    const cell = make({ units: 3 }).build(2);
    const x = randomNormal([1, 2], { seed: 1 });
    const [before] = cell.step(x);
    for (const gate of cell.gates) {
      const { W, b } = cell.gate(gate);
      const saved = W.get(1, 3);
      W.set(1, 3, 5); // from the first feature of x
      b!.set(1, 0.5);
      const others = cell.gates.filter((other) => other !== gate);
      expect(others.map((other) => cell.gate(other).W.get(1, 3)).includes(5)).toBe(false);
      const [after] = cell.step(x, Object.fromEntries(cell.states.map((s) => [s, tensor([[0.1, 0.2, 0.3]])])));
      const [again] = cell.step(x, Object.fromEntries(cell.states.map((s) => [s, tensor([[0.1, 0.2, 0.3]])])));
      expectBits(after, again);
      expect(cell.parameters.get('kernel').value.get(0, cell.gates.indexOf(gate) * 3 + 1)).toBe(5);
      expect(cell.parameters.get('bias').value.get(cell.gates.indexOf(gate) * 3 + 1)).toBe(0.5);
      if (gate !== 'forget' && gate !== 'reset') expect(cell.step(x)[0].toArray()).not.toEqual(before.toArray());
      W.set(1, 3, saved);
      b!.set(1, gate === 'forget' ? 1 : 0);
    }
    expectBits(cell.step(x)[0], before);
  });

  it('gate gradients are views of the parameters’ gradients', () => {
    const cell = make({ units: 3 }).build(2);
    cell.gates.forEach((gate, block) => {
      const { dW, db } = cell.gate(gate);
      dW.set(2, 1, 7);
      dW.set(2, 4, 8);
      db!.set(2, 9);
      const column = block * 3 + 2;
      const { parameters } = cell;
      expect([
        parameters.get('recurrentKernel').gradient.get(1, column),
        parameters.get('kernel').gradient.get(1, column),
        parameters.get('bias').gradient.get(column),
      ]).toEqual([7, 8, 9]);
    });
  });

  it('has no b without a bias', () => {
    const cell = make({ units: 2, useBias: false }).build(3);
    expect(cell.parameters.names).toEqual(['recurrentKernel', 'kernel']);
    expect(Object.keys(cell.gate(cell.gates[0]!))).toEqual(['W', 'dW']);
  });

  it('gives copies: what a step returned stays', () => {
    const cell = make({ units: 2 });
    const x = randomNormal([1, 3], { seed: 1 });
    const [first, state] = cell.step(x);
    const copy = first.copy();
    cell.step(randomNormal([4, 3], { seed: 2 }));
    expectBits(first, copy);
    expectBits(cell.step(x, state)[0], cell.step(x, { ...state })[0]);
  });
});

describe('steps one by one', () => {
  const x = randomNormal([3, 7, 5], { seed: 1 });
  it.each([
    ['SimpleRNN', () => new SimpleRNN({ units: 6, returnSequences: true })],
    ['SimpleRNN, relu', () => new SimpleRNN({ units: 6, activation: 'relu', returnSequences: true })],
    ['LSTM', () => new LSTM({ units: 6, returnSequences: true })],
    ['GRU', () => new GRU({ units: 6, returnSequences: true })],
    ['GRU, reset after', () => new GRU({ units: 6, resetAfter: true, returnSequences: true })],
  ] as const)('are the layer, bit for bit: %s', (_, make) => {
    const layer = make().build(5);
    scatter(layer.cell, 3);
    const initialState = Object.fromEntries(
      layer.cell.states.map((name, k) => [name, randomNormal([3, 6], { seed: 8 + k })]),
    ) as never;
    const { output, state } = layer.forward(x, { initialState, returnState: true });
    const cell = layer.cell;
    let carried: Readonly<Record<string, ReturnType<typeof zeros>>> = initialState;
    unstack(x, 1).forEach((xt, t) => {
      const [y, next] = cell.step(xt, carried);
      expectBits(y, output.pick(null, t), `t = ${t}: `);
      carried = next;
    });
    for (const [name, last] of Object.entries(state)) expectBits(carried[name]!, last, `${name}: `);
  });
});

it('a step that is refused for want of memory leaves the cell as it was', () => {
  const cell = new LSTMCell({ units: 4, inputSize: 1, seed: 1 });
  const twin = new LSTMCell({ units: 4, inputSize: 1, seed: 1 });
  const x = tensor([[0.5]]);
  const state = (value: number) => ({
    h: tensor([[value, value, value, value]]),
    c: tensor([[value, value, value, value]]),
  });
  cell.step(x, state(0.1));
  const endless = { data: [0], shape: [2 ** 28, 1], stride: [0, 0], offset: 0 };
  expect(() => cell.step(endless)).toThrow('LSTMCell.step: the call must fit into memory');
  expectBits(cell.step(x, state(0.9))[0], twin.step(x, state(0.9))[0]);
});
