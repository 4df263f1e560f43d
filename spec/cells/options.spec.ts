import { describe, expect, it } from '@jest/globals';
import { GRUCell, initializers, LSTMCell, SimpleRNNCell, tensor, zeros } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const bias = (cell: LSTMCell) => cell.build(2).parameters.get('bias').value;

describe('unitForgetBias', () => {
  it('starts the forget gate at 1 and the others at 0', () => {
    const cell = new LSTMCell({ units: 3, inputSize: 2 }).build();
    expect(cell.unitForgetBias).toBe(true);
    expect(cell.gates.map((gate) => cell.gate(gate).b!.toArray())).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('can be left out; else it is 1 whatever the initializer gives', () => {
    const biasInitializer = initializers.constant(0.5);
    expectBits(bias(new LSTMCell({ units: 3, unitForgetBias: false })), zeros([12]));
    expectBits(bias(new LSTMCell({ units: 1, biasInitializer })), tensor([0.5, 1, 0.5, 0.5]));
    expectBits(bias(new LSTMCell({ units: 1, biasInitializer, unitForgetBias: false })), tensor([0.5, 0.5, 0.5, 0.5]));
  });

  it('leaves alone what the initializer returned', () => {
    const own = new Float32Array(4);
    bias(new LSTMCell({ units: 1, biasInitializer: () => own }));
    expectBits(own, new Float32Array(4));
  });
});

describe('initializers of a cell', () => {
  it('are handed shapes and gates, and their values land where they belong', () => {
    const seen: unknown[] = [];
    const spy =
      (value: number) =>
      (shape: readonly number[], _: unknown, { gates }: { gates: number }) => {
        seen.push([value, shape, gates]);
        return new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value);
      };
    const cell = new GRUCell({
      units: 2,
      kernelInitializer: spy(1),
      recurrentInitializer: spy(2),
      biasInitializer: spy(3),
    }).build(4);
    expect(seen).toEqual([
      [2, [2, 6], 3],
      [1, [4, 6], 3],
      [3, [6], 3],
    ]);
    const { W, b } = cell.gate('update');
    expect(W.toArray()).toEqual([
      [2, 2, 1, 1, 1, 1],
      [2, 2, 1, 1, 1, 1],
    ]);
    expect(b!.toArray()).toEqual([3, 3]);
  });

  it('by default make orthogonal recurrent weights and leave biases at zero', () => {
    const cell = new SimpleRNNCell({ units: 8 }).build(3);
    const { W, b } = cell.gate('hidden');
    const rows = W.hi(null, 8).toArray() as number[][];
    const products = rows.map((row) => rows.map((other) => row.reduce((sum, v, k) => sum + v * other[k]!, 0)));
    const error = products.flatMap((row, i) => row.map((v, j) => Math.abs(v - (i === j ? 1 : 0))));
    expect(Math.max(...error)).toBeLessThan(1e-6);
    expectBits(b!, zeros([8]));
  });
});

describe('recurrentBias', () => {
  it('exists only with resetAfter and a bias', () => {
    const names = (options: object) => new GRUCell({ units: 2, ...options }).build(1).parameters.names;
    expect(names({})).not.toContain('recurrentBias');
    expect(names({ resetAfter: true })).toContain('recurrentBias');
    expect(names({ resetAfter: true, useBias: false })).toEqual(['recurrentKernel', 'kernel']);
  });
});

describe('states', () => {
  it('are named, zero and of the batch asked for', () => {
    const state = new LSTMCell({ units: 3 }).zeroState(2);
    expect(Object.keys(state)).toEqual(['h', 'c']);
    for (const array of Object.values(state)) expectBits(array, zeros([2, 3]));
    expect(Object.keys(new GRUCell({ units: 3 }).zeroState(1))).toEqual(['h']);
  });
});
