import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Accuracy,
  AUC,
  type BatchLog,
  BinaryCrossEntropy,
  ConfusionMatrix,
  Dense,
  EncoderDecoder,
  F1,
  GRU,
  MAE,
  MeanSquaredError,
  Metric,
  Perplexity,
  RMSE,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [N, T] = [9, 4];
const x = randomNormal([N, T, 2], { seed: 1 });
const labels = tensor(Array.from({ length: N }, (_, n) => Array.from({ length: T }, (_, t) => (n + t * t) % 3)));
const y = randomNormal([N, T, 2], { seed: 2 });

function classifier(): Sequential {
  const model = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 3 })], { seed: 3 });
  model.compile({ optimizer: new SGD({ learningRate: 0.3 }), loss: new SoftmaxCrossEntropy() });
  return model;
}

function regressor(): Sequential {
  const model = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 2 })], { seed: 3 });
  model.compile({ optimizer: new SGD({ learningRate: 0.3 }), loss: new MeanSquaredError() });
  return model;
}

const given = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: T }), { minLength: N, maxLength: N }),
  batchSize: fc.integer({ min: 1, max: N }),
});

describe('metrics of evaluate', () => {
  test.prop([given], { numRuns: 20 })('are those of predictions, over the whole set', ({ lengths, batchSize }) => {
    const model = classifier();
    const metrics = { accuracy: new Accuracy(), perplexity: new Perplexity(), confusion: new ConfusionMatrix() };
    const found = model.evaluate(x, labels, { lengths, batchSize, metrics, output: true });
    const prediction = model.predict(x, { lengths, zeroOutputForMask: true });
    expectBits(found.output!, prediction);
    expect(found.loss).toBe(model.evaluate(x, labels, { lengths, batchSize }));
    expect(found.metrics.accuracy).toBe(new Accuracy().evaluate(prediction, labels, { lengths }));
    expect(found.metrics.perplexity).toBeCloseTo(new Perplexity().evaluate(prediction, labels, { lengths }), 6); // float32
    expect(found.metrics.confusion).toEqual(new ConfusionMatrix().evaluate(prediction, labels, { lengths }));
  });

  it('weigh rows as the loss does', () => {
    const sampleWeights = Array.from({ length: N }, (_, n) => n / 4);
    const { metrics } = regressor().evaluate(x, y, { sampleWeights, metrics: { rmse: new RMSE() } });
    const expected = new RMSE().evaluate(regressor().predict(x), y, { weights: tensor(sampleWeights) });
    expect(metrics.rmse).toBeCloseTo(expected, 12);
  });

  it('follow the outputs of layers that read backwards', () => {
    const model = new Sequential([new GRU({ units: 2, returnSequences: true, goBackwards: true })], { seed: 1 });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const lengths = [4, 2, 3, 1, 4, 4, 2, 1, 3];
    const { metrics, loss, output } = model.evaluate(x, y, { lengths, metrics: { mae: new MAE() }, output: true });
    expectBits(output!, model.predict(x, { lengths, zeroOutputForMask: true }));
    const { trainStep } = { trainStep: model.trainStep(x, y, { lengths, output: true }) };
    expect(trainStep.loss).toBeCloseTo(loss, 6);
    expect(metrics.mae).toBeGreaterThan(0);
  });

  it('print a line', () => {
    const found = regressor().evaluate(x, y, { metrics: { mae: new MAE() } });
    expect(String(found)).toMatch(/^loss [\d.]+, mae [\d.]+$/);
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ loss: found.loss });
  });
});

describe('metrics of fit', () => {
  it('are those of the outputs before each update, and of the validation data after the epoch', async () => {
    const [model, twin] = [classifier(), classifier()];
    const { epochs } = await model.fit(x, labels, {
      ...{ batchSize: 4, shuffle: false, epochs: 2 },
      metrics: { accuracy: new Accuracy() },
      validationData: [x, labels],
    });
    for (const { metrics, validationMetrics } of epochs) {
      const accuracy = new Accuracy();
      for (let start = 0; start < N; start += 4) {
        const [rows, targets] = [x, labels].map((array) => array.lo(start).hi(Math.min(4, N - start)));
        accuracy.add(twin.predict(rows!), targets!);
        twin.trainStep(rows!, targets!);
      }
      expect(metrics).toEqual({ accuracy: accuracy.result() });
      expect(validationMetrics).toEqual({ accuracy: new Accuracy().evaluate(twin.predict(x), labels) });
    }
  });

  it('begin anew in each epoch, and in each call of evaluate', async () => {
    const model = classifier();
    const metrics = { accuracy: new Accuracy() };
    const options = { batchSize: 4, shuffle: false, metrics };
    const { epochs } = await model.fit(x, labels, { ...options, epochs: 3 });
    const twin = classifier();
    for (const epoch of epochs) {
      const once = await twin.fit(x, labels, { ...options, metrics: { accuracy: new Accuracy() } });
      expect(epoch.metrics).toEqual(once.epochs[0]!.metrics);
    }
    const halves = [[x.hi(4), labels.hi(4)] as const, [x.lo(4), labels.lo(4)] as const];
    for (const [input, target] of halves) {
      const expected = new Accuracy().evaluate(model.predict(input), target);
      expect(model.evaluate(input, target, { metrics }).metrics).toEqual({ accuracy: expected });
    }
  });

  it('change no bit of the training', async () => {
    const [model, plain] = [classifier(), classifier()];
    await model.fit(x, labels, { batchSize: 2, metrics: { accuracy: new Accuracy() } });
    await plain.fit(x, labels, { batchSize: 2 });
    expectBits(model.parameters.arena.data, plain.parameters.arena.data);
  });

  it('of a stream are those of all its chunks', async () => {
    const [model, twin] = [classifier(), classifier()];
    const chunks = [x, randomNormal([N, T, 2], { seed: 8 })].map((each) => [each, labels] as const);
    const { metrics } = await model.fitStream(chunks, { metrics: { accuracy: new Accuracy() } });
    const state = twin.build(2).stream({ batchSize: N }).zeroState();
    const accuracy = new Accuracy();
    for (const [input, target] of chunks) {
      accuracy.add(twin.trainStep(input, target, { state, output: true }).output!, target);
    }
    expect(metrics).toEqual({ accuracy: accuracy.result() });
  });

  it('leave out steps that were skipped', async () => {
    const model = regressor();
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const bad = x.copy();
    bad.set(0, 0, 0, Number.NaN);
    const mae = new MAE();
    const logs: BatchLog[] = [];
    const { epochs } = await model.fit(bad, y, {
      ...{ batchSize: 3, shuffle: false, metrics: { mae } },
      callbacks: [{ onBatchEnd: (log) => void logs.push(log) }],
    });
    expect(logs.map(({ skipped }) => skipped)).toEqual([true, false, false]);
    expect(Number.isFinite(epochs[0]!.metrics.mae)).toBe(true);
  });

  it('that cannot take the data are refused before anything changes', async () => {
    const model = classifier();
    await expect(model.fit(x, labels, { metrics: { rmse: new RMSE() } })).rejects.toThrow(
      'Sequential.fit: "metrics.rmse"',
    );
    const metrics = { rmse: new RMSE() };
    expect(() => model.trainStep(x, labels, { metrics })).toThrow('"metrics.rmse"');
    const { optimizer } = model.trainer.requireCompiled('spec');
    await expect(model.fitStream([[x, labels]], { metrics })).rejects.toThrow('Sequential.fitStream: "metrics.rmse"');
    await expect(model.fit([[x, labels] as const].values(), { metrics })).rejects.toThrow('"metrics.rmse"');
    expect(optimizer.iterations).toBe(0);
    expect(() => model.evaluate(x, labels, { metrics: { rmse: new RMSE() } })).toThrow('"metrics.rmse"');
    expect(model.built).toBe(false);
  });

  it('of classes take the class with the highest target', () => {
    const model = classifier();
    const oneHot = tensor(
      (labels.toArray() as number[][]).map((row) => row.map((k) => [0, 1, 2].map((j) => +(j === k)))),
    );
    const metrics = { accuracy: new Accuracy() };
    const expected = model.evaluate(x, labels, { metrics }).metrics;
    expect(model.evaluate(x, oneHot, { metrics }).metrics).toEqual(expected);
  });

  it('of two classes take the targets of a binary cross entropy', async () => {
    const model = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 1 })], { seed: 3 });
    model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new BinaryCrossEntropy() });
    const classes = (labels.toArray() as number[][]).map((row) => row.map((k) => Number(k > 0)));
    const target = tensor(classes.map((row) => row.map((k) => [k])));
    const threshold = 0; // of logits
    const metrics = { accuracy: new Accuracy({ threshold }), auc: new AUC(), f1: new F1({ threshold }) };
    const found = (await model.fit(x, target, { batchSize: 4, metrics })).epochs[0]!.metrics;
    const outputs = model.predict(x);
    for (const [name, metric] of Object.entries(metrics)) {
      expect(found[name]).toBe(metric.evaluate(outputs, tensor(classes)));
      expect(metric.evaluate(outputs, target)).toBe(found[name]);
    }
    const right = [...outputs.data].filter((v, k) => Number(v >= 0) === classes.flat()[k]).length;
    expect(found.accuracy).toBe(right / (N * T));
  });

  it('may be of a class of your own', async () => {
    class Largest extends Metric {
      kind = 'Largest';
      most = 0;
      reset() {
        this.most = 0;
      }
      addRow(prediction: Float64Array) {
        for (const value of prediction) this.most = Math.max(this.most, Math.abs(value));
      }
      result() {
        return this.most;
      }
    }
    const model = regressor();
    const { metrics } = model.evaluate(x, y, { metrics: { largest: new Largest() } });
    const all = [...model.predict(x).data].map(Math.abs);
    expect(metrics.largest).toBe(all.reduce((most, each) => Math.max(most, each)));
  });
});

describe('trainStep', () => {
  it('returns outputs before the update, and adds them to metrics', () => {
    const [model, twin] = [classifier(), classifier()];
    const accuracy = new Accuracy();
    const before = model.predict(x);
    const first = model.trainStep(x, labels, { output: true, metrics: { accuracy } });
    expectBits(first.output!, before);
    expect(first.metrics).toEqual({ accuracy: new Accuracy().evaluate(before, labels) });
    twin.trainStep(x, labels);
    const second = model.trainStep(x, labels, { metrics: { accuracy } });
    const both = new Accuracy().add(before, labels).add(twin.predict(x), labels);
    expect(second.metrics).toEqual({ accuracy: both.result() });
    expect('output' in second).toBe(false);
    expect('metrics' in twin.trainStep(x, labels)).toBe(false);
  });

  it('names the option of a metric that cannot take the outputs', async () => {
    const metrics = { best: new Accuracy({ topK: 9 }), f1: new F1({ label: 9 }) };
    const model = classifier();
    const words = (name: string) => new RegExp(`"metrics.${name}" must be (at most|below) \\d+, the number of classes`);
    expect(() => model.trainStep(x, labels, { metrics: { best: metrics.best } })).toThrow(words('best.topK'));
    await expect(model.fit(x, labels, { metrics: { f1: metrics.f1 } })).rejects.toThrow(words('f1.label'));
    expect(() => metrics.best.add(model.predict(x), labels)).toThrow('Accuracy.add: "topK" must be at most');
  });

  it('of models in segments and windows has all outputs', () => {
    for (const options of [{ checkpoint: 2 }, { truncate: { every: 2, back: 3 } }] as const) {
      const model = regressor();
      model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...options });
      const before = model.predict(x);
      expectBits(model.trainStep(x, y, { output: true }).output!, before);
    }
  });

  it('of an encoder-decoder returns its outputs', () => {
    const decoder = [new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })];
    const model = new EncoderDecoder({ encoder: [new GRU({ units: 3 })], decoder, seed: 3 });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const before = model.forward(x, y);
    const { output, metrics } = model.trainStep(x, y, { output: true, metrics: { mae: new MAE() } });
    expectBits(output!, before);
    expect(metrics!.mae).toBeCloseTo(new MAE().evaluate(before, y), 12);
  });
});
