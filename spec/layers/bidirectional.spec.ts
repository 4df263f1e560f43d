import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  Network,
  type RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits, expectSameArrays, largestDifference } from '../support/bits.ts';
import { compact, maskOf, masks, padded, type Rows } from '../support/ragged.ts';

const [I, H] = [3, 4];
const MODES = ['concat', 'sum', 'mul', 'average'] as const;
type Mode = (typeof MODES)[number];
const KINDS = { LSTM, GRU, SimpleRNN } as const;
type Kind = keyof typeof KINDS;

const direction = (kind: Kind, returnSequences: boolean, seed = 0): RNN =>
  new KINDS[kind]({ units: H, returnSequences, seed, dtype: 'float64' }) as RNN;

const both = (kind: Kind, returnSequences: boolean, mergeMode: Mode): Bidirectional =>
  new Bidirectional({
    layers: [direction(kind, returnSequences), direction(kind, returnSequences)],
    mergeMode,
    dtype: 'float64',
    seed: 3,
  });

/** x [B, T, F] from the last time step to the first. */
const reversed = (x: Tensor): Tensor => x.step(1, -1, 1).copy();

/** A layer by itself with the parameters of one direction. */
function alone(layer: Bidirectional, kind: Kind, returnSequences: boolean, name: 'forward' | 'backward'): RNN {
  const copy = direction(kind, returnSequences).build(I) as RNN;
  for (const parameter of copy.parameters) {
    parameter.assign(layer.parameters.get(`${name}.${parameter.name}`).value);
  }
  return copy;
}

const merged = (mode: Mode, y: number, z: number): number =>
  mode === 'sum' ? y + z : mode === 'mul' ? y * z : 0.5 * (y + z);

const cases = fc.record({
  kind: fc.constantFrom<Kind>('LSTM', 'GRU', 'SimpleRNN'),
  mode: fc.constantFrom(...MODES),
  sequences: fc.boolean(),
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 7 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe('Bidirectional', () => {
  test.prop([cases], { numRuns: 60 })(
    'has the outputs of a layer over the sequence, and of one over the reversed sequence, reversed again',
    ({ kind, mode, sequences, B, T, seed }) => {
      const layer = both(kind, sequences, mode).build(I) as Bidirectional;
      const x = randomNormal([B, T, I], { seed, dtype: 'float64' });
      const y = layer.forward(x);
      const first = alone(layer, kind, sequences, 'forward').forward(x);
      const last = alone(layer, kind, sequences, 'backward').forward(reversed(x));
      const z = sequences ? reversed(last) : last;
      if (mode === 'concat') {
        const { forward, backward } = layer.separate(y);
        expectBits(forward.copy(), first);
        expectBits(backward.copy(), z);
      } else {
        expectBits(
          y.data,
          Float64Array.from(first.data, (v, k) => merged(mode, v, z.data[k]!)),
        );
      }
    },
  );

  test.prop([cases, fc.gen()], { numRuns: 60 })(
    'gives each row of a batch with a mask the bits that it has by itself',
    ({ kind, mode, sequences, B, T, seed }, gen) => {
      const rows: Rows = gen(masks, B, T);
      const layer = both(kind, sequences, mode).build(I) as Bidirectional;
      const x = padded(rows, I, seed, 'float64', Number.NaN);
      const options = { mask: maskOf(rows), zeroOutputForMask: true };
      const y = layer.forward(x, options);
      const dy = randomNormal(y.shape, { seed: seed + 1, dtype: 'float64' });
      const { dx } = layer.backward(dy);
      expectBits(layer.forward(x, { ...options, inference: true }), y);
      for (let b = 0; b < B; b++) {
        const own = compact(x, rows, b);
        if (own === undefined) continue;
        const row = (of: Tensor): Tensor => (sequences ? compact(of, rows, b)! : of.lo(b).hi(1).copy());
        expectBits(row(y), layer.forward(own));
        expectBits(compact(dx, rows, b)!, layer.backward(row(dy)).dx);
      }
    },
  );

  test.prop([cases], { numRuns: 40 })('passes the gradient check', ({ kind, mode, sequences, B, T, seed }) => {
    const x = randomNormal([B, T, I], { seed, dtype: 'float64' });
    const lengths = Array.from({ length: B }, (_, b) => (seed + b) % (T + 1));
    for (const forwardOptions of [{}, { lengths }]) {
      const report = gradcheck(both(kind, sequences, mode), { x, forwardOptions, cotangents: 2, seed });
      expect(report.passed || `${report}`).toBe(true);
    }
  });

  it('takes and returns the states of both directions, with their gradients', () => {
    const layer = both('LSTM', true, 'concat').build(I) as Bidirectional;
    const x = randomNormal([2, 5, I], { seed: 1, dtype: 'float64' });
    const state = (seed: number) =>
      Object.fromEntries(
        ['h', 'c'].map((name, k) => [name, randomNormal([2, H], { seed: seed + k, dtype: 'float64' })]),
      );
    const initialState = { forward: state(10), backward: state(20) };
    const dState = { forward: state(30), backward: state(40) };
    const { output, state: final } = layer.forward(x, { initialState, returnState: true, lengths: [5, 3] });
    const { dInitialState } = layer.backward(output, { dState } as never);
    const backward = alone(layer, 'LSTM', true, 'backward');
    const z = backward.forward(reversed(x.hi(1)), {
      initialState: Object.fromEntries(Object.entries(initialState.backward).map(([n, v]) => [n, v.hi(1)])),
      returnState: true,
    });
    expectBits((final.backward as Record<string, Tensor>).c!.hi(1).copy(), (z.state as Record<string, Tensor>).c!);
    const perturbed = (sign: number) => {
      const moved = initialState.backward.c!.copy();
      moved.set(1, 2, moved.get(1, 2) + sign * 1e-5);
      const initial = { ...initialState, backward: { ...initialState.backward, c: moved } };
      const next = layer.forward(x, { initialState: initial, returnState: true, lengths: [5, 3] });
      let loss = 0;
      next.output.data.forEach((v, k) => {
        loss += v * output.data[k]!;
      });
      for (const d of ['forward', 'backward'] as const) {
        for (const name of ['h', 'c']) {
          (next.state[d] as Record<string, Tensor>)[name]!.data.forEach((v, k) => {
            loss += v * dState[d][name]!.data[k]!;
          });
        }
      }
      return loss;
    };
    const numeric = (perturbed(1) - perturbed(-1)) / 2e-5;
    expect(dInitialState.backward!.c!.get(1, 2)).toBeCloseTo(numeric, 6);
  });

  it('is trained, saved and loaded within a model', async () => {
    const make = (): Sequential =>
      new Sequential(
        [
          new Bidirectional({
            layers: [new LSTM({ units: 4, returnSequences: true }), new GRU({ units: 3, returnSequences: true })],
          }),
          new Bidirectional({ layers: [new GRU({ units: 3 }), new GRU({ units: 3 })], mergeMode: 'sum' }),
          new Dense({ units: 1 }),
        ],
        { inputSize: 2 },
      );
    const model = make();
    model.compile({ optimizer: new Adam({ learningRate: 0.02 }), loss: new MeanSquaredError() });
    const x = randomNormal([24, 6, 2], { seed: 1 });
    const y = tensor(Array.from({ length: 24 }, (_, b) => [x.get(b, 0, 0) + x.get(b, 5, 1)]));
    const { epochs } = await model.fit(x, y, { epochs: 30, batchSize: 8 });
    expect(epochs.at(-1)!.loss).toBeLessThan(0.3 * epochs[0]!.loss);
    expect(model.parameters.names).toContain('bidirectional1.backward.kernel');
    const loaded = Network.fromBytes(model.toBytes(), { classes: [Bidirectional] });
    expectBits(loaded.predict(x), model.predict(x));
    expect(() => Network.fromBytes(model.toBytes())).toThrow('classes: [Bidirectional]');
  });

  it('refuses streams, segments and truncation with the reason', () => {
    const layer = both('GRU', true, 'concat').build(I) as Bidirectional;
    expect(() => layer.stream()).toThrow('its backward direction begins with the last time step');
    const x = randomNormal([1, 5, I], { dtype: 'float64' });
    for (const option of [{ checkpoint: 2 }, { truncate: { every: 2, back: 2 } }] as const) {
      expect(() => layer.forward(x, option)).toThrow('a layer needs the whole sequence');
    }
  });
});

describe('goBackwards', () => {
  test.prop([cases], { numRuns: 40 })(
    'gives the bits of the reversed sequence, in the order of the computation, also in segments',
    ({ kind, sequences, B, T, seed }) => {
      const x = randomNormal([B, T, I], { seed, dtype: 'float64' });
      const options = { units: H, returnSequences: sequences, dtype: 'float64' } as const;
      const [plain, layer] = [new KINDS[kind](options), new KINDS[kind]({ ...options, goBackwards: true })] as RNN[];
      const expected = plain!.forward(reversed(x));
      expectBits(layer!.forward(x), expected);
      expectBits(layer!.forward(x, { inference: true }), expected);
      expectBits(layer!.forward(x, { checkpoint: 2 }), expected);
      const dy = randomNormal(expected.shape, { seed: 2, dtype: 'float64' });
      expectBits(layer!.backward(dy).dx, reversed(plain!.backward(dy).dx));
      for (const { name, gradient } of layer!.parameters) {
        expect(largestDifference(gradient.copy(), plain!.parameters.get(name).gradient.copy())).toBe(0);
      }
    },
  );

  it('reverses a mask, too, and trains on targets in the order of the outputs', () => {
    const lengths = [4, 2];
    const x = randomNormal([2, 4, I], { seed: 1 });
    const y = randomNormal([2, 4, 1], { seed: 2 });
    const make = (goBackwards: boolean): Sequential => {
      const model = new Sequential([
        new Dense({ units: 3, activation: 'tanh' }),
        new LSTM({ units: H, returnSequences: true, goBackwards }),
        new Dense({ units: 1 }),
      ]);
      return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    };
    const [model, plain] = [make(true), make(false)];
    const mask = tensor([
      [1, 1, 1, 1],
      [0, 0, 1, 1],
    ]);
    expectBits(model.predict(x, { lengths }), plain.predict(reversed(x), { mask }));
    expect(model.evaluate(x, y, { lengths })).toBe(plain.evaluate(reversed(x), y, { mask }));
    expect(model.trainStep(x, y, { lengths })).toEqual(plain.trainStep(reversed(x), y, { mask }));
    expectSameArrays(
      Object.fromEntries([...model.parameters].map((p) => [p.name, p.value.copy()])),
      Object.fromEntries([...plain.parameters].map((p) => [p.name, p.value.copy()])),
    );
  });

  it('is refused after a recurrent layer and in streams', () => {
    const second = new GRU({ units: 2, goBackwards: true });
    expect(() => new Sequential([new GRU({ units: 2, returnSequences: true }), second])).toThrow('Use Bidirectional');
    const layer = new GRU({ units: 2, inputSize: 1, goBackwards: true });
    expect(() => layer.stream()).toThrow('goBackwards: it reads the last time step first');
  });
});
