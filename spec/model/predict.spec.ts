import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  ShapeError,
  SimpleRNN,
  SoftmaxCrossEntropy,
  StateError,
  Tensor,
  unstack,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const N = 11;
const x = randomNormal([N, 5, 3], { seed: 1 });

const MODELS = {
  'one output a sequence': () =>
    new Sequential([new LSTM({ units: 6 }), new Dense({ units: 2, activation: 'softmax' })]),
  'one output a step': () =>
    new Sequential([
      new GRU({ units: 6, returnSequences: true }),
      new SimpleRNN({ units: 4, returnSequences: true }),
      new Dense({ units: 2 }),
    ]),
  'no recurrence': () => new Sequential([new Dense({ units: 4, activation: 'tanh' }), new Dense({ units: 2 })]),
} as const;

describe.each(Object.entries(MODELS))('%s', (_, make) => {
  it('predicts the same bits for any batchSize', () => {
    const model = make();
    const whole = model.predict(x, { batchSize: N });
    expect(whole.shape[0]).toBe(N);
    for (const batchSize of [1, 2, 5, 10, 12, 1000])
      expectBits(model.predict(x, { batchSize }), whole, `${batchSize}: `);
    expectBits(model.predict(x), whole);
    expectBits(model.forward(x), whole);
  });

  it.each([1, 2, 3, 4])('goes on from a state: chunks of %i steps have the bits of the whole', (chunk) => {
    const model = make().build(3);
    const state = model.stream({ batchSize: N }).initialState();
    const outputs: Tensor[] = [];
    for (let t = 0; t < 5; t += chunk) {
      const part = x.lo(0, t).hi(N, Math.min(chunk, 5 - t));
      outputs.push(model.predict(part, { state, batchSize: 1 + t }));
    }
    const whole = model.predict(x);
    if (whole.shape.length === 2) expectBits(outputs.at(-1)!, whole);
    else
      for (let t = 0, k = 0; t < 5; t += chunk, k++)
        expectBits(outputs[k]!, whole.lo(0, t).hi(N, outputs[k]!.shape[1]!));
    const streamed = model.stream({ batchSize: N });
    const stepped = streamed.initialState();
    for (const xt of unstack(x, 1)) streamed.step(xt, stepped);
    expect(state).toEqual(stepped);
  });

  it('goes on from a state in any arrays, row by row with lengths', () => {
    const model = make().build(3);
    const lengths = Array.from({ length: N }, (_, row) => row % 6);
    const state = model.stream({ batchSize: N }).initialState();
    model.predict(x, { state, lengths, batchSize: 4 });
    for (const [row, length] of lengths.entries()) {
      if (length === 0) continue;
      const stream = model.stream();
      const alone = stream.initialState();
      for (const xt of unstack(x.lo(row).hi(1, length), 1)) stream.step(xt, alone);
      for (const [layer, arrays] of Object.entries(alone))
        for (const [name, array] of Object.entries(arrays)) expectBits(state[layer]![name]!.lo(row).hi(1), array);
    }
  });

  it('leaves a state as it was if it refuses anything', () => {
    const model = make().build(3);
    const state = model.stream({ batchSize: N }).initialState();
    expect(() => model.predict(x, { state, out: zeros([1, 1]) })).toThrow(ShapeError);
    expect(() => model.predict(x.lo(1), { state: { ...state, more: {} } })).toThrow(ArgumentError);
    expect(state).toEqual(model.stream({ batchSize: N }).initialState());
  });

  it('predicts from any view', () => {
    const model = make();
    const timeMajor = x.transpose(1, 0, 2).copy().transpose(1, 0, 2);
    expectBits(model.predict(timeMajor, { batchSize: 4 }), model.predict(x));
    expectBits(model.predict(x.step(-1), { batchSize: 4 }), model.predict(x).step(-1));
  });

  it.each(['mean', 'sum'] as const)('evaluates the %s over all rows for any batchSize', (reduction) => {
    const model = make().compile({ optimizer: new SGD(), loss: new MeanSquaredError({ reduction }) });
    const prediction = model.predict(x);
    const y = randomNormal(prediction.shape, { seed: 2 });
    const { loss } = new MeanSquaredError({ reduction }).evaluate(prediction, y);
    for (const batchSize of [1, 2, 5, N, 1000]) expect(model.evaluate(x, y, { batchSize }) / loss).toBeCloseTo(1, 12);
  });

  it('does not train in evaluate and predict', () => {
    const model = make().compile({ optimizer: new SGD(), loss: new MeanSquaredError() }).build(3);
    const before = [...model.parameters].map(({ value }) => value.copy());
    model.evaluate(x, zeros(model.predict(x).shape));
    [...model.parameters].forEach(({ value }, k) => {
      expectBits(value, before[k]!);
    });
  });
});

describe('evaluate', () => {
  it('takes class numbers, for sequences too', () => {
    const make = (returnSequences: boolean) =>
      new Sequential([new LSTM({ units: 4, returnSequences }), new Dense({ units: 3 })]).compile({
        optimizer: new SGD(),
        loss: new SoftmaxCrossEntropy(),
      });
    const labels = (shape: number[]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return new Tensor({ data: Float32Array.from({ length: size }, (_, i) => i % 3) }, shape);
    };
    for (const [model, y] of [[make(false), labels([N])] as const, [make(true), labels([N, 5])] as const]) {
      const { loss } = new SoftmaxCrossEntropy().evaluate(model.predict(x), y);
      expect(model.evaluate(x, y, { batchSize: 4 }) / loss).toBeCloseTo(1, 12);
      expect(model.trainStep(x, y).loss / loss).toBeCloseTo(1, 12);
    }
  });
});

describe('Sequential', () => {
  it('names parameters after the layers', () => {
    const model = new Sequential([
      new LSTM({ units: 1, returnSequences: true }),
      new SimpleRNN({ units: 1, returnSequences: true }),
      new LSTM({ units: 1 }),
      new Dense({ units: 1, useBias: false }),
    ]).build(1);
    expect(model.layerNames).toEqual(['lstm1', 'simpleRNN1', 'lstm2', 'dense1']);
    expect(model.parameters.names.filter((name) => name.endsWith('.kernel'))).toEqual(
      ['lstm1', 'simpleRNN1', 'lstm2', 'dense1'].map((name) => `${name}.kernel`),
    );
  });

  it('is itself a layer', () => {
    const inner = () => new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 3 })]);
    const outer = new Sequential([inner(), new LSTM({ units: 2 })], { seed: 5 });
    expect(outer.forward(x).shape).toEqual([N, 2]);
    expect(outer.parameters.names[0]).toBe('sequential1.gru1.recurrentKernel');
    expect(outer.backward(zeros([N, 2])).dx.shape).toEqual(x.shape);
  });

  it('draws initial values with its own seed', () => {
    const kernel = (seed?: number) =>
      new Sequential([new Dense({ units: 4, seed: 99 })], seed === undefined ? {} : { seed })
        .build(4)
        .parameters.get('dense1.kernel').value;
    expectBits(kernel(), kernel(0));
    expect(kernel(1).toArray()).not.toEqual(kernel(0).toArray());
  });
});

describe('a state', () => {
  it('of strided arrays is updated in place', () => {
    const model = new Sequential([new LSTM({ units: 6 }), new Dense({ units: 2 })]).build(3);
    const state = model.stream({ batchSize: N }).zeroState();
    const { h, c } = state.lstm1!;
    const both = zeros([6, 2, N]);
    const views = { h: both.pick(null, 0).T, c: both.pick(null, 1).T };
    model.predict(x, { state });
    model.predict(x, { state: { lstm1: views }, batchSize: 2 });
    expectBits(views.h, h!);
    expectBits(views.c, c!);
  });

  it('does not change what a stateful model keeps', () => {
    const make = () => new Sequential([new GRU({ units: 6, stateful: true }), new Dense({ units: 2 })]).build(3);
    const [model, other] = [make(), make()];
    for (const each of [model, other]) each.predict(x, { batchSize: N });
    model.predict(x, { batchSize: 3, state: model.stream({ batchSize: N }).zeroState() });
    expectBits(model.predict(x, { batchSize: N }), other.predict(x, { batchSize: N }));
  });

  it('is refused by layers that read backwards', () => {
    const model = new Sequential([new Bidirectional({ layers: [new GRU({ units: 2 }), new GRU({ units: 2 })] })]).build(
      3,
    );
    expect(() => model.predict(x, { state: {} })).toThrow(StateError);
  });
});
