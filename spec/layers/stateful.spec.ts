import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  Network,
  randomNormal,
  Sequential,
  SimpleRNN,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits, expectSameArrays } from '../support/bits.ts';

const [B, T, I] = [2, 6, 3];
const x = randomNormal([B, T, I], { seed: 1 });
const y = randomNormal([B, T, 1], { seed: 2 });
const piece = (of: Tensor, from: number, to: number): Tensor => of.lo(0, from, 0).hi(B, to - from, of.shape[2]!);

describe('stateful', () => {
  it.each(Object.entries({ SimpleRNN, GRU, LSTM }))('continues each row of %s with the next batch', (_, Kind) => {
    const options = { units: 4, returnSequences: true } as const;
    const whole = new Kind(options).forward(x);
    const layer = new Kind({ ...options, stateful: true });
    for (const [from, to] of [
      [0, 2],
      [2, 6],
    ] as const) {
      expectBits(layer.forward(piece(x, from, to)), piece(whole, from, to).copy());
    }
    layer.resetState();
    const { state } = layer.forward(x, { returnState: true } as never) as unknown as { state: Record<string, Tensor> };
    const next = layer.forward(x);
    layer.forward(x, { initialState: state });
    layer.resetState();
    expectBits(layer.forward(x), whole);
    expectBits(layer.forward(x), next);
  });

  it('ignores what lies at masked steps of a batch', () => {
    const layer = new GRU({ units: 4, returnSequences: true, stateful: true });
    const whole = new GRU({ units: 4, returnSequences: true }).forward(x);
    layer.forward(piece(x, 0, 4), { lengths: [2, 2] });
    expectBits(layer.forward(piece(x, 2, 6)), piece(whole, 2, 6).copy());
  });

  it('continues only the layers that are stateful, in predict, trainStep and fit', async () => {
    const make = (stateful: boolean): Sequential =>
      new Sequential(
        [
          new LSTM({ units: 3, returnSequences: true, stateful }),
          new GRU({ units: 3, returnSequences: true }),
          new Dense({ units: 1 }),
        ],
        { inputSize: I },
      ).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const [net, twin] = [make(true), make(false)];
    const state = twin.build().stream({ batchSize: B }).zeroState();
    const step = (from: number, to: number) => {
      twin.trainStep(piece(x, from, to), piece(y, from, to), { state });
      for (const array of Object.values(state.gru1!)) array.data.fill(0);
    };
    net.trainStep(piece(x, 0, 3), piece(y, 0, 3));
    await net.fit(piece(x, 3, 6), piece(y, 3, 6), { batchSize: B, shuffle: false });
    step(0, 3);
    step(3, 6);
    expectSameArrays(
      Object.fromEntries([...net.parameters].map((p) => [p.name, p.value.copy()])),
      Object.fromEntries([...twin.parameters].map((p) => [p.name, p.value.copy()])),
    );
    const expected = twin.forward(piece(x, 0, 2), { initialState: state });
    expectBits(net.predict(piece(x, 0, 2)), expected);
    const loss = net.evaluate(x, y);
    expect(net.evaluate(x, y)).toBe(loss);
    net.resetState();
    expect(net.predict(x).data).toEqual(twin.predict(x).data);
    const loaded = Network.fromBytes(net.toBytes());
    expect([loaded.stateful, twin.stateful]).toEqual([true, false]);
  });

  it('refuses a batch of another size until it is reset, and a trained initial state', () => {
    const layer = new GRU({ units: 2, stateful: true });
    layer.forward(x);
    expect(() => layer.forward(x.hi(1))).toThrow(
      'must have batches of 2 rows, which a stateful layer continues; received 1 rows',
    );
    layer.resetState();
    layer.forward(x.hi(1));
    expect(() => new GRU({ units: 2, stateful: true, trainInitialState: true })).toThrow(
      'together with trainInitialState',
    );
    const layers = [
      new GRU({ units: 2, returnSequences: true, stateful: true }),
      new GRU({ units: 2, trainInitialState: true }),
    ];
    expect(() => new Network(layers)).toThrow('not have both stateful and trainInitialState');
  });

  it('continues the forward direction of a bidirectional layer alone, if only that is stateful', () => {
    const gru = (stateful: boolean) => new GRU({ units: 2, returnSequences: true, stateful });
    const layer = new Bidirectional({ layers: [gru(true), gru(false)] });
    const plain = new Bidirectional({ layers: [gru(false), gru(false)] });
    const { state } = plain.forward(piece(x, 0, 3), { returnState: true });
    layer.forward(piece(x, 0, 3));
    const { forward } = plain.separate(plain.forward(piece(x, 3, 6), { initialState: state }));
    const { backward } = plain.separate(plain.forward(piece(x, 3, 6)));
    const got = layer.separate(layer.forward(piece(x, 3, 6)));
    expectBits(got.forward.copy(), forward.copy());
    expectBits(got.backward.copy(), backward.copy());
  });

  it('keeps no state of a call that fails, and refuses what could not continue before it changes anything', async () => {
    const layer = new GRU({ units: 2, stateful: true });
    expect(() => layer.forward(x, { lengths: [9, 9] })).toThrow('lengths');
    layer.forward(x.hi(1)); // another number of rows
    const model = new Sequential([new GRU({ units: 2, stateful: true }), new Dense({ units: 1 })], { inputSize: I });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const [xs, ys] = [randomNormal([5, 3, I]), randomNormal([5, 1])];
    const before = model.build().parameters.get('gru1.kernel').value.copy();
    expect(() => model.predict(xs, { batchSize: 2 })).toThrow('"batchSize" must divide the 5 rows');
    await expect(model.fit(xs, ys, { batchSize: 2, shuffle: false })).rejects.toThrow('"batchSize" must divide');
    await expect(model.fit(xs, ys, { batchSize: 5 })).rejects.toThrow('"shuffle" must be false');
    expectBits(model.parameters.get('gru1.kernel').value.copy(), before);
    model.predict(xs.hi(3));
  });

  it('refuses trained initial states in nested layers, too', () => {
    const trained = () => new GRU({ units: 2, trainInitialState: true });
    const first = () => new GRU({ units: 2, returnSequences: true, stateful: true });
    const message = 'not have both stateful and trainInitialState';
    expect(() => new Network([first(), new Network([trained()])])).toThrow(message);
    expect(() => new Network([first(), new Bidirectional({ layers: [trained(), trained()] })])).toThrow(message);
    expect(() => new Bidirectional({ layers: [new GRU({ units: 2, stateful: true }), trained()] })).toThrow(message);
  });
});
