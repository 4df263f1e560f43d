import { describe, expect, it } from '@jest/globals';
import { gradientFlow, type LayerFlow } from '../../lib/flow/index.ts';
import {
  type ActivationName,
  activationKinds,
  type Cell,
  GRU,
  initializers,
  LSTM,
  MeanSquaredError,
  type RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { scatter } from '../cells/naive.ts';

const [dtype, T] = ['float64' as const, 6];
const one = { units: 1, dtype, returnSequences: true } as const;

const LAYERS: Readonly<Record<string, () => RNN>> = {
  'LSTM with peepholes': () => new LSTM({ ...one, peepholes: true }),
  'LSTM, f = 1 − i': () => new LSTM({ ...one, coupledGate: 'forget' }),
  'LSTM, i = 1 − f, peepholes': () => new LSTM({ ...one, coupledGate: 'input', peepholes: true }),
  'LSTM, clip': () => new LSTM({ ...one, clip: 0.3 }),
  'LSTM, other activations': () =>
    new LSTM({ ...one, recurrentActivation: 'hardSigmoidFifth', activation: 'softsign' }),
  'LSTM, linear output': () => new LSTM({ ...one, outputActivation: 'linear' }),
  'GRU, linear candidate': () => new GRU({ ...one, activation: 'linear', recurrentActivation: 'hardSigmoidSixth' }),
  'GRU, reset after, softsign': () => new GRU({ ...one, activation: 'softsign', resetAfter: true }),
  'GRU, clip': () => new GRU({ ...one, clip: 0.4 }),
  'SimpleRNN, clip': () => new SimpleRNN({ ...one, clip: 0.6 }),
  ...Object.fromEntries(
    (Object.keys(activationKinds) as ActivationName[]).map((activation) => [
      `SimpleRNN, ${activation}`,
      () => new SimpleRNN({ ...one, activation }),
    ]),
  ),
};

/** The flow through a new layer in a model, whose parameters `prepare` sets. */
function flowOf(layer: RNN, x: Tensor, prepare = (cell: Cell) => scatter(cell, 4)): LayerFlow {
  const model = new Sequential([layer], { inputSize: x.shape[2]!, dtype });
  model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
  model.build();
  prepare(layer.cell);
  const y = randomNormal([...x.shape.slice(0, -1), layer.cell.units], { seed: 9, dtype });
  return gradientFlow(model, x, y, { jacobians: [[0, T]] }).layers[0]!;
}

describe('the flow through cells with options', () => {
  it.each(Object.entries(LAYERS))('has the derivative of the last state: %s', (_, make) => {
    const layer = make().build(2);
    scatter(layer.cell, 4);
    const x = randomNormal([1, T, 2], { seed: 5, dtype });
    const flow = flowOf(make(), x);
    for (const state of layer.cell.states) {
      layer.forward(x);
      const zero = tensor([[0]], { dtype });
      const dState = Object.fromEntries(
        layer.cell.states.map((s) => [s, s === state ? tensor([[1]], { dtype }) : zero]),
      );
      const { dInitialState } = layer.backward(undefined, { dState });
      const expected = Math.abs(dInitialState[state]!.get(0, 0));
      const { norm, bound } = flow.jacobians[state]![0]!;
      expect(Math.abs(norm - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
      if (bound !== undefined) expect(bound).toBeGreaterThanOrEqual(expected * (1 - 1e-12));
    }
  });

  it('has the direct path of a forget gate, not that of one that is 1 − i', () => {
    const x = randomNormal([1, T, 2], { seed: 5, dtype });
    const path = (layer: RNN) => flowOf(layer, x).jacobians.c![0]!.directPath;
    expect(path(new LSTM({ ...one, coupledGate: 'input' }))).toBeGreaterThan(0);
    expect(path(new LSTM({ ...one, coupledGate: 'forget' }))).toBeUndefined();
    expect(path(new LSTM({ ...one, recurrentActivation: 'tanh' }))).toBeUndefined(); // no share
  });

  it.each([
    ['linear', [0, 0, 0, 0, 0]],
    ['sigmoid', [1, 0, 0, 0, 1]],
    ['tanh', [1, 0, 0, 0, 1]],
    ['relu', [1, 1, 1, 0, 0]],
    ['softsign', [1, 0, 0, 0, 1]],
    ['hardSigmoidFifth', [1, 0, 0, 0, 1]],
    ['hardSigmoidSixth', [1, 0, 0, 0, 1]],
  ] as const)('counts saturated values of %s', (activation, expected) => {
    const layer = new SimpleRNN({
      ...one,
      units: 5,
      activation,
      kernelInitializer: initializers.zeros,
      recurrentInitializer: initializers.zeros,
    });
    const { hidden } = flowOf(layer, randomNormal([2, T, 1], { seed: 1, dtype }), ({ parameters }) => {
      parameters.get('bias').assign(tensor([-3.1, -1.7, 0, 1.7, 3.1], { dtype }));
    }).gates;
    expect(Array.from({ length: 5 }, (_, j) => hidden!.saturated.get(2, j))).toEqual(expected);
    const { low, high } = hidden!.histogram;
    const [from, to] = { sigmoid: [0, 1], tanh: [-1, 1], softsign: [-1, 1] }[activation as string] ?? [low, high];
    expect([low, high]).toEqual([from, to]);
    if (activation.startsWith('hard')) expect([low, high]).toEqual([0, 1]);
  });

  it('has the cell state of an LSTM that reads it through tanh, and of no other', () => {
    const x = randomNormal([1, T, 2], { seed: 5, dtype });
    expect(flowOf(new LSTM({ ...one, peepholes: true }), x).cellState).toBeDefined();
    expect(flowOf(new LSTM({ ...one, outputActivation: 'softsign' }), x).cellState).toBeUndefined();
  });
});
