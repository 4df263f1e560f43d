import { describe, expect, it, test } from '@jest/globals';
import {
  Bidirectional,
  BinaryCrossEntropy,
  clipByNorm,
  clipByNormBackward,
  Dense,
  type DenseActivation,
  GRU,
  type Loss,
  LSTM,
  MeanSquaredError,
  randomNormal,
  randomUniform,
  Sequential,
  SimpleRNN,
  SoftmaxCrossEntropy,
  Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { assertGradients, gradcheck } from '../../lib/verify/index.ts';

const dtype = 'float64';

const f64 = (values: number[]): Tensor => tensor(values, { dtype });

describe('gradcheck of layers', () => {
  const x = randomNormal([2, 4, 3], { dtype, seed: 3 });
  const layers = {
    LSTM: () => new LSTM({ units: 2, dtype, returnSequences: true }),
    'LSTM, last output': () => new LSTM({ units: 2, dtype }),
    GRU: () => new GRU({ units: 2, dtype, returnSequences: true }),
    'GRU, reset after': () => new GRU({ units: 2, dtype, resetAfter: true }),
    'SimpleRNN, tanh': () => new SimpleRNN({ units: 2, dtype, useBias: false }),
    'SimpleRNN, relu': () => new SimpleRNN({ units: 2, dtype, activation: 'relu' }),
  };
  test.each(Object.entries(layers))('%s, from zero states and from others', (_, make) => {
    const zero = gradcheck(make(), { x, cotangents: 'all' });
    expect(zero.passed).toBe(true);
    const layer = make();
    const states = layer.cell.states.map((name, k) => [name, randomNormal([2, 2], { dtype, seed: k })]);
    const report = assertGradients(layer, { x, initialState: Object.fromEntries(states) });
    const names = report.variables.map(({ name }) => name);
    expect(names).toEqual([...layer.parameters.names, 'x', ...layer.cell.states.map((name) => `initialState.${name}`)]);
    expect([...layer.parameters].every(({ gradient }) => [...gradient.copy().data].every((v) => v === 0))).toBe(true);
  });

  it('checks trained initial states, which a given state would replace', () => {
    const layer = new LSTM({ units: 2, dtype, trainInitialState: true });
    const report = assertGradients(layer, { x, cotangents: 'all' });
    expect(report.variables.map(({ name }) => name).slice(3)).toEqual(['initialH', 'initialC', 'x']);
    const state = { h: zeros([2, 2]), c: zeros([2, 2]) };
    const given = assertGradients(layer, { x, initialState: state });
    expect(given.variables.map(({ name }) => name).slice(5)).toEqual(['x', 'initialState.h', 'initialState.c']);
  });

  it('takes the initial states of a network and of both directions, and checks the final ones', () => {
    const both = new Bidirectional({ layers: [new GRU({ units: 2, dtype }), new GRU({ units: 2, dtype })], dtype });
    const model = new Sequential([new LSTM({ units: 2, returnSequences: true }), both], { dtype });
    const h = (seed: number): Tensor => randomNormal([2, 2], { dtype, seed });
    const initialState = {
      lstm1: { h: h(1), c: h(2) },
      bidirectional1: { forward: { h: h(3) }, backward: { h: h(4) } },
    };
    const report = assertGradients(model, { x, initialState, cotangents: 1 });
    expect(report.variables.map(({ name }) => name).slice(-4)).toEqual([
      'initialState.lstm1.h',
      'initialState.lstm1.c',
      'initialState.bidirectional1.forward.h',
      'initialState.bidirectional1.backward.h',
    ]);
    expect(report.outputs).toBe(2 * 4 + 4 * 2 * 2);
  });

  const activations: DenseActivation[] = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax'];
  test.each(activations)('Dense, %s, on rows and on steps', (activation) => {
    assertGradients(new Dense({ units: 3, dtype, activation }), { x, cotangents: 'all' });
    assertGradients(new Dense({ units: 3, dtype, activation, useBias: false }), { x: x.pick(null, 1) });
  });

  it('takes a model, and a float32 input', () => {
    const model = new Sequential(
      [
        new GRU({ units: 3, returnSequences: true }),
        new LSTM({ units: 2, returnSequences: true }),
        new Dense({ units: 2, activation: 'softmax' }),
      ],
      { dtype },
    );
    const report = gradcheck(model, { x: randomNormal([2, 4, 3], { seed: 2 }), cotangents: 'all' });
    expect(report.passed).toBe(true);
    expect(report.variables).toHaveLength(3 + 3 + 2 + 1);
  });

  const losses: readonly (readonly [string, Loss, Tensor])[] = [
    ['mean squared error', new MeanSquaredError(), randomNormal([3, 4], { dtype, seed: 1 })],
    ['its sum', new MeanSquaredError({ reduction: 'sum' }), randomNormal([3, 4], { dtype, seed: 1 })],
    ['cross entropy with class numbers', new SoftmaxCrossEntropy(), f64([0, 3, 1])],
    ['cross entropy with weights', new SoftmaxCrossEntropy(), randomUniform([3, 4], { dtype })],
    ['binary cross entropy', new BinaryCrossEntropy(), randomUniform([3, 4], { dtype })],
  ];
  test.each(losses)('the loss: %s', (_, loss, target) => {
    const prediction = randomNormal([3, 4], { dtype, seed: 9 });
    assertGradients({
      variables: { prediction },
      forward: () => ({ loss: f64([loss.evaluate(prediction, target).loss]) }),
      backward: ({ loss: dLoss }) => {
        const { gradient } = loss.evaluate(prediction, target);
        return { prediction: new Tensor({ data: gradient.data.map((v) => v * dLoss!.get(0)) }, gradient.shape) };
      },
    });
  });

  it('clipping by norm', () => {
    const t = randomNormal([2, 3], { dtype });
    assertGradients({
      variables: { t },
      forward: () => ({ y: clipByNorm(t, 1, { axes: [1] }) }),
      backward: ({ y }) => ({ t: clipByNormBackward(y!, t, 1, { axes: [1] }) }),
    });
  });
});
