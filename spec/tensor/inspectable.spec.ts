import assert from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Dense,
  LSTM,
  LSTMCell,
  MeanSquaredError,
  Parameters,
  Random,
  randomNormal,
  Sequential,
  SGD,
  Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';

/** What `node:assert` and jest say; they agree, or this throws. */
function areEqual(a: unknown, b: unknown): boolean {
  const equal = isDeepStrictEqual(a, b);
  for (const matcher of ['toEqual', 'toStrictEqual'] as const) {
    if (equal) expect(a)[matcher](b);
    else expect(a).not[matcher](b);
  }
  return equal;
}

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** The same elements, elsewhere: strides of any order and sign, in a larger array. */
function elsewhere(source: Tensor, order: number): Tensor {
  const axes = source.shape.map((_, axis) => axis);
  axes.sort((a, b) => ((order >> a) & 1) - ((order >> b) & 1) || b - a);
  const size = source.size;
  const signs = axes.map((axis) => ((order >> (axis + 4)) & 1 ? -1 : 1));
  const whole = new Tensor(
    { data: source.dtype === 'float64' ? new Float64Array(size + 3) : new Float32Array(size + 3) },
    [...axes.map((axis) => source.shape[axis]!)],
    undefined,
    2,
  );
  const back = axes.map((_, axis) => axes.indexOf(axis));
  const view = whole.step(...signs).transpose(...back);
  const flat = source.copy().data;
  let next = 0;
  const fill = (target: Tensor): void => {
    if (target.dimension === 0) target.set(flat[next++]!);
    else for (let i = 0; i < target.shape[0]!; i++) fill(target.pick(i));
  };
  fill(view);
  return view;
}

const model = (seed: number): Sequential =>
  new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 1 })], {
    inputSize: 3,
    seed,
  }).build();

describe('comparison', () => {
  ptest.prop([shapes, fc.nat({ max: 255 }), fc.constantFrom('float32' as const, 'float64' as const)])(
    'finds tensors of the same elements equal wherever these lie, and others different',
    (shape, order, dtype) => {
      const x = randomNormal(shape, { seed: order, dtype });
      const y = elsewhere(x, order);
      expect(areEqual(y, x)).toBe(true);
      expect(areEqual({ state: [y] }, { state: [x] })).toBe(true);
      if (x.size === 0) return;
      y.storage.data[y.index(...shape.map((length) => length - 1))]! += 1;
      expect(areEqual(y, x)).toBe(false);
      expect(areEqual({ state: [y] }, { state: [x] })).toBe(false);
    },
  );

  it.each([
    ['shape', tensor([[1, 2]]), tensor([1, 2])],
    ['shape without elements', zeros([0, 3]), zeros([0, 2])],
    ['element type', tensor([1], { dtype: 'float64' }), tensor([1])],
    ['sign of zero', tensor([-0]), tensor([0])],
    ['NaN and a number', tensor([Number.NaN]), tensor([0])],
  ])('tells tensors apart by %s', (_, a, b) => {
    expect(areEqual(a, b)).toBe(false);
  });

  it('finds NaN equal to NaN, whatever its bits', () => {
    const bits = Uint32Array.of(0x7fc00000, 0xffc00001);
    const data = new Float32Array(bits.buffer);
    expect(areEqual(new Tensor({ data }, [1]), new Tensor({ data }, [1], [1], 1))).toBe(true);
  });

  it('finds models, layers, cells, parameters and streams of the same weights equal, of others not', () => {
    const [a, same, other] = [model(1), model(1), model(2)];
    for (const part of [
      (m: Sequential) => m,
      (m: Sequential) => m.layers[0],
      (m: Sequential) => (m.layers[0] as LSTM).cell,
      (m: Sequential) => m.layers[1],
      (m: Sequential) => m.parameters,
      (m: Sequential) => m.parameters.get('lstm1.kernel'),
      (m: Sequential) => m.parameters.get('lstm1.kernel').value,
      (m: Sequential) => m.stream(),
    ]) {
      expect(areEqual(part(a), part(same))).toBe(true);
      expect(areEqual(part(a), part(other))).toBe(false);
    }
    expect(areEqual(a, model(1))).toBe(true);
    expect(
      areEqual(new Sequential([new LSTM({ units: 4 })], { seed: 1 }), new Sequential([new LSTM({ units: 4 })])),
    ).toBe(false);
  });

  it('sees gradients, and how a model is trained', () => {
    const [a, b] = [model(1), model(1)];
    b.parameters.get('dense1.bias').gradient.set(0, 1);
    expect(areEqual(a.parameters, b.parameters)).toBe(false);
    b.parameters.zeroGradients();
    expect(areEqual(a, b)).toBe(true);
    const compiled = (learningRate: number): Sequential =>
      model(1).compile({ optimizer: new Adam({ learningRate }), loss: new MeanSquaredError() });
    expect(areEqual(compiled(0.1), compiled(0.1))).toBe(true);
    expect(areEqual(compiled(0.1), compiled(0.2))).toBe(false);
  });

  it('sees learning rates, steps and moments of optimizers, and where random numbers go on', () => {
    expect(areEqual(new SGD({ learningRate: 0.1 }), new SGD({ learningRate: 0.1 }))).toBe(true);
    expect(areEqual(new SGD({ learningRate: 0.1 }), new SGD({ learningRate: 0.2 }))).toBe(false);
    const stepped = (gradient: number): Adam => {
      const parameters = Parameters.of({ w: tensor([1]) });
      parameters.get('w').gradient.set(0, gradient);
      const adam = new Adam();
      adam.step(parameters);
      return adam;
    };
    expect(areEqual(stepped(1), stepped(1))).toBe(true);
    expect(areEqual(stepped(1), stepped(2))).toBe(false);
    expect(areEqual(stepped(1), new Adam())).toBe(false);
    expect(areEqual(new Random(1, 0, 3), new Random(1, 0, 3))).toBe(true);
    expect(areEqual(new Random(1, 0, 3), new Random(1))).toBe(false);
  });

  it('compares by identity where text forms would be compared', () => {
    const x = tensor([1]);
    expect(x.valueOf()).toBe(x);
  });

  it('shows the elements in what node:assert reports', () => {
    expect(() => assert.deepStrictEqual(tensor([[1, 2.5]]), tensor([[1, 3.5]]))).toThrow(/2\.5[\s\S]*3\.5/);
  });
});

/** One of each class that holds more than it shows. */
const objects = (): Readonly<Record<string, object>> => {
  const net = model(1);
  return {
    Tensor: tensor([1]),
    Sequential: net,
    'Sequential, not built': new Sequential([new Dense({ units: 1 })]),
    LSTM: net.layers[0]!,
    LSTMCell: new LSTMCell({ units: 2 }),
    Dense: net.layers[1]!,
    Parameters: net.parameters,
    Parameter: net.parameters.get('dense1.bias'),
    Arena: net.parameters.arena,
    Stream: net.stream(),
    'state of a stream': net.stream().zeroState(),
    Adam: new Adam(),
    MeanSquaredError: new MeanSquaredError(),
    Random: new Random(1),
  };
};

describe.each(Object.keys(objects()))('%s', (name) => {
  it('refuses structured clones, with the remedy in the message', () => {
    expect(() => structuredClone(objects()[name])).toThrow(/could not be cloned/);
    expect(() => serialize(objects()[name])).toThrow(
      /post toBytes\(\), or \{ data, shape, stride, offset \} of tensor\.copy\(\)/,
    );
  });

  // A test runner writes the objects of a failed comparison as JSON.
  it('has no circle of enumerable properties', () => {
    expect(() =>
      JSON.stringify(objects()[name], (_, value) => (typeof value === 'function' ? '' : value)),
    ).not.toThrow();
    const seen = (value: unknown, above: readonly unknown[]): void => {
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
      expect(above).not.toContain(value);
      for (const each of Object.values(value)) seen(each, [...above, value]);
    };
    seen(objects()[name], []);
  });

  it('keeps the accessor of comparisons harmless where test runners copy it', () => {
    const source = objects()[name]!;
    if (!Object.hasOwn(source, 'contents')) return;
    const properties = Object.getOwnPropertyDescriptors(source);
    const copies = [null, Object.prototype, Object.getPrototypeOf(source) as object];
    for (const prototype of copies) expect(Object.create(prototype, properties).contents).toBeUndefined();
  });
});

describe('printing', () => {
  it.each<[Tensor, string]>([
    [zeros([]), 'Tensor [] float32 0'],
    [tensor([1, -0, 0.1, Number.NaN, -Infinity]), 'Tensor [5] float32 [1, -0, 0.1, NaN, -Infinity]'],
    [tensor([0.1, 1 / 3], { dtype: 'float64' }), 'Tensor [2] float64 [0.1, 0.3333333333333333]'],
    [tensor([1 / 3, 16777215, 1e-40]), 'Tensor [3] float32 [0.33333334, 16777215, 1e-40]'],
    [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      'Tensor [2, 3] float32 [[1, 2, 3], [4, 5, 6]]',
    ],
    [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).T,
      'Tensor [3, 2] float32 [[1, 4], [2, 5], [3, 6]]',
    ],
    [zeros([2, 0]), 'Tensor [2, 0] float32 [[], []]'],
    [tensor(Array.from({ length: 101 }, (_, i) => i)), 'Tensor [101] float32 [0, 1, 2, …, 98, 99, 100]'],
    [zeros([1, 1, 1, 1, 1]), 'Tensor [1, 1, 1, 1, 1] float32 [[[[[…]]]]]'],
  ])('prints %s', (x, text) => {
    expect(String(x)).toBe(text);
    expect(inspect(x)).toBe(text);
    expect(`${x}`).toBe(text);
  });

  it('gives rows that do not fit a line a line each, and shortens each axis', () => {
    const column = tensor(Array.from({ length: 200 }, (_, i) => [i / 7, -i / 7, i / 9, -i / 9, i, i * 1e5]));
    expect(String(column).split('\n')).toEqual([
      'Tensor [200, 6] float32',
      '[[0, -0, 0, -0, 0, 0],',
      ' [0.14285715, -0.14285715, 0.11111111, -0.11111111, 1, 100000],',
      ' [0.2857143, -0.2857143, 0.22222222, -0.22222222, 2, 200000],',
      ' …,',
      ' [28.142857, -28.142857, 21.88889, -21.88889, 197, 19700000],',
      ' [28.285715, -28.285715, 22, -22, 198, 19800000],',
      ' [28.428572, -28.428572, 22.11111, -22.11111, 199, 19900000]]',
    ]);
  });

  it('stays short for any shape', () => {
    const huge = (shape: number[]): Tensor =>
      new Tensor(
        { data: new Float32Array(1) },
        shape,
        shape.map(() => 0),
      );
    for (const shape of [[2 ** 40], [1e6, 1e6], [99, 99, 99, 99, 99], Array.from({ length: 40 }, () => 3)]) {
      expect(String(huge(shape)).length).toBeLessThan(700);
    }
  });

  it('prints models as a table of layers, with shapes and numbers of parameters', () => {
    expect(inspect(model(1))).toBe(
      [
        'Sequential [B, T, 3] → [B, T, 1]',
        '  layer   kind   output     parameters  state',
        '  lstm1   LSTM   [B, T, 4]         128  h 4, c 4',
        '  dense1  Dense  [B, T, 1]           5',
        '133 parameters, float32, 532 bytes',
      ].join('\n'),
    );
  });

  it.each<[string, (net: Sequential) => object, string]>([
    ['layers', (net) => net.layers[0]!, 'LSTM [B, T, 3] → [B, T, 4], 128 parameters, float32'],
    [
      'layers of rows',
      () => new Dense({ units: 2, dtype: 'float64', inputSize: 3 }),
      'Dense [B, 3] → [B, 2], 8 parameters, float64',
    ],
    ['cells', (net) => (net.layers[0] as LSTM).cell, 'LSTMCell, 4 units, 128 parameters, float32'],
    ['cells before their size is known', () => new LSTMCell({ units: 3 }), 'LSTMCell, 3 units'],
    ['parameters', (net) => net.parameters.get('dense1.bias'), 'dense1.bias: Tensor [1] float32 [0]'],
    [
      'all parameters',
      () => Parameters.of({ W: zeros([2, 3]), bias: zeros([4]) }),
      'Parameters, 10 in float32\n  W     [2, 3]\n  bias  [4]',
    ],
    ['streams', (net) => net.stream({ batchSize: 2 }), 'Stream [2, 3] → [2, 1], lstm1.h [2, 4], lstm1.c [2, 4]'],
    ['optimizers', () => new Adam(), 'Adam, learning rate 0.001, 0 iterations'],
    ['losses', () => new MeanSquaredError({ reduction: 'sum' }), 'MeanSquaredError, reduction sum'],
    ['generators', () => new Random(7, 1, 2), 'Random, seed 7, stream 1, counter 2'],
  ])('prints %s', (_, make, text) => {
    expect(inspect(make(model(1)))).toBe(text);
    expect(String(make(model(1)))).toBe(text);
  });

  it('prints states', () => {
    const text = inspect(new LSTM({ units: 2, inputSize: 1 }).stream().zeroState());
    expect(text).toBe('{\n  h: Tensor [1, 2] float32 [[0, 0]],\n  c: Tensor [1, 2] float32 [[0, 0]]\n}');
  });
});
