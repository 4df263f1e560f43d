import { describe, expect, it } from '@jest/globals';
import { GRU, GRUCell, type InitializerContext, initializers, LSTM, LSTMCell, Sequential } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

const { constant, glorotUniform } = initializers;

/** The weights and the bias of each gate of an LSTM with 3 inputs. */
function gatesOf(options: object): Record<string, unknown> {
  const cell = new LSTMCell({ units: 5, seed: 7, ...options }).build(3);
  return Object.fromEntries(
    cell.gates.map((name) => [name, [cell.gate(name).W.toArray(), cell.gate(name).b!.toArray()]]),
  );
}

describe('initializers of single gates', () => {
  it('leave all other gates as they are without them, to the bit', () => {
    const plain = gatesOf({});
    const own = gatesOf({
      kernelInitializer: { candidate: initializers.normal() },
      recurrentInitializer: { candidate: initializers.uniform() },
      biasInitializer: { candidate: 0.25 },
    });
    expect(own).toEqual({ ...plain, candidate: own.candidate });
    expect(own.candidate).not.toEqual(plain.candidate);
  });

  it('get the shape of a block and a stream that depends on the gate alone', () => {
    const seen: unknown[] = [];
    const spy = (shape: readonly number[], _: unknown, context: InitializerContext) => {
      seen.push([shape, context]);
      return new Float32Array(shape.reduce((a, b) => a * b, 1));
    };
    const kernelInitializer = { update: spy };
    new GRUCell({ units: 2, dtype: 'float64', kernelInitializer, recurrentInitializer: { reset: spy } }).build(4);
    const context = { gates: 1, dtype: 'float64' };
    expect(seen).toEqual([
      [[2, 2], context],
      [[4, 2], context],
    ]);
    const all = Object.fromEntries(['reset', 'update', 'candidate'].map((gate) => [gate, glorotUniform()]));
    const one = new GRUCell({ units: 3, kernelInitializer: { update: glorotUniform() } }).build(4);
    const three = new GRUCell({ units: 3, kernelInitializer: all }).build(4);
    const kernels = three.gates.map((gate) => three.gate(gate).W.lo(0, 3));
    expectBits(one.gate('update').W.lo(0, 3), kernels[1]!);
    expect(kernels.map((kernel) => kernel.get(0, 0))).toEqual([...new Set(kernels.map((k) => k.get(0, 0)))]);
    expect(Math.max(...(kernels[0]!.toArray() as number[][]).flat().map(Math.abs))).toBeLessThanOrEqual(
      Math.sqrt(6 / 7),
    );
  });

  it('take a number for a bias, for one gate or for all', () => {
    const biases = (biasInitializer: number | object) =>
      new GRUCell({ units: 2, biasInitializer }).build(1).parameters.get('bias').value.toArray();
    expect(biases(0.5)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(biases({ update: -1, candidate: constant(2) })).toEqual([0, 0, -1, -1, 2, 2]);
    expect(biases({ update: undefined })).toEqual([0, 0, 0, 0, 0, 0]);
    expect(biases({})).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('win over unitForgetBias, which holds for a forget gate without one', () => {
    const biases = (options: object) =>
      new LSTMCell({ units: 1, ...options }).build(1).parameters.get('bias').value.toArray();
    expect(biases({ biasInitializer: { forget: 3 } })).toEqual([0, 3, 0, 0]);
    expect(biases({ biasInitializer: { forget: 3 }, unitForgetBias: true })).toEqual([0, 3, 0, 0]);
    expect(biases({ biasInitializer: { input: 3 } })).toEqual([3, 1, 0, 0]);
    expect(biases({ biasInitializer: { input: 3 }, unitForgetBias: false })).toEqual([3, 0, 0, 0]);
    expect(biases({ biasInitializer: 0.5 })).toEqual([0.5, 1, 0.5, 0.5]);
  });

  it('apply in layers, in models, and to a cell of your own', () => {
    const model = new Sequential([new LSTM({ units: 1, biasInitializer: { forget: 3 } })]).build(2);
    expect(model.parameters.get('lstm1.bias').value.toArray()).toEqual([0, 3, 0, 0]);
    const [gate] = new LeakyCell({ units: 2 }).gates;
    const cell = new LeakyCell({ units: 2, kernelInitializer: { [gate]: constant(4) } }).build(1);
    expect(cell.parameters.get('kernel').value.toArray()).toEqual([[4, 4]]);
  });

  it('of gates that the cell lacks are refused when a layer or a parameter is made, with the list', () => {
    const wrong = { units: 2, inputSize: 1, biasInitializer: { forgett: 3 } as object };
    expect(() => new LSTM(wrong)).toThrow(
      'LSTM: "biasInitializer" must have only input, forget, candidate, output; received "forgett". Did you mean forget?',
    );
    expect(() => new GRU(wrong)).toThrow(/only reset, update, candidate; received "forgett"/);
    const cell = new LSTMCell(wrong);
    expect(String(cell)).toBe('LSTMCell, 2 units, 32 parameters, float32');
    expect(() => cell.build()).toThrow(/^LSTMCell: "biasInitializer" must have only input/);
    expect(cell.built).toBe(false);
    expect(() => new LeakyCell({ units: 2, kernelInitializer: { forget: constant(1) } }).build(1)).toThrow(
      /must have only/,
    );
  });

  it('are named where their results are wrong', () => {
    const build = (biasInitializer: object) => new LSTMCell({ units: 2, biasInitializer }).build(1);
    expect(() => build({ output: () => [1] })).toThrow(
      'LSTMCell: "biasInitializer.output" must return 2 values for shape [2]; received 1 values',
    );
    expect(() => build({ output: () => [1, Number.NaN] })).toThrow(
      /"biasInitializer.output" must return finite numbers/,
    );
  });
});
