import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  Masking,
  MeanSquaredError,
  Network,
  pad,
  randomNormal,
  Sequential,
  SGD,
  tensor,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';
import { maskOf, masks, padded } from '../support/ragged.ts';

const [I, H] = [2, 3];
const rest = () => [new GRU({ units: H, returnSequences: true }), new Dense({ units: 1 })];

const cases = fc
  .record({ B: fc.integer({ min: 1, max: 4 }), T: fc.integer({ min: 1, max: 6 }) })
  .chain(({ B, T }) => fc.record({ rows: masks(B, T), value: fc.constantFrom(0, -1, Number.NaN, 1e30) }));

describe('Masking', () => {
  test.prop([cases], { numRuns: 40 })('masks the steps whose features all have its value', ({ rows, value }) => {
    const x = padded(rows, I, 1, 'float64', value);
    const y = randomNormal([rows.length, rows[0]!.length, 1], { seed: 2, dtype: 'float64' });
    const compile = (model: Sequential) =>
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
    const model = compile(new Sequential([new Masking({ maskValue: value }), ...rest()], { dtype: 'float64' }));
    const twin = compile(new Sequential(rest(), { dtype: 'float64' }));
    const options = { mask: maskOf(rows) };
    expectBits(model.predict(x), twin.predict(x, options));
    expect(model.trainStep(x, y)).toEqual(twin.trainStep(x, y, options));
    expect(model.evaluate(x, y)).toBe(twin.evaluate(x, y, options));
    expectBits(model.forward(x), twin.forward(x, options));
    expectBits(model.backward(y).dx, twin.backward(y).dx);
  });

  it('keeps a step of which one feature differs', () => {
    const model = new Network([new Masking(), new LSTM({ units: 2 })], { inputSize: 2 }).build() as Network;
    const x = tensor([
      [
        [1, 2],
        [0, 3],
        [0, 0],
      ],
    ]);
    expectBits(model.predict(x), model.predict(x.hi(1, 2, 2).copy()));
    expect(model.predict(x).get(0, 0)).not.toBe(model.predict(x.hi(1, 1, 2).copy()).get(0, 0));
  });

  it('masks by batches of fit and the validation data', async () => {
    const x = randomNormal([6, 4, I], { seed: 1 });
    x.data.fill(0, (3 * 4 + 2) * I, 4 * 4 * I);
    const y = randomNormal([6, 4, 1], { seed: 2 });
    const [model, twin] = [[new Masking(), ...rest()], rest()].map((layers) =>
      new Sequential(layers).compile({ optimizer: new SGD(), loss: new MeanSquaredError() }),
    );
    const lengths = [4, 4, 4, 2, 4, 4];
    const [a, b] = [
      await model!.fit(x, y, { batchSize: 4, validationData: [x, y] }),
      await twin!.fit(x, y, { batchSize: 4, lengths, validationData: [x, y, { lengths }] }),
    ];
    expect(a).toEqual(b);
  });

  it('passes gradients', () => {
    const model = new Network([new Masking(), ...rest()], { dtype: 'float64' });
    const x = randomNormal([2, 3, I], { seed: 1, dtype: 'float64' }); // a masked step has no derivative at its value
    const report = gradcheck(model, { x });
    expect(report.passed || `${report}`).toBe(true);
  });

  it('finds the mask of each step of a stream', () => {
    const model = new Network([new Masking(), new GRU({ units: H, returnSequences: true })], { inputSize: I });
    const x = tensor([
      [
        [1, 2],
        [0, 0],
        [3, 0],
      ],
      [
        [0, 0],
        [4, 5],
        [0, 0],
      ],
    ]);
    const expected = model.predict(x, { zeroOutputForMask: true });
    const stream = model.stream({ batchSize: 2 });
    const state = stream.zeroState();
    for (let t = 0; t < 3; t++) {
      expectBits(stream.step(x.pick(null, t, null), state).copy(), expected.pick(null, t, null).copy());
    }
    expect(() => stream.step(x.pick(null, 0, null), state, [true, true])).toThrow('a model that begins with Masking');
  });

  it('compares in the precision of x', () => {
    const { x } = pad([[[1], [2]], [[1]]], { value: 0.1 });
    const model = new Network([new Masking({ maskValue: 0.1 }), new GRU({ units: H })], { inputSize: 1 });
    expectBits(model.predict(x).lo(1).copy(), model.predict(tensor([[[1]]])));
  });

  it('is refused within Bidirectional, which would not see it', () => {
    const direction = () => new Network([new Masking(), new GRU({ units: 2 })]);
    expect(() => new Bidirectional({ layers: [direction(), direction()] })).toThrow('Put Masking before Bidirectional');
  });

  it('is saved, and refused behind other layers or together with a mask', () => {
    const model = new Network([new Masking({ maskValue: 5 }), ...rest()], { inputSize: I }).build() as Network;
    const x = padded([[true, false, true]], I, 1, 'float32', 5);
    const loaded = Network.fromBytes(model.toBytes(), { classes: [Masking] });
    expectBits(loaded.predict(x), model.predict(x));
    expect(() => new Network([...rest(), new Masking()])).toThrow('Move Masking to the front');
    expect(() => model.predict(x, { lengths: [1] })).toThrow('a model that begins with Masking');
  });
});

describe('pad', () => {
  test.prop(
    [fc.array(fc.array(fc.tuple(fc.float(), fc.float()), { maxLength: 5 }), { minLength: 1, maxLength: 5 }), fc.nat(3)],
    {
      numRuns: 60,
    },
  )('holds each sequence, then the value', (sequences, more) => {
    fc.pre(sequences.some((each) => each.length > 0));
    const T = Math.max(...sequences.map((each) => each.length)) + more;
    const { x, lengths } = pad(sequences, { T, value: 7, dtype: 'float64' });
    expect(x.shape).toEqual([sequences.length, T, 2]);
    expect([...lengths]).toEqual(sequences.map((each) => each.length));
    sequences.forEach((sequence, b) => {
      for (let t = 0; t < T; t++) {
        expect([0, 1].map((f) => x.get(b, t, f))).toEqual(sequence[t] ?? [7, 7]);
      }
    });
  });

  it('takes sequences of numbers, tensors and typed arrays, and empty ones', () => {
    const { x, lengths } = pad([new Float32Array([1, 2]), [], tensor([3])]);
    expect([x.toArray(), [...lengths], x.dtype]).toEqual([
      [
        [1, 2],
        [0, 0],
        [3, 0],
      ],
      [2, 0, 1],
      'float32',
    ]);
    expect(pad([[], []]).x.shape).toEqual([2, 1]);
    expect(
      pad([
        tensor([[1, 2]]),
        tensor([
          [3, 4],
          [5, 6],
        ]),
      ]).x.toArray(),
    ).toEqual([
      [
        [1, 2],
        [0, 0],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ]);
  });

  it('refuses what does not fit, and names it', () => {
    expect(() => pad([])).toThrow('at least one sequence');
    expect(() => pad([[[1, 2]], [[1]]])).toThrow('"sequences[1]" must have the shape [T, 2] like row 0');
    expect(() => pad([[[[1]]]])).toThrow('"sequences[0]" must have the shape [T, F] or [T]');
    expect(() => pad([[1, 2, 3]], { T: 2 })).toThrow('"T" must be an integer of at least 3');
    expect(() => pad(['ab'] as never)).toThrow('"sequences[0]" must be');
  });
});
