import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Dense,
  GRU,
  LSTM,
  LSTMCell,
  RNN,
  randomNormal,
  type SequenceOptions,
  Sequential,
  SimpleRNN,
  unstack,
} from '../../lib/index.ts';
import { expectBits, expectSameArrays } from '../support/bits.ts';
import { scrambled, stacked, stepThrough } from '../support/streams.ts';

type Make = (options: SequenceOptions & { readonly units: number }) => RNN;

const RECURRENT: Readonly<Record<string, Make>> = {
  'SimpleRNN, tanh': (options) => new SimpleRNN(options),
  'SimpleRNN, relu': (options) => new SimpleRNN({ ...options, activation: 'relu' }),
  LSTM: (options) => new LSTM(options),
  'LSTM without bias': (options) => new LSTM({ ...options, useBias: false }),
  GRU: (options) => new GRU(options),
  'GRU, reset after': (options) => new GRU({ ...options, resetAfter: true }),
  RNN: ({ units, ...options }) => new RNN({ cell: new LSTMCell({ units }), ...options }),
};

const sizes = fc.record({
  T: fc.integer({ min: 1, max: 7 }),
  B: fc.integer({ min: 1, max: 9 }),
  I: fc.constantFrom(1, 3, 5, 17),
  H: fc.constantFrom(1, 3, 9, 18),
  seed: fc.nat(),
});

describe.each(Object.entries(RECURRENT))('a stream of %s', (_, make) => {
  ptest.prop([sizes], { numRuns: 40 })('gives the bits of forward at every step', ({ T, B, I, H, seed }) => {
    const layer = scrambled(make({ units: H, returnSequences: true }), I);
    const x = randomNormal([B, T, I], { seed });
    const initial = Object.fromEntries(layer.cell.states.map((name, k) => [name, randomNormal([B, H], { seed: k })]));
    const whole = layer.forward(x, { initialState: initial, returnState: true });
    const stream = layer.stream({ batchSize: B });
    const state = stream.copyState(initial);
    for (const [t, y] of stepThrough(stream, x, state).entries()) expectBits(y, whole.output.pick(null, t));
    expectSameArrays(state, whole.state);
  });

  it('continues from the final state of a forward pass, and a forward pass from its state', () => {
    const layer = scrambled(make({ units: 5 }), 3);
    const x = randomNormal([2, 8, 3], { seed: 4 });
    const [begin, end] = [x.hi(2, 5, 3), x.lo(0, 5, 0)];
    const stream = layer.stream({ batchSize: 2 });
    const expected = layer.forward(x);
    const { state } = layer.forward(begin, { returnState: true });
    expectBits(stepThrough(stream, end, state).at(-1)!, expected);
    const stepped = stream.zeroState();
    stepThrough(stream, begin, stepped);
    expectBits(layer.forward(end, { initialState: stepped }), expected);
  });
});

describe('a stream of a model', () => {
  const [B, T, I] = [2, 6, 3];
  const x = randomNormal([B, T, I], { seed: 1 });

  it('gives the bits of forward over the input so far, and each row the bits that it has alone', () => {
    const model = stacked(I);
    const stream = model.stream({ batchSize: B });
    const steps = stepThrough(stream, x, stream.zeroState());
    for (const [t, y] of steps.entries()) expectBits(y, model.forward(x.hi(B, t + 1, I)));
    const alone = model.stream();
    for (let b = 0; b < B; b++) {
      const row = stepThrough(alone, x.lo(b, 0, 0).hi(1, T, I), alone.zeroState());
      expectBits(row.at(-1)!.pick(0), steps.at(-1)!.pick(b));
    }
  });

  it.each(['linear', 'sigmoid', 'tanh', 'relu', 'softmax'] as const)(
    'runs a %s Dense layer, also alone',
    (activation) => {
      const dense = scrambled(new Dense({ units: 5, activation }), I);
      const stream = dense.stream({ batchSize: B });
      expect(stream.zeroState()).toEqual({});
      for (const [t, y] of stepThrough(stream, x, {}).entries()) expectBits(y, dense.forward(x).pick(null, t));
      const model = scrambled(new Sequential([new Dense({ units: 5, activation, useBias: false })]), I);
      expectBits(model.stream({ batchSize: B }).step(x.pick(null, 0), {}), model.forward(x.pick(null, 0)));
    },
  );

  it('runs beside a stream of one of its layers', () => {
    const model = stacked(I);
    const whole = model.stream({ batchSize: B });
    const part = (model.layers[0] as LSTM).stream({ batchSize: B });
    const [states, own] = [whole.zeroState(), part.zeroState()];
    for (const xt of unstack(x, 1)) {
      part.step(xt, own);
      whole.step(xt, states);
      expectSameArrays(own, states.lstm1!);
    }
  });

  it('computes in float64 if its model does', () => {
    const layers = [new GRU({ units: 3 }), new Dense({ units: 2, activation: 'tanh' })];
    const model = scrambled(new Sequential(layers, { dtype: 'float64' }), I);
    const stream = model.stream({ batchSize: B });
    const state = stream.zeroState();
    expect(state.gru1!.h!.dtype).toBe('float64');
    expectBits(stepThrough(stream, x, state).at(-1)!, model.forward(x));
  });
});
