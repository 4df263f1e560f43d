import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  CTCLoss,
  Dense,
  EncoderDecoder,
  GaussianNLL,
  GRU,
  Huber,
  type Loss,
  MeanSquaredError,
  QuantileLoss,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  Tensor,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const [B, T] = [4, 5];

/** A loss with the size of its predictions and the targets of [B, T] time steps. */
const losses: Readonly<
  Record<string, readonly [loss: (reduction: 'mean' | 'sum') => Loss, F: number, target: Tensor]>
> = {
  'squared error': [(reduction) => new MeanSquaredError({ reduction }), 2, randomNormal([B, T, 2], { seed: 2, dtype })],
  Huber: [(reduction) => new Huber({ reduction }), 2, randomNormal([B, T, 2], { seed: 3, dtype })],
  quantiles: [
    (reduction) => new QuantileLoss({ reduction, quantiles: [0.1, 0.5, 0.9] }),
    3,
    randomNormal([B, T, 1], { seed: 4, dtype }),
  ],
  'Gaussian likelihood': [
    (reduction) => new GaussianNLL({ reduction }),
    2,
    randomNormal([B, T, 1], { seed: 5, dtype }),
  ],
  'class numbers': [(reduction) => new SoftmaxCrossEntropy({ reduction }), 3, classes(3)],
  'weighted classes': [
    (reduction) =>
      new SoftmaxCrossEntropy({ reduction, classWeights: [1, 0.5, 3], ignoreIndex: 1, labelSmoothing: 0.1 }),
    3,
    classes(3),
  ],
  'sums of bits': [
    (reduction) => new BinaryCrossEntropy({ reduction, sumFeatures: true }),
    2,
    tensor(
      Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => [(b + t) % 2, t % 2])),
      { dtype },
    ),
  ],
};

function classes(F: number): Tensor {
  return tensor(
    Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => (b * 2 + t) % F)),
    { dtype },
  );
}

function compiled(loss: Loss, F: number): Sequential {
  const layers = [new GRU({ units: 3, returnSequences: true }), new Dense({ units: F })];
  const model = new Sequential(layers, { seed: 6, dtype });
  model.compile({ optimizer: new SGD({ learningRate: 1 }), loss });
  return model;
}

const x = randomNormal([B, T, 2], { seed: 1, dtype });

/** All gradients, one after the other. */
const gradients = (model: Sequential): number[] =>
  [...model.parameters].flatMap(({ gradient }) => [...gradient.copy().data]);

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 10);
}

/** What a target counts in a mean, without its sample weight. */
function countOf(loss: Loss, y: Tensor, b: number, t: number): number {
  if (!(loss instanceof SoftmaxCrossEntropy) || loss.classWeights === undefined) return 1;
  const target = y.get(b, t);
  return target === loss.ignoreIndex ? 0 : loss.classWeights[target]!;
}

const weightLists = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: B * T, maxLength: B * T });
const lengthLists = fc.array(fc.integer({ min: 1, max: T }), { minLength: B, maxLength: B });

describe.each(Object.entries(losses))('sample weights with %s', (_name, [make, F, y]) => {
  test.prop([weightLists, lengthLists, fc.constantFrom('mean', 'sum')], { numRuns: 20 })(
    'weigh each time step: the loss, and the gradients',
    (list, lengths, reduction) => {
      const weights = new Tensor({ data: Float64Array.from(list) }, [B, T]);
      const [model, plain] = [compiled(make(reduction), F), compiled(make(reduction), F)];
      const { each, gradient } = make('sum').evaluate(plain.forward(x, { lengths }), y);
      const perStep = each.size / (B * T);
      let [sum, count] = [0, 0];
      for (let b = 0; b < B; b++) {
        for (let t = 0; t < T; t++) {
          const weight = t < lengths[b]! ? weights.get(b, t) : 0;
          for (let f = 0; f < perStep; f++) sum += weight === 0 ? 0 : weight * each.data[(b * T + t) * perStep + f]!;
          count += weight * perStep * countOf(make('sum'), y, b, t);
          for (let f = 0; f < F; f++) gradient.set(b, t, f, weight * gradient.get(b, t, f));
        }
      }
      const divisor = reduction === 'mean' ? count || perStep : 1;
      for (const [i, value] of gradient.data.entries()) gradient.data[i] = value / divisor;
      plain.parameters.zeroGradients();
      plain.backward(gradient);
      expect(model.evaluate(x, y, { sampleWeights: weights, lengths })).toBeCloseTo(sum / divisor, 10);
      expect(model.trainStep(x, y, { sampleWeights: weights, lengths }).loss).toBeCloseTo(sum / divisor, 10);
      expectClose(gradients(model), gradients(plain));
    },
  );

  it('of 1 change no bit, and those of rows are those of all their time steps', () => {
    const make1 = () => compiled(make('mean'), F);
    const [none, ones, rows, steps] = [make1(), make1(), make1(), make1()];
    const lengths = [5, 2, 3, 1];
    const perRow = [0.5, 2, 0, 1];
    const perStep = perRow.map((weight) => new Array<number>(T).fill(weight));
    expect(ones.trainStep(x, y, { lengths, sampleWeights: [1, 1, 1, 1] })).toEqual(none.trainStep(x, y, { lengths }));
    expectBits(ones.parameters.arena.data, none.parameters.arena.data);
    const result = rows.trainStep(x, y, { lengths, sampleWeights: perRow });
    expect(steps.trainStep(x, y, { lengths, sampleWeights: tensor(perStep) })).toEqual(result);
    expectBits(rows.parameters.arena.data, steps.parameters.arena.data);
  });
});

describe('sample weights', () => {
  const targets = randomNormal([B, 1], { seed: 8, dtype });
  const last = (loss: Loss = new MeanSquaredError()): Sequential => {
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 6, dtype });
    model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss });
    return model;
  };
  const repeated = (array: Tensor, times: readonly number[]): Tensor[] =>
    times.flatMap((n, b) => new Array<Tensor>(n).fill(array.lo(b).hi(1).pick(0)));

  it('of 2 are rows given twice, and those of 0 are rows left out', async () => {
    const [weighted, twice] = [last(), last()];
    const times = [2, 0, 1, 3];
    const options = { batchSize: 8, shuffle: false, epochs: 3 };
    const [xs, ys] = [repeated(x, times), repeated(targets, times)];
    const history = await weighted.fit(x, targets, { ...options, sampleWeights: times });
    const expected = await twice.fit(xs, ys, options);
    for (const [i, { loss }] of history.epochs.entries()) expect(loss).toBeCloseTo(expected.epochs[i]!.loss, 12);
    expectClose(gradients(weighted), gradients(twice));
    expect(weighted.evaluate(x, targets, { sampleWeights: times })).toBeCloseTo(twice.evaluate(xs, ys), 10);
  });

  it('of 0 for all rows give a loss of 0, and no gradient', async () => {
    for (const reduction of ['mean', 'sum'] as const) {
      const model = last(new MeanSquaredError({ reduction }));
      const sampleWeights = [0, 0, 0, 0];
      expect(model.trainStep(x, targets, { sampleWeights })).toMatchObject({ loss: 0, gradientNorm: 0 });
      expect(model.evaluate(x, targets, { sampleWeights })).toBe(0);
      const { epochs } = await model.fit(x, targets, { sampleWeights, batchSize: 3 });
      expect(epochs[0]!.loss).toBe(0);
    }
  });

  it('weigh the batches of an epoch, and of validation', async () => {
    const sampleWeights = [1, 3, 0.5, 0.25];
    const model = last();
    const whole = model.evaluate(x, targets, { sampleWeights });
    expect(model.evaluate(x, targets, { sampleWeights, batchSize: 1 })).toBeCloseTo(whole, 12);
    model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError() });
    const { epochs } = await model.fit(x, targets, {
      ...{ sampleWeights, batchSize: 1 },
      validationData: [x, targets, { sampleWeights }],
    });
    expect(epochs[0]!.loss).toBeCloseTo(whole, 12);
    expect(epochs[0]!.validationLoss).toBeCloseTo(whole, 12);
  });

  it('weigh the sequences of CTCLoss', () => {
    const make = (reduction: 'mean' | 'sum'): Sequential => compiled(new CTCLoss({ reduction }), 3);
    const labels = tensor([
      [1, 2],
      [2, -1],
      [1, 1],
      [2, 1],
    ]);
    const [sampleWeights, lengths] = [
      [2, 0.5, 0, 1],
      [5, 2, 4, 3],
    ];
    const losses = [0, 1, 2, 3].map((b) =>
      make('sum').evaluate([x.lo(b).hi(1, lengths[b]!).pick(0)], labels.lo(b).hi(1)),
    );
    const expected = losses.reduce((sum, loss, b) => sum + sampleWeights[b]! * loss, 0);
    const [mean, sum] = [make('mean'), make('sum')];
    expect(mean.trainStep(x, labels, { sampleWeights, lengths }).loss).toBeCloseTo(expected / 3.5, 10);
    expect(sum.trainStep(x, labels, { sampleWeights, lengths }).loss).toBeCloseTo(expected, 10);
    expectClose(
      gradients(mean),
      gradients(sum).map((g) => g / 3.5),
    );
    expect(mean.evaluate(x, labels, { sampleWeights, lengths, batchSize: 3 })).toBeCloseTo(
      mean.evaluate(x, labels, { sampleWeights, lengths }),
      12,
    );
  });

  it('weigh the chunks of fitStream, and the targets of an encoder-decoder', async () => {
    const weights = randomNormal([B, T], { seed: 9, dtype });
    for (const [i, value] of weights.data.entries()) weights.data[i] = Math.abs(value);
    const [_, F, y] = losses['squared error']!;
    const [stream, step] = [compiled(new MeanSquaredError(), F), compiled(new MeanSquaredError(), F)];
    const { loss } = await stream.fitStream([[x, y, { sampleWeights: weights }]]);
    expect(loss).toBe(step.trainStep(x, y, { sampleWeights: weights }).loss);
    expectClose(gradients(stream), gradients(step));
    const decoder = [new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })];
    const pairs = new EncoderDecoder({ encoder: [new GRU({ units: 3 })], decoder, seed: 3, dtype });
    pairs.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const { each } = new MeanSquaredError().evaluate(pairs.forward(x, y), y);
    let [sum, count] = [0, 0];
    for (const [i, value] of [...each.copy().data].entries()) {
      sum += weights.data[Math.floor(i / 2)]! * value;
      count += weights.data[Math.floor(i / 2)]!;
    }
    expect(pairs.evaluate(x, y, { sampleWeights: weights })).toBeCloseTo(sum / count, 10);
    expect(pairs.trainStep(x, y, { sampleWeights: weights }).loss).toBeCloseTo(sum / count, 10);
  });
});
