import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  type Batch,
  Bidirectional,
  Dense,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';
import { compact, maskOf, masks, padded, type Rows } from '../support/ragged.ts';

const I = 2;

const layers = (sequences: boolean) => [
  new GRU({ units: 4, returnSequences: true }),
  new LSTM({ units: 3, returnSequences: sequences }),
  new Dense({ units: 3 }),
];

const model = (sequences: boolean, options: object = {}): Sequential =>
  new Sequential(layers(sequences), { dtype: 'float64', inputSize: I }).compile({
    optimizer: new SGD({ learningRate: 0 }),
    loss: new MeanSquaredError(),
    ...options,
  });

const gradients = ({ parameters }: Sequential): Tensor[] => [...parameters].map(({ gradient }) => gradient.copy());

const cases = fc
  .record({ B: fc.integer({ min: 1, max: 4 }), T: fc.integer({ min: 1, max: 8 }) })
  .chain(({ B, T }) => fc.record({ rows: masks(B, T), seed: fc.nat(1000), sequences: fc.boolean() }));

const counted = (rows: Rows, b: number): number => rows[b]!.filter(Boolean).length;

describe('a training step on a batch with a mask', () => {
  test.prop([cases, fc.constantFrom({}, { checkpoint: 2 }, { checkpoint: 'sqrt' })], { numRuns: 60 })(
    'has the mean loss of the steps that count, and its gradients: those of its rows one by one',
    ({ rows, seed, sequences }, through) => {
      const x = padded(rows, I, seed, 'float64', Number.NaN);
      const [B, T] = [rows.length, rows[0]!.length];
      const y = sequences
        ? padded(rows, 3, seed + 1, 'float64', Number.NaN)
        : randomNormal([B, 3], { seed: seed + 1, dtype: 'float64' });
      fc.pre(rows.some((_, b) => counted(rows, b) > 0));
      const whole = model(sequences, through);
      const { loss } = whole.trainStep(x, y, { mask: maskOf(rows) });
      expect(whole.evaluate(x, y, { mask: maskOf(rows) })).toBeCloseTo(loss, 12);
      const all = rows.reduce((sum, _, b) => sum + counted(rows, b), 0);
      const twin = model(sequences);
      let expected = 0;
      const sums = gradients(whole).map(
        ({ shape }) => tensor([0], { dtype: 'float64' }).data && new Float64Array(shape.reduce((a, b) => a * b)),
      );
      for (let b = 0; b < B; b++) {
        const own = compact(x, rows, b);
        const share = sequences ? counted(rows, b) / all : 1 / B;
        const target = sequences ? compact(y as Tensor, rows, b) : y.lo(b).hi(1).copy();
        const step =
          own === undefined
            ? sequences
              ? undefined
              : twin.trainStep(randomNormal([1, T, I], { dtype: 'float64' }), target!, { lengths: [0] })
            : twin.trainStep(own, target!);
        if (step === undefined) continue;
        expected += share * step.loss;
        for (const [k, gradient] of gradients(twin).entries()) {
          for (let j = 0; j < gradient.size; j++) sums[k]![j]! += share * gradient.data[j]!;
        }
      }
      expect(loss).toBeCloseTo(expected, 12);
      for (const [k, gradient] of gradients(whole).entries()) {
        expect(largestDifference(gradient.data as Float64Array, sums[k]!)).toBeLessThan(1e-12);
      }
    },
  );

  it('counts nothing where no step counts', () => {
    const { loss, gradientNorm } = model(true).trainStep(randomNormal([2, 3, I]), randomNormal([2, 3, 3]), {
      lengths: [0, 0],
    });
    expect([loss, gradientNorm]).toEqual([0, 0]);
  });

  it('ignores whatever targets lie at masked steps, class numbers too', () => {
    const make = () => model(true, { loss: new SoftmaxCrossEntropy() });
    const x = randomNormal([2, 3, I], { seed: 1, dtype: 'float64' });
    const results = [-1, 7, Number.NaN].map((junk) => {
      const y = tensor([
        [1, 2, 0],
        [2, junk, junk],
      ]);
      return make().trainStep(x, y, { lengths: [3, 1] });
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(() =>
      make().trainStep(
        x,
        tensor([
          [1, 7, 0],
          [2, 0, 0],
        ]),
        { lengths: [3, 1] },
      ),
    ).toThrow('7 at row 0, step 1');
  });

  it('names the row and the step of the caller where a value is not finite', () => {
    const x = randomNormal([3, 4, I], { seed: 1, dtype: 'float64' });
    x.set(2, 3, 1, Infinity);
    x.set(0, 0, 0, Number.NaN); // masked
    const mask = [
      [false, true, false, false],
      [true, true, true, true],
      [false, true, false, true],
    ];
    const step = () => model(true).trainStep(x, randomNormal([3, 4, 3], { dtype: 'float64' }), { mask });
    expect(step).toThrow(NonFiniteError);
    expect(step).toThrow('"x", step 3, row 2, unit 1');
    const broken = new Sequential([new Dense({ units: 2 }), new GRU({ units: 2, returnSequences: true })], {
      dtype: 'float64',
    }).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    broken.build(I);
    broken.parameters.get('dense1.kernel').value.set(0, 1, 1e300);
    x.set(2, 3, 1, 0);
    x.set(2, 3, 0, 1e300);
    const target = randomNormal([3, 4, 2], { dtype: 'float64' });
    expect(() => broken.trainStep(x, target, { mask })).toThrow('of "dense1": "output", step 3, row 2, unit 1');
  });

  it('updates carried states only by the steps that count', () => {
    const [net, twin] = [model(true), model(true)];
    const x = randomNormal([2, 5, I], { seed: 1, dtype: 'float64' });
    const y = randomNormal([2, 5, 3], { seed: 2, dtype: 'float64' });
    const state = net.stream({ batchSize: 2 }).zeroState();
    net.trainStep(x, y, { state, lengths: [2, 5] });
    const own = twin.stream({ batchSize: 1 }).zeroState();
    twin.trainStep(x.hi(1, 2, I), y.hi(1, 2, 3), { state: own });
    expectBits(state.lstm2?.c?.hi(1).copy() ?? state.lstm1!.c!.hi(1).copy(), own.lstm1!.c!);
  });
});

describe('fit with a mask', () => {
  const x = randomNormal([12, 6, I], { seed: 1 });
  const y = randomNormal([12, 6, 3], { seed: 2 });
  const lengths = Array.from({ length: 12 }, (_, b) => (5 * b) % 7);
  const fresh = () => new Sequential(layers(true)).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });

  it('trains on the rows of each batch with their masks', async () => {
    const [net, twin] = [fresh(), fresh()];
    const batches: Batch[] = [];
    const callbacks = [{ onBatchBegin: (batch: Batch) => void batches.push(batch) }];
    const history = await net.fit(x, y, {
      lengths,
      batchSize: 5,
      epochs: 2,
      callbacks,
      validationData: [x, y, { lengths }],
    });
    for (const { x: bx, y: by, mask } of batches) twin.trainStep(bx, by, { mask });
    expect(batches.some(({ mask }) => mask!.data.some((v) => v === 0))).toBe(true);
    for (const { name, value } of net.parameters) expectBits(value.copy(), twin.parameters.get(name).value.copy());
    expect(history.epochs.at(-1)!.validationLoss).toBe(net.evaluate(x, y, { lengths, batchSize: 5 }));
  });

  it('has the mean loss of the steps that count over an epoch', async () => {
    const net = new Sequential(layers(true), { seed: 1 }).compile({
      optimizer: new SGD({ learningRate: 0 }),
      loss: new MeanSquaredError(),
    });
    const { epochs } = await net.fit(x, y, { lengths, batchSize: 4, shuffle: false }); // of 9, 12 and 15 steps
    expect(epochs[0]!.loss).toBeCloseTo(net.evaluate(x, y, { lengths, batchSize: 12 }), 6);
  });

  it('takes masks with the chunks of a stream', async () => {
    const [net, twin] = [fresh(), fresh()];
    const mask = {
      mask: [
        [1, 0, 1],
        [0, 0, 1],
      ],
    };
    const chunk = (from: number) => [x.lo(0, from, 0).hi(2, 3, I), y.lo(0, from, 0).hi(2, 3, 3)] as const;
    await net.fitStream([[...chunk(0), mask], chunk(3)]);
    const state = twin.build(I).stream({ batchSize: 2 }).zeroState();
    twin.trainStep(...chunk(0), { ...mask, state });
    twin.trainStep(...chunk(3), { state });
    for (const { name, value } of net.parameters) expectBits(value.copy(), twin.parameters.get(name).value.copy());
    const truncated = fresh().compile({
      optimizer: new Adam(),
      loss: new MeanSquaredError(),
      truncate: { every: 3, back: 6 },
    });
    await expect(truncated.fitStream([[...chunk(0), mask]])).rejects.toThrow('have no mask, as truncate');
  });

  it('refuses truncation where there is one output a row, which may end in any window', async () => {
    const net = model(false, { truncate: { every: 2, back: 2 } });
    const y1 = randomNormal([12, 3]);
    expect(() => net.trainStep(x, y1, { lengths })).toThrow('rows end in different windows');
    const before = net.build().parameters.get('gru1.kernel').value.copy();
    const fitted = net.fit(x, y1, { lengths: [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 1], batchSize: 4, shuffle: false });
    await expect(fitted).rejects.toThrow('rows end in different windows');
    expectBits(net.parameters.get('gru1.kernel').value.copy(), before);
    expect(net.predict(x, { lengths }).shape).toEqual([12, 3]);
    expect(net.evaluate(x, y1, { lengths })).toBeGreaterThan(0);
    const whole = model(false, { truncate: { every: 6, back: 6 } }); // truncates nothing
    expect(whole.trainStep(x, y1, { lengths }).loss).toBe(model(false).trainStep(x, y1, { lengths }).loss);
  });

  it('names the time step of x that goBackwards and Bidirectional read from the end', () => {
    const make = (first: Layer) =>
      new Sequential([new Dense({ units: 2 }), first], { dtype: 'float64' }).compile({
        optimizer: new SGD(),
        loss: new MeanSquaredError(),
      });
    const bad = randomNormal([2, 5, I], { dtype: 'float64' });
    bad.set(1, 0, 0, Number.NaN);
    const y2 = (F: number) => randomNormal([2, 5, F], { dtype: 'float64' });
    const back = make(new GRU({ units: 2, returnSequences: true, goBackwards: true }));
    expect(() => back.trainStep(bad, y2(2))).toThrow('"x", step 0, row 1');
    const direction = (activation: 'tanh' | 'linear') => new SimpleRNN({ units: 1, returnSequences: true, activation });
    for (const lengths of [
      [5, 5],
      [5, 4],
      [3, 4],
    ]) {
      const both = make(new Bidirectional({ layers: [direction('tanh'), direction('linear')] }));
      both.build(I);
      const { parameters } = both;
      const f64 = (values: number[][]) => tensor(values, { dtype: 'float64' });
      parameters.get('dense1.kernel').assign(
        tensor([
          [1, 0],
          [0, 1],
        ]),
      );
      parameters.get('bidirectional1.backward.kernel').assign(f64([[1e300], [0]]));
      parameters.get('bidirectional1.backward.recurrentKernel').assign(f64([[0]]));
      const huge = zeros([2, 5, I], { dtype: 'float64' });
      huge.set(1, 3, 0, 1e300);
      const place = '"h", step 3, row 1';
      expect(() => both.trainStep(huge, y2(2), { lengths })).toThrow(place);
    }
  });
});
