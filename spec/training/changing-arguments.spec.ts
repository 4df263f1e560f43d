// What the caller may change between the check and the use: every number that becomes an index, a size or an offset is
// checked on the copy that is used.
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  ArgumentError,
  clipGradients,
  Dense,
  GRU,
  initializers,
  LSTM,
  MeanSquaredError,
  type NdArrayLike,
  randomNormal,
  randomUniform,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  stack,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

/** An object whose properties change once they have been read. */
function changing<T extends object>(first: T, then: Partial<T>): T {
  const read = new Set<string | symbol>();
  return new Proxy(first, {
    get(target, name, self) {
      if (read.has(name) && name in then) return then[name as keyof T];
      read.add(name);
      return Reflect.get(target, name, self);
    },
  });
}

const classes = (values: number[]) => {
  const data = new Float32Array(new SharedArrayBuffer(4 * values.length));
  data.set(values);
  return { data, shape: [values.length], stride: [1], offset: 0 };
};

describe('class numbers', () => {
  /** A model whose first step changes class numbers, checked already, as another thread might. */
  const modelThat = (change: () => void, dtype: 'float32' | 'float64' = 'float32') => {
    const biasInitializer = (shape: readonly number[]) => {
      change();
      return new Array<number>(shape[0]!).fill(0);
    };
    const model = new Sequential([new Dense({ units: 3, biasInitializer })], { dtype });
    return model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new SoftmaxCrossEntropy() });
  };

  it.each([1e9, -1, 0.5, Number.NaN])('that become %d after they were checked are refused', (wrong) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const y = classes([0, 2]);
      const model = modelThat(() => y.data.fill(wrong), dtype);
      const x = randomNormal([2, 4], { seed: 1 });
      expect(() => model.trainStep(x, y)).toThrow(
        `Sequential.trainStep: "y" must contain class numbers from 0 to 2; received ${wrong}`,
      );
      const before = model.parameters.get('dense1.kernel').value.copy();
      expect(before.data.every(Number.isFinite)).toBe(true);
      y.data.fill(1);
      expect(model.trainStep(x, y).skipped).toBe(false);
    }
  });

  it('of a sequence are refused where they change between its segments', () => {
    const y = { ...classes(new Array(12).fill(1)), shape: [2, 6], stride: [6, 1] };
    const model = new Sequential([new GRU({ units: 2, returnSequences: true }), new Dense({ units: 3 })]);
    model.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy(), checkpoint: 2 });
    const x = randomNormal([2, 6, 2], { seed: 1 });
    model.trainStep(x, y);
    const before = [...model.parameters].map(({ value }) => value.copy());
    const cell = (model.layers[0] as GRU).cell;
    const { forwardStep } = cell;
    let steps = 0;
    cell.forwardStep = function (step) {
      if (++steps === 5) y.data.fill(7);
      forwardStep.call(this, step);
    };
    expect(() => model.trainStep(x, y)).toThrow(ArgumentError);
    for (const [k, { value }] of [...model.parameters].entries()) expectBits(value, before[k]!);
  });
});

describe('arrays', () => {
  it('are read once: x, y and predictions', () => {
    const view = (values: number[], shape: number[]): NdArrayLike =>
      changing(
        { data: Float32Array.from(values), shape, stride: [shape[1]!, 1], offset: 0 },
        { data: new Float32Array(0), shape: [1e9, 1e9], stride: [-1e9, 3], offset: 1e9 },
      );
    const x = () => view([1, 2, 3, 4], [2, 2]);
    const y = () => view([1, 2], [2, 1]);
    const made = (): Sequential =>
      new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const [model, twin] = [made(), made()];
    const plain = [tensor([[1, 2], [3, 4]]), tensor([[1], [2]])] as const; // biome-ignore format: as they lie
    expect(model.trainStep(x(), y())).toEqual(twin.trainStep(...plain));
    expectBits(model.predict(x()), twin.predict(plain[0]));
    expect(model.evaluate(x(), y())).toBe(twin.evaluate(...plain));
    const loss = new MeanSquaredError();
    expectBits(loss.evaluate(y(), y()).gradient, zeros([2, 1]));
    expectBits(stack([y(), y()]), stack([plain[1], plain[1]]));
  });

  it('of states are read once', () => {
    const layer = new LSTM({ units: 2, inputSize: 1 }).build();
    const x = randomNormal([1, 3, 1], { seed: 1 });
    const array = () =>
      changing(
        { data: Float32Array.of(0.5, -0.5), shape: [1, 2], stride: [2, 1], offset: 0 },
        { data: new Float32Array(0), shape: [5, 5], stride: [9, 9], offset: 9 },
      ) as never;
    const plain = { h: tensor([[0.5, -0.5]]), c: tensor([[0.5, -0.5]]) };
    expectBits(
      layer.forward(x, { initialState: { h: array(), c: array() } }),
      layer.forward(x, { initialState: plain }),
    );
    const [stream, xt] = [layer.stream(), tensor([[1]])];
    const state = { h: array(), c: array() };
    const output = stream.step(xt, state).copy();
    expectBits(output, stream.step(xt, plain));
    expectBits(stream.copyState({ h: array(), c: array() }).c, tensor([[0.5, -0.5]]));
  });

  it('of states are written to where they were read', () => {
    const stream = new GRU({ units: 2, inputSize: 1 }).build().stream();
    const data = new Float32Array(4);
    const h = changing({ data, shape: [1, 2], stride: [2, 1], offset: 1 }, { offset: 9, shape: [4, 1] });
    stream.step(tensor([[1]]), { h: h as never });
    expect([data[0], data[3], data[1] !== 0, data[2] !== 0]).toEqual([0, 0, true, true]);
  });
});

describe('options', () => {
  it('are read once', () => {
    const { parameters } = new Dense({ units: 2, inputSize: 2 }).build();
    for (const { gradientAt, size } of parameters) parameters.arena.data.fill(3, gradientAt, gradientAt + size);
    clipGradients(parameters, changing({ value: 1 }, { value: Number.NaN }));
    expect(parameters.get('bias').gradient.toArray()).toEqual([1, 1]);
    const dtype = changing({ dtype: 'float64' as const }, { dtype: 'float16' as never });
    expect(randomUniform([1], dtype).dtype).toBe('float64');
    expect(new Dense(changing({ units: 2 }, { units: -1 })).build(3).units).toBe(2);
  });

  it('of a layer are those of its construction', () => {
    const options = { units: 2, seed: 1, kernelInitializer: initializers.ones };
    const layer = new LSTM(options);
    Object.assign(options, { seed: 'none', dtype: 'float16', kernelInitializer: initializers.zeros });
    layer.build(3);
    expect(layer.dtype).toBe('float32');
    expect(layer.parameters.get('kernel').value.get(0, 0)).toBe(1);
  });

  it('of an initializer cannot make its values longer than the parameter', () => {
    const list = changing([1, 2], { length: 40 } as never);
    const { parameters } = new Dense({ units: 2, biasInitializer: () => list }).build(1);
    expect(parameters.get('bias').value.toArray()).toEqual([1, 2]);
  });

  it('a list of layers is that of the construction', () => {
    const layers = [new Dense({ units: 2 })];
    const model = new Sequential(layers).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    layers.pop();
    expect(model.predict(zeros([1, 1])).shape).toEqual([1, 2]);
  });
});
