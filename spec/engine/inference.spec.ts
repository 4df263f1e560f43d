import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  Network,
  randomNormal,
  Sequential,
  StateError,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const I = 3;
const layers = () => [
  new LSTM({ units: 9, returnSequences: true }),
  new GRU({ units: 6, returnSequences: true }),
  new Dense({ units: 2, activation: 'tanh' }),
];

/** Bytes of a model that has done nothing but `run` over T time steps. */
function bytesAfter(T: number, run: (model: Sequential, x: Tensor, y: Tensor) => void): number {
  const model = new Sequential(layers(), { inputSize: I, seed: 1 });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  run(model, randomNormal([1, T, I], { seed: 2 }), randomNormal([1, T, 2], { seed: 3 }));
  return model.parameters.arena.data.byteLength;
}

describe('a pass for inference', () => {
  it.each([
    ['predict', (model: Sequential, x: Tensor) => void model.predict(x)],
    ['evaluate', (model: Sequential, x: Tensor, y: Tensor) => void model.evaluate(x, y)],
    ['forward with inference', (model: Sequential, x: Tensor) => void model.forward(x, { inference: true })],
  ] as const)('takes the same memory for any number of time steps: %s', (_, run) => {
    const [some, more] = [40_000, 200_000].map((T) => bytesAfter(T, run));
    expect(more).toBe(some);
    expect(more).toBeLessThan(16e6);
  });

  test.prop([fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 60 }), fc.nat(1e6)])(
    'has the bits of a pass for training, states too, whatever the segments',
    (B, T, seed) => {
      const x = randomNormal([B, T, I], { seed });
      const layer = new LSTM({ units: 5, returnSequences: true, seed });
      const initialState = layer.build(I).cell.zeroState(B);
      initialState.h.data.fill(0.25);
      initialState.c.data.fill(-0.5);
      const trained = layer.forward(x, { initialState, returnState: true });
      const inferred = layer.forward(x, { initialState, returnState: true, inference: true });
      expectBits(inferred.output, trained.output);
      expectBits(inferred.state.h, trained.state.h);
      expectBits(inferred.state.c, trained.state.c);
      const model = new Sequential(layers(), { inputSize: I, seed });
      const budget = { memory: model.memory({ B, T: 1 }).total + 4000 };
      const expected = model.forward(x);
      model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: budget });
      expectBits(model.predict(x), expected); // in short segments
    },
  );

  it('has the bits of a pass for training over many segments', () => {
    const x = randomNormal([2, 9000, I], { seed: 4 });
    const network = new Network(layers(), { seed: 1 });
    const expected = network.forward(x);
    expectBits(network.predict(x), expected);
    expectBits(network.forward(x, { inference: true }), expected);
  });

  it.each([1, 2, 3, 7])('has the same bits with any memory budget, T = %d', (T) => {
    const x = randomNormal([2, T, I], { seed: 5 });
    const model = new Sequential([new LSTM({ units: 3 })], { inputSize: I, seed: 1 }).build();
    const expected = model.predict(x);
    const most = model.parameters.arena.data.byteLength;
    for (let memory = 400; memory < Math.min(most, 6000); memory += 4) {
      model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: { memory } });
      expectBits(model.predict(x), expected);
    }
  });

  it('reads arrays that lie in the memory of the model, which it may move', () => {
    const F = 300; // large enough for a memory that grows in place
    const make = () => {
      const model = new Sequential([new Dense({ units: F })], { inputSize: F, seed: 1 }).build();
      return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    };
    const kernel = (model: Sequential): Tensor => model.parameters.get('dense1.kernel').value;
    const raw = ({ data, shape, stride, offset }: Tensor) => ({ data, shape, stride, offset });
    const x = kernel(make()).copy();
    for (const viewOf of [kernel, (model: Sequential) => raw(kernel(model))]) {
      const [model, twin] = [make(), make()];
      expectBits(model.predict(viewOf(model), { batchSize: F }), twin.predict(x, { batchSize: F }));
      const [other, its] = [make(), make()];
      expect(other.evaluate(viewOf(other), viewOf(other))).toBe(its.evaluate(x, x));
      const [trained, third] = [make(), make()];
      expect(trained.trainStep(viewOf(trained), viewOf(trained))).toEqual(third.trainStep(x, x));
      const [layer, fourth] = [make(), make()];
      expectBits(layer.forward(viewOf(layer)), fourth.forward(x));
    }
  });

  it('cannot be followed by backward, which has no tape to read', () => {
    const layer = new GRU({ units: 4 });
    const x = randomNormal([2, 5, I], { seed: 1 });
    layer.forward(x, { inference: true });
    expect(() => layer.backward(randomNormal([2, 4]))).toThrow(StateError);
    expect(() => layer.backward(randomNormal([2, 4]))).toThrow('received a pass for inference');
    layer.forward(x);
    layer.forward(x, { inference: true });
    expect(() => layer.backward(randomNormal([2, 4]))).toThrow(StateError);
  });
});
