import { describe, expect, it } from '@jest/globals';
import {
  Activation,
  Adam,
  activationKinds,
  Dense,
  GRU,
  LayerNormalization,
  LSTM,
  MeanSquaredError,
  Network,
  randomNormal,
  Sequential,
  type Tensor,
  tensor,
  unstack,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

// The layers that compute each row by itself and have no neighbours in time.

const dtype = 'float64';
const classes = [Activation, LayerNormalization];
const names = [...Object.keys(activationKinds), 'softmax'] as ConstructorParameters<
  typeof Activation
>[0]['activation'][];

/** A net with both layers between recurrent ones. */
const layers = () => [
  new GRU({ units: 5, returnSequences: true }),
  new LayerNormalization(),
  new LSTM({ units: 3, returnSequences: true }),
  new Activation({ activation: 'softmax' }),
  new Dense({ units: 2 }),
];

describe('Activation', () => {
  it.each(names)('%s equals a dense layer with the identity as its kernel', (activation) => {
    const dense = new Dense({ units: 3, activation, useBias: false, inputSize: 3 });
    dense
      .build()
      .parameters.get('kernel')
      .assign(
        tensor([
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ]),
      );
    const layer = new Activation({ activation });
    const [x, dy] = [randomNormal([2, 4, 3], { seed: 1 }), randomNormal([2, 4, 3], { seed: 2 })];
    const unsigned = ({ data }: Tensor) => data.map((v) => v + 0); // a product has no −0
    expectBits(unsigned(layer.forward(x)), unsigned(dense.forward(x)));
    expectBits(unsigned(layer.backward(dy).dx), unsigned(dense.backward(dy).dx));
    expect([layer.outputRange, layer.parameters.size]).toEqual([dense.outputRange, 0]);
  });

  it.each(names)('%s has the gradients of finite differences, with and without a time axis', (activation) => {
    for (const shape of [
      [3, 5],
      [2, 4, 3],
      [1, 1, 1],
    ]) {
      assertGradients(new Activation({ activation, dtype }), { x: randomNormal(shape, { seed: 3, dtype }) });
    }
  });
});

describe('LayerNormalization', () => {
  it.each([{}, { center: false }, { scale: false }, { center: false, scale: false, epsilon: 0.1 }])(
    'with %j has the gradients of finite differences',
    (options) => {
      for (const shape of [
        [3, 5],
        [2, 4, 3],
        [1, 1, 2],
      ]) {
        const layer = new LayerNormalization({ ...options, dtype }).build(shape.at(-1)!);
        for (const [k, { value }] of [...layer.parameters].entries()) {
          for (let j = 0; j < value.shape[0]!; j++) value.set(j, 0.5 + 0.3 * j + k);
        }
        assertGradients(layer, { x: randomNormal(shape, { seed: 4, dtype }) });
      }
    },
  );

  it('scales and shifts only if it has the parameters', () => {
    const x = randomNormal([2, 3, 4], { seed: 5 });
    const of = (options: object) => new LayerNormalization(options);
    const plain = of({ center: false, scale: false });
    expect([...of({}).build(4).parameters].map(({ name }) => name)).toEqual(['gamma', 'beta']);
    expect([plain.build(4).parameters.size, of({ center: false }).build(4).parameters.size]).toEqual([0, 4]);
    const expected = plain.forward(x);
    for (const options of [{}, { center: false }, { scale: false }]) expectBits(of(options).forward(x), expected);
    const shifted = of({ scale: false, inputSize: 4 });
    shifted
      .build()
      .parameters.get('beta')
      .assign(tensor([1, 2, 3, 4]));
    expect(shifted.forward(x).get(1, 2, 3)).toBe(Math.fround(4 + expected.get(1, 2, 3)));
  });

  it('keeps the digits of a small deviation from a large mean', () => {
    const x = [[1e6 + 0.25, 1e6 - 0.25, 1e6 + 0.5, 1e6 - 0.5]];
    const y = new LayerNormalization({ epsilon: 1e-9 }).forward(tensor(x));
    const deviation = Math.sqrt((0.0625 * 2 + 0.25 * 2) / 4);
    expect([0, 1, 2, 3].map((j) => y.get(0, j))).toEqual(
      [0.25, -0.25, 0.5, -0.5].map((v) => Math.fround(v * Math.fround(1 / Math.sqrt(deviation ** 2 + 1e-9)))),
    );
  });
});

describe('nets of pointwise layers', () => {
  it('have the gradients of finite differences, with masks and by segments', () => {
    const x = randomNormal([3, 7, 2], { seed: 6, dtype });
    for (const options of [{}, { lengths: [7, 2, 4] }, { checkpoint: 3 }, { lengths: [1, 7, 5], checkpoint: 2 }]) {
      assertGradients(new Network(layers(), { dtype, seed: 1 }), { x, forwardOptions: options });
    }
  });

  it('have the same bits in segments, in streams, packed, and from a file', () => {
    const [x, y] = [randomNormal([4, 9, 2], { seed: 7 }), randomNormal([4, 9, 2], { seed: 8 })];
    const trained = [{}, { checkpoint: 4 }].map((option) => {
      const model = new Sequential(layers(), { inputSize: 2, seed: 2 });
      model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...option });
      for (let k = 0; k < 3; k++) model.trainStep(x, y);
      return model;
    });
    const [model, other] = [trained[0]!, trained[1]!];
    expectBits(other.predict(x), model.predict(x));
    const stream = model.stream({ batchSize: 4 });
    const state = stream.zeroState();
    const steps = unstack(x, 1).map((xt: Tensor) => stream.step(xt, state).copy());
    const whole = model.predict(x);
    steps.forEach((step, t) => {
      expectBits(step, whole.pick(null, t).copy());
    });
    const packed = model.predict(x, { lengths: [9, 3, 5, 1] });
    expectBits(packed.pick(2).hi(5).copy(), whole.pick(2).hi(5).copy());
    expectBits(Sequential.fromBytes(model.toBytes(), { classes }).predict(x), whole);
  });
});
