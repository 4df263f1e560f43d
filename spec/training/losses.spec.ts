import { describe, expect, it } from '@jest/globals';
import {
  type CompileOptions,
  Dense,
  GaussianNLL,
  GRU,
  Huber,
  type Loss,
  QuantileLoss,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, I, dtype] = [4, 5, 3, 'float64'] as const;
const x = randomNormal([B, T, I], { seed: 1, dtype });
const lengths = [5, 2, 0, 3];

function modelOf(loss: Loss, units: number, through: Partial<CompileOptions> = {}, every = true): Sequential {
  const layers = [new GRU({ units: 3, returnSequences: every }), new Dense({ units })];
  const model = new Sequential(layers, { seed: 3, dtype });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss, ...through });
  return model;
}

const classes = tensor(
  Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => ((b + t) % 5 === 0 ? -1 : (b * t) % 4))),
  { dtype },
);
const weighted = () => new SoftmaxCrossEntropy({ ignoreIndex: -1, classWeights: [1, 2, 0.5, 3], labelSmoothing: 0.1 });

/** The loss over the time steps that count, from the outputs of the model. */
function expected(model: Sequential): number {
  const y = model.predict(x);
  const rows = lengths.flatMap((length, b) => Array.from({ length }, (_, t) => [b, t] as const));
  const outputs = rows.map(([b, t]) => Array.from({ length: 4 }, (_, f) => y.get(b, t, f)));
  return weighted().evaluate(tensor(outputs, { dtype }), tensor(rows.map(([b, t]) => classes.get(b, t)))).loss;
}

describe('a loss with weighted and ignored classes', () => {
  it.each([{}, { truncate: { every: 2, back: 3 } }, { checkpoint: 2 }] as Partial<CompileOptions>[])(
    'divides by the weights of what counts, with %j',
    (through) => {
      const model = modelOf(weighted(), 4, through);
      const loss = expected(model);
      expect(model.trainStep(x, classes, { lengths }).loss).toBeCloseTo(loss, 13);
    },
  );

  it.each([1, 2, 3, 4])('has one mean over all data, evaluated in batches of %i', (batchSize) => {
    const model = modelOf(weighted(), 4);
    expect(model.evaluate(x, classes, { lengths, batchSize })).toBeCloseTo(expected(model), 13);
  });

  it('has that mean in the log of an epoch', async () => {
    const model = modelOf(weighted(), 4);
    const loss = expected(model);
    model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: weighted() });
    const { epochs } = await model.fit(x, classes, { epochs: 1, batchSize: 2, lengths });
    expect(epochs[0]!.loss).toBeCloseTo(loss, 13);
  });

  it('does not train on ignored rows', () => {
    const [one, other] = [modelOf(weighted(), 4), modelOf(weighted(), 4)];
    const cut = classes.copy();
    for (let t = 2; t < T; t++) cut.set(1, t, -1);
    for (let t = 0; t < T; t++) cut.set(2, t, -1);
    for (let t = 3; t < T; t++) cut.set(3, t, -1);
    const a = one.trainStep(x, cut);
    const b = other.trainStep(x, classes, { lengths });
    expect(a.loss).toBeCloseTo(b.loss, 13);
    expect(a.gradientNorm).toBeCloseTo(b.gradientNorm, 13);
  });
});

describe('a loss with fewer targets than predictions', () => {
  const y = randomNormal([B, T, 2], { seed: 2, dtype });
  const cases = [
    ['QuantileLoss', () => new QuantileLoss({ quantiles: [0.1, 0.5, 0.9] }), 6],
    ['GaussianNLL', () => new GaussianNLL(), 4],
  ] as const;

  it.each(cases)('%s trains on time steps, in segments and with masks', (_, make, units) => {
    const model = modelOf(make(), units);
    const { loss } = make().evaluate(model.predict(x), y);
    const [whole, parts] = [modelOf(make(), units), modelOf(make(), units, { checkpoint: 2 })];
    expect(whole.trainStep(x, y).loss).toBeCloseTo(loss, 12);
    parts.trainStep(x, y);
    expectBits(parts.parameters.get('dense1.kernel').value, whole.parameters.get('dense1.kernel').value);
    expect(Number.isFinite(modelOf(make(), units).trainStep(x, y, { lengths }).loss)).toBe(true);
  });

  it.each(cases)('%s learns', async (_, make, units) => {
    const model = modelOf(make(), units, {}, false);
    const { epochs } = await model.fit(x, randomNormal([B, 2], { seed: 4, dtype }), { epochs: 30 });
    expect(epochs[29]!.loss).toBeLessThan(epochs[0]!.loss);
  });

  it('QuantileLoss refuses features that no number of targets explains', () => {
    const loss = new QuantileLoss({ quantiles: [0.1, 0.5, 0.9] });
    expect(() => modelOf(loss, 5).trainStep(x, y)).toThrow(/features are a multiple of 3/);
  });
});

it('probabilities need a last layer of probabilities', () => {
  const loss = new SoftmaxCrossEntropy({ from: 'probabilities' });
  expect(() => modelOf(loss, 4)).toThrow(/follow a layer that returns probabilities/);
  const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 4, activation: 'softmax' })], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss });
  const target = tensor([0, 1, 2, 3]);
  const before = loss.evaluate(model.predict(x), target).loss;
  expect(model.trainStep(x, target).loss).toBeCloseTo(before, 6);
});

it('Huber trains like half the squared error where errors are small', () => {
  const y = randomNormal([B, T, 2], { seed: 2, dtype });
  const model = modelOf(new Huber({ delta: 1e3 }), 2);
  const outputs = model.predict(x);
  const mean = Array.from(outputs.data).reduce((sum, v, k) => sum + (v - y.data[k]!) ** 2, 0) / (2 * y.size);
  expect(model.trainStep(x, y).loss).toBeCloseTo(mean, 13);
});
