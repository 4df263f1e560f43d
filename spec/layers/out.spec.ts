import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  assign,
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  Masking,
  randomNormal,
  Sequential,
  SimpleRNN,
  Tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, I, H] = [3, 5, 4, 27];
const x = randomNormal([B, T, I], { seed: 1 });
const lengths = [2, 0, 5];
const whole = { returnSequences: true } as const;

const direction = () => new GRU({ units: H, ...whole });

const layers = {
  'the last output': () => new GRU({ units: H, inputSize: I, seed: 2 }),
  'all outputs': () => new LSTM({ units: H, inputSize: I, seed: 2, ...whole }),
  backwards: () => new SimpleRNN({ units: H, inputSize: I, seed: 2, goBackwards: true, ...whole }),
  'both directions': () => new Bidirectional({ layers: [direction(), direction()], mergeMode: 'sum', seed: 2 }),
  'a layer without time': () => new Dense({ units: H, inputSize: I, seed: 2 }),
  'a model': () =>
    new Sequential([new LSTM({ units: 5, ...whole }), new Dense({ units: H })], { seed: 2, inputSize: I }),
  'a model with masking': () =>
    new Sequential([new Masking(), new LSTM({ units: H, ...whole })], { seed: 2, inputSize: I }),
};

/** A view of `shape`, full of NaN, between other elements of its memory, whose first axis is reversed. */
function strided(shape: readonly number[]): { view: Tensor; rest: () => Tensor } {
  const room = new Tensor(
    { data: new Float32Array(shape.reduce((n, size) => n * (2 * size + 1), 1)).fill(Number.NaN) },
    [...shape.map((size) => 2 * size + 1)],
  );
  const view = room.lo(...shape.map(() => 1)).step(-2, ...shape.slice(1).map(() => 2));
  return { view, rest: () => room };
}

/** The elements of `room` that a view does not have are NaN still. */
function expectRestUntouched({ view, rest }: ReturnType<typeof strided>): void {
  assign(view, zeros(view.shape).step(1));
  const { data } = rest();
  expect(data.filter((value) => value === 0)).toHaveLength(view.size);
  expect(data.filter(Number.isNaN)).toHaveLength(data.length - view.size);
}

describe.each(Object.entries(layers))('out: %s', (name, make) => {
  const masked = name === 'a model with masking' ? [{}] : [{}, { lengths }, { lengths, zeroOutputForMask: true }];
  const options = [{}, { inference: true }].flatMap((pass) => masked.map((mask) => ({ ...pass, ...mask })));

  it.each(options)('forward writes the bits of a new tensor, and returns the array: %j', (given) => {
    const layer = make();
    const expected = layer.forward(x, given);
    const dense = zeros(expected.shape);
    dense.data.fill(Number.NaN);
    expect(layer.forward(x, { ...given, out: dense })).toBe(dense);
    expectBits(dense, expected);
    const { view, rest } = strided(expected.shape);
    const { data, shape, stride, offset } = view;
    const out = { data, shape, stride, offset };
    expect(layer.forward(x, { ...given, out })).toBe(out);
    expectBits(view, expected);
    expectRestUntouched({ view, rest });
  });

  it('changes no gradient', () => {
    const [layer, twin] = [make(), make()];
    const out = layer.forward(x);
    layer.forward(x, { out });
    const dy = twin.forward(x);
    expectBits(layer.backward(out).dx, twin.backward(dy).dx);
  });
});

describe('out of predict', () => {
  it.each([{}, { lengths }, { lengths, zeroOutputForMask: true }])('in batches, with any strides: %j', (given) => {
    const model = layers['a model']();
    const { view, rest } = strided([B, T, H]);
    expect(model.predict(x, { ...given, batchSize: 2, out: view })).toBe(view);
    expectBits(view, model.predict(x, given));
    expectRestUntouched({ view, rest });
  });

  it('with a state', () => {
    const layer = layers['all outputs']();
    const expected = layer.forward(x, { returnState: true });
    const out = zeros([B, T, H]);
    const given = layer.forward(x, { returnState: true, out });
    expect(given.output).toBe(out);
    expectBits(out, expected.output);
    expectBits(given.state.c, expected.state.c);
  });

  it('is in float64 for a model in float64', () => {
    const model = layers['a model']().build().astype('float64');
    const out = zeros([B, T, H], { dtype: 'float64' });
    expectBits(model.predict(x, { out }), model.predict(x));
    expect(() => model.predict(x, { out: zeros([B, T, H]) })).toThrow('"out" must contain a Float64Array');
  });

  test.prop([fc.nat(2 * B * T * I), fc.boolean()])(
    'is refused exactly if it shares memory with x',
    (start, integers) => {
      const size = B * T * I;
      const data = new Float32Array(3 * size);
      const source = { ...x, data: data.subarray(size, 2 * size), shape: x.shape, stride: x.stride, offset: 0 };
      const input = integers ? { ...source, data: new Int32Array(data.buffer, 4 * size, size) } : source;
      const model = new Sequential([new LSTM({ units: I, ...whole })], { inputSize: I });
      const out = new Tensor({ data: data.subarray(start, start + size) }, [B, T, I]);
      data.fill(0);
      if (start === 0 || start === 2 * size) expect(model.predict(input, { out })).toBe(out);
      else expect(() => model.predict(input, { out })).toThrow('"out" must share no memory with x');
      expect(start === 0 || start === 2 * size || data.every((value) => value === 0)).toBe(true);
    },
  );

  it.each([1, 3, 32])('allocates no memory for elements once shapes are known: equal batches of %i', (batchSize) => {
    const model = layers['a model']();
    const out = model.predict(x);
    model.predict(x, { batchSize, out });
    model.predict(x, { batchSize, out });
    const made: string[] = [];
    const classes = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array, ArrayBuffer] as const;
    for (const each of classes) {
      const construct = (_: object, list: unknown[]): object => {
        made.push(each.name);
        return Reflect.construct(each, list) as object;
      };
      Reflect.set(globalThis, each.name, new Proxy(each, { construct }));
    }
    try {
      for (let n = 0; n < 3; n++) model.predict(x, { batchSize, out });
      expect(made).toEqual([]);
      model.predict(x, { batchSize });
      expect(made).toEqual(['Float32Array']);
    } finally {
      for (const each of classes) Reflect.set(globalThis, each.name, each);
    }
  });

  it('may lie between the elements of x', () => {
    const data = new Float32Array(2 * B * T * I);
    const pair = new Tensor({ data }, [B, T, I, 2]);
    assign(pair.pick(null, null, null, 0), x);
    const model = new Sequential([new LSTM({ units: I, ...whole })], { inputSize: I });
    const out = pair.pick(null, null, null, 1);
    expectBits(model.predict(pair.pick(null, null, null, 0), { out }), model.predict(x));
  });
});
