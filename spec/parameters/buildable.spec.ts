import { describe, expect, it } from '@jest/globals';
import { Dense, GRU, LSTM, LSTMCell, Sequential, StateError, zeros } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

describe.each([
  ['a cell', () => new LSTMCell({ units: 2, inputSize: 3, seed: 4 })],
  ['a layer', () => new LSTM({ units: 2, inputSize: 3, seed: 4 })],
  ['a dense layer', () => new Dense({ units: 2, inputSize: 3, seed: 4 })],
  ['a model', () => new Sequential([new GRU({ units: 2 })], { inputSize: 3, seed: 4 })],
])('%s', (_, make) => {
  it('is built once, with parameters that stay', () => {
    const subject = make();
    expect([subject.built, subject.inputSize]).toEqual([false, 3]);
    const { parameters } = subject.build();
    expect(subject.build(3).parameters).toBe(parameters);
    expect(subject.built).toBe(true);
  });

  it('has no parameters before', () => {
    expect(() => make().parameters).toThrow(StateError);
    expect(() => make().parameters).toThrow(/\.parameters: the call must come once the input size is known/);
  });

  it('refuses an input of another size', () => {
    expect(() => make().build(4)).toThrow(/\.build: "inputSize" must have 3 features on its last axis; received 4/);
    expect(make().build().parameters.size).toBeGreaterThan(0);
  });

  it('starts with the same bits for the same seed, with others for another', () => {
    const [first, second] = [make().build().parameters, make().build().parameters];
    expectBits(first.arena.data, second.arena.data);
  });
});

describe('the options of what has parameters', () => {
  it('seed and dtype say how it starts', () => {
    const kernel = (options: object) =>
      new Dense({ units: 4, inputSize: 4, ...options }).build().parameters.get('kernel').value;
    expect(kernel({ seed: 1 }).toArray()).not.toEqual(kernel({ seed: 2 }).toArray());
    expectBits(kernel({}), kernel({ seed: 0 }));
    expect(kernel({ dtype: 'float64' }).dtype).toBe('float64');
    expectBits(Float32Array.from(kernel({ dtype: 'float64' }).copy().data), kernel({}).copy().data);
  });

  it('inputSize comes from the first input by default', () => {
    const layer = new LSTM({ units: 2 });
    layer.forward(zeros([1, 2, 5]));
    expect(layer.inputSize).toBe(5);
    expect(layer.parameters.get('kernel').value.shape).toEqual([5, 8]);
  });

  it('a failing initializer leaves it unbuilt', () => {
    let fails = true;
    const kernelInitializer = ([rows = 0, columns = 0]: readonly number[]) =>
      new Float32Array(rows * columns + (fails ? 1 : 0));
    const dense = new Dense({ units: 2, kernelInitializer });
    expect(() => dense.forward(zeros([1, 3]))).toThrow(
      'Dense.build: "initializer of kernel" must return 6 values for shape [3, 2]; received 7 values',
    );
    expect(dense.built).toBe(false);
    fails = false;
    expect(dense.forward(zeros([1, 4])).shape).toEqual([1, 2]);
  });

  it('a model takes the input size of its first layer', () => {
    const model = new Sequential([new LSTM({ units: 2, inputSize: 5 }), new Dense({ units: 1, inputSize: 2 })]);
    expect(model.inputSize).toBe(5);
    expect(() => model.forward(zeros([1, 2, 3]))).toThrow(/Sequential.forward: "x" must have shape \[B, T, 5\]/);
    expect(model.build().parameters.get('lstm1.kernel').value.shape).toEqual([5, 8]);
  });
});
