import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Accuracy,
  CTCLoss,
  Dense,
  Dropout,
  EncoderDecoder,
  GRU,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const [B, T] = [7, 4];
const x = randomNormal([B, T, 2], { seed: 1, dtype });
const y = randomNormal([B, T, 2], { seed: 2, dtype });

function compiled(noise = 0): Sequential {
  const layers = [
    new LSTM({ units: 3, returnSequences: true, dropout: noise, recurrentDropout: noise }),
    new Dropout({ rate: noise }),
    new Dense({ units: 2 }),
  ];
  const model = new Sequential(layers, { seed: 5, dtype });
  model.compile({ optimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }), loss: new MeanSquaredError() });
  return model;
}

type Model = Sequential | EncoderDecoder;

function expectClose(actual: Model, expected: Model): void {
  for (const { name, value, gradient } of actual.parameters) {
    const other = expected.parameters.get(name);
    for (const [i, v] of value.copy().data.entries()) expect(v).toBeCloseTo(other.value.copy().data[i]!, 12);
    for (const [i, g] of gradient.copy().data.entries()) expect(g).toBeCloseTo(other.gradient.copy().data[i]!, 12);
  }
}

describe('micro-batches', () => {
  test.prop(
    [
      fc.integer({ min: 1, max: B + 1 }),
      fc.array(fc.integer({ min: 0, max: T }), { minLength: B, maxLength: B }),
      fc.constantFrom(0, 0.4),
      fc.boolean(),
    ],
    { numRuns: 25 },
  )('give the gradients, the outputs and the random masks of the batch', (size, lengths, noise, weighted) => {
    const [whole, parts] = [compiled(noise), compiled(noise)];
    const given = { lengths, output: true, ...(weighted && { sampleWeights: [1, 0, 2, 0.5, 1, 1, 3] }) };
    for (let step = 0; step < 2; step++) {
      const expected = whole.trainStep(x, y, given);
      const result = parts.trainStep(x, y, { ...given, microBatchSize: size });
      expect(result.loss).toBeCloseTo(expected.loss, 12);
      expect(result.gradientNorm).toBeCloseTo(expected.gradientNorm, 12);
      if (step === 0) expectBits(result.output!, expected.output!);
    }
    expectClose(parts, whole);
    expect(parts.trainingStep).toBe(2);
  });

  it('of all rows or more change no bit', () => {
    for (const microBatchSize of [B, B + 3]) {
      const [whole, parts] = [compiled(0.3), compiled(0.3)];
      expect(parts.trainStep(x, y, { microBatchSize })).toEqual(whole.trainStep(x, y));
      expectBits(parts.parameters.arena.data, whole.parameters.arena.data);
    }
  });

  it('are those of fit, with the same order, logs and metrics', async () => {
    const make = () => {
      const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 2 })], { seed: 5, dtype });
      model.compile({
        optimizer: new SGD({ learningRate: 0.1 }),
        loss: new SoftmaxCrossEntropy({ classWeights: [1, 2] }),
      });
      return model;
    };
    const labels = tensor([0, 1, 1, 0, 1, 0, 0]);
    const [whole, parts] = [make(), make()];
    const settings = { batchSize: 5, epochs: 3 };
    const expected = await whole.fit(x, labels, { ...settings, metrics: { accuracy: new Accuracy() } });
    const history = await parts.fit(x, labels, {
      ...settings,
      microBatchSize: 2,
      metrics: { accuracy: new Accuracy() },
    });
    expectClose(parts, whole);
    for (const [i, { loss, metrics }] of history.epochs.entries()) {
      expect(loss).toBeCloseTo(expected.epochs[i]!.loss, 12);
      expect(metrics).toEqual(expected.epochs[i]!.metrics);
    }
  });

  it('are those of an encoder-decoder, and of CTCLoss', () => {
    const make = () => {
      const decoder = [new GRU({ units: 3, returnSequences: true, dropout: 0.3 }), new Dense({ units: 2 })];
      const model = new EncoderDecoder({ encoder: [new GRU({ units: 3, dropout: 0.3 })], decoder, seed: 3, dtype });
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
      return model;
    };
    const [whole, parts] = [make(), make()];
    const masks = { source: { lengths: [4, 2, 3, 1, 4, 4, 2] }, target: { lengths: [1, 4, 3, 2, 4, 1, 4] } };
    whole.trainStep(x, y, masks);
    parts.trainStep(x, y, { ...masks, microBatchSize: 3 });
    expectClose(parts, whole);
    const ctc = () => {
      const model = compiled();
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new CTCLoss() });
      return model;
    };
    const [all, some] = [ctc(), ctc()];
    const labels = tensor(Array.from({ length: B }, (_, b) => [1, b % 2 === 0 ? -1 : 1]));
    all.trainStep(x, labels);
    some.trainStep(x, labels, { microBatchSize: 2 });
    expectClose(some, all);
  });

  it('find the row of a NaN, and change nothing then', () => {
    const [model, twin] = [compiled(), compiled()];
    for (const each of [model, twin]) each.trainStep(x, y);
    const bad = x.copy();
    bad.set(5, 2, 1, Number.NaN);
    const before = model.parameters.get('dense1.bias').value.copy();
    expect(() => model.trainStep(bad, y, { microBatchSize: 2 })).toThrow(NonFiniteError);
    try {
      model.trainStep(bad, y, { microBatchSize: 2 });
    } catch (error) {
      expect(error).toMatchObject({ place: { tensor: 'x', row: 5, step: 2, unit: 1 } });
    }
    expectBits(model.parameters.get('dense1.bias').value, before);
    expect(model.trainStep(x, y).loss).toBe(twin.trainStep(x, y).loss);
  });

  it('are refused where states are carried', async () => {
    const model = compiled();
    const state = model.build(2).stream({ batchSize: B }).zeroState();
    expect(() => model.trainStep(x, y, { state, microBatchSize: 2 })).toThrow('"microBatchSize" must not be given');
    const stateful = new Sequential([new GRU({ units: 2, returnSequences: true, stateful: true })]);
    stateful.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const fitting = stateful.fit(x, y, { batchSize: B, shuffle: false, microBatchSize: 2 });
    await expect(fitting).rejects.toThrow('"microBatchSize" must not be given for a stateful model');
    expect(() => stateful.trainStep(x, y, { microBatchSize: 2 })).toThrow('"microBatchSize" must not be given');
  });
});
