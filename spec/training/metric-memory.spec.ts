import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Accuracy,
  AUC,
  BinaryCrossEntropy,
  BitsPerCharacter,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  type Loss,
  MAE,
  MeanSquaredError,
  Metric,
  Perplexity,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [N, T, F] = [7, 5, 3];
const x = randomNormal([N, T, 2], { seed: 1, dtype: 'float64' });
const labels = tensor(Array.from({ length: N }, (_, n) => Array.from({ length: T }, (_, t) => (n + t * t) % F)));

interface Options {
  readonly loss?: Loss;
  readonly dtype?: 'float32' | 'float64';
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
}

function classifier({ loss = new SoftmaxCrossEntropy(), dtype = 'float64', ...options }: Options = {}): Sequential {
  const layers = [new GRU({ units: 4, returnSequences: true, ...options }), new Dense({ units: F })];
  return new Sequential(layers, { seed: 3, dtype }).compile({ optimizer: new SGD({ learningRate: 0.5 }), loss });
}

const rows = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: T }), { minLength: N, maxLength: N }),
  weights: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: N, maxLength: N }),
  parts: fc.integer({ min: 1, max: N }),
  goBackwards: fc.boolean(),
  reduction: fc.constantFrom('mean' as const, 'sum' as const),
});

describe('losses of rows that perplexity reads', () => {
  test.prop([rows], { numRuns: 30 })(
    'are −log p of their classes, with masks and weights',
    ({ lengths, weights, parts, goBackwards, reduction }) => {
      const model = classifier({ goBackwards, loss: new SoftmaxCrossEntropy({ reduction }) });
      weights[0] = 1;
      const given = { lengths, sampleWeights: weights };
      const found = model.evaluate(x, labels, {
        ...{ ...given, batchSize: parts, output: true },
        metrics: { perplexity: new Perplexity(), bits: new BitsPerCharacter() },
      });
      // A model that reads backwards has the outputs of the last time steps first, so padding comes before them.
      const mask = lengths.map((length) =>
        Array.from({ length: T }, (_, t) => (goBackwards ? t >= T - length : t < length)),
      );
      const same = (metric: Perplexity): number =>
        metric.evaluate(found.output!, labels, { mask, weights: tensor(weights, { dtype: 'float64' }) });
      expect(found.metrics.perplexity).toBeCloseTo(same(new Perplexity()), 11);
      expect(found.metrics.bits).toBeCloseTo(same(new BitsPerCharacter()), 11);

      const [whole, inParts] = [{}, { microBatchSize: parts }].map((options) =>
        classifier({ goBackwards, loss: new SoftmaxCrossEntropy({ reduction }) }).trainStep(x, labels, {
          ...{ ...given, ...options },
          metrics: { perplexity: new Perplexity() },
        }),
      );
      expect(whole!.metrics!.perplexity).toBe(found.metrics.perplexity);
      expect(inParts!.metrics!.perplexity).toBe(found.metrics.perplexity);
    },
  );

  it('count by the weights of rows', () => {
    const weights = [1, 2, 0, 3, 1, 0, 2];
    const metrics = { perplexity: new Perplexity() };
    const found = classifier().evaluate(x, labels, { sampleWeights: weights, output: true, metrics });
    const expected = new Perplexity().evaluate(found.output!, labels, {
      weights: tensor(weights, { dtype: 'float64' }),
    });
    expect(found.metrics.perplexity).toBeCloseTo(expected, 11);
  });

  it('have the precision of the model', () => {
    const model = classifier({ dtype: 'float32' });
    const found = model.evaluate(x, labels, { output: true, metrics: { perplexity: new Perplexity() } });
    const exact = new Perplexity().evaluate(found.output!, labels);
    expect(found.metrics.perplexity / exact).toBeCloseTo(1, 6); // float32 losses of rows
  });

  it('of one class number a row are those of the last outputs', () => {
    const model = classifier({ returnSequences: false });
    const metrics = { perplexity: new Perplexity() };
    const { metrics: found } = model.evaluate(x, labels.pick(null, 0), { metrics, batchSize: 3 });
    expect(found.perplexity).toBeCloseTo(new Perplexity().evaluate(model.predict(x), labels.pick(null, 0)), 11);
  });

  it('of an encoder-decoder are those of its targets', () => {
    const embedding = new Embedding({ inputDim: F, outputDim: 2 });
    const decoder = [embedding, new GRU({ units: 3, returnSequences: true }), new Dense({ units: F })];
    const model = new EncoderDecoder({
      encoder: [new GRU({ units: 3 })],
      decoder,
      seed: 3,
      start: 0,
      dtype: 'float64',
    });
    model.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() });
    const before = model.forward(x, labels);
    const { metrics } = model.trainStep(x, labels, { metrics: { perplexity: new Perplexity() } });
    expect(metrics!.perplexity).toBeCloseTo(new Perplexity().evaluate(before, labels), 11);
  });

  it.each([
    ['smoothed', new SoftmaxCrossEntropy({ labelSmoothing: 0.2 }), undefined],
    ['weighted', new SoftmaxCrossEntropy({ classWeights: [1, 2, 3] }), undefined],
    ['without an ignored class', new SoftmaxCrossEntropy({ ignoreIndex: 1 }), 1],
    ['of other classes than those of the metric', new SoftmaxCrossEntropy(), 1],
  ])('are not read where they are %s', (_, loss, ignoreIndex) => {
    const model = classifier({ loss });
    const make = () => new Perplexity(ignoreIndex === undefined ? {} : { ignoreIndex });
    const { metrics, output } = model.evaluate(x, labels, { metrics: { perplexity: make() }, output: true });
    expect(metrics.perplexity).toBe(make().evaluate(output!, labels));
  });

  it('are not read for targets that are no class numbers', () => {
    const softer = tensor(
      (labels.toArray() as number[][]).map((row) => row.map((k) => [0, 1, 2].map((j) => (j === k ? 0.6 : 0.2)))),
    );
    const model = classifier();
    const { metrics } = model.evaluate(x, softer, { metrics: { perplexity: new Perplexity() } });
    expect(metrics.perplexity).toBe(new Perplexity().evaluate(model.predict(x), labels));
  });
});

describe('outputs that metrics read', () => {
  /** Keeps what it is given. */
  class Keeper extends Metric {
    readonly kind = 'Keeper';
    protected override readonly takesClasses = true;
    readonly kept: Tensor[] = [];
    override add(prediction: Tensor): this {
      this.kept.push(prediction);
      return this;
    }
    protected addRow(): void {}
    result(): number {
      return this.kept.length;
    }
    reset(): void {}
  }

  it('are not written over where a metric of your own may keep them', async () => {
    const keeper = new Keeper();
    const plain: Tensor[] = [];
    const other = { add: (prediction: Tensor) => void plain.push(prediction), result: () => 0, reset: () => {} };
    const [model, twin] = [classifier(), classifier()];
    const metrics = { accuracy: new Accuracy(), keeper, other: other as never };
    await model.fit(x, labels, { epochs: 3, batchSize: N, shuffle: false, metrics });
    for (let k = 0; k < 3; k++) {
      const before = twin.predict(x);
      for (const kept of [keeper.kept[k]!, plain[k]!]) {
        expect(kept.stride).toEqual([T * F, F, 1]);
        expectBits(kept, before);
      }
      twin.trainStep(x, labels);
    }
  });

  it('count as a subclass counts them', () => {
    class Doubled extends Accuracy {
      protected override addRow(y: Float64Array, t: Float64Array, weight: number): void {
        super.addRow(y, t, weight);
        super.addRow(y, t, weight);
      }
      get rows(): number {
        return this.sums[1]!;
      }
    }
    class Flat extends Perplexity {
      protected override addRow(y: Float64Array, _: Float64Array, weight: number): void {
        super.addRow(y.fill(0), Float64Array.of(0), weight);
      }
    }
    const [doubled, flat] = [new Doubled(), new Flat()];
    const { metrics } = classifier().evaluate(x, labels, { metrics: { doubled, flat } });
    expect(doubled.rows).toBe(2 * N * T);
    expect(metrics.flat).toBeCloseTo(F, 12);
  });

  it('of one feature go with targets of their shape', async () => {
    const binary = tensor(Array.from({ length: N }, (_, n) => [n % 2]));
    const model = new Sequential([new GRU({ units: 2, returnSequences: false }), new Dense({ units: 1 })], { seed: 3 });
    model.compile({ optimizer: new SGD(), loss: new BinaryCrossEntropy() });
    const { metrics } = model.evaluate(x, binary, { metrics: { auc: new AUC() } });
    expect(metrics.auc).toBe(new AUC().evaluate(model.predict(x), binary.pick(null, 0)));
    expect(metrics.auc).toBeGreaterThan(0);
  });

  it('are those of the step, however many there are', () => {
    const model = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 2 })], { seed: 3 });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const mae = new MAE();
    for (const size of [3, N, 1, N]) {
      const [input, target] = [x.hi(size), randomNormal([size, T, 2], { seed: size })];
      const expected = new MAE().evaluate(model.predict(input), target);
      mae.reset();
      expect(model.trainStep(input, target, { metrics: { mae } }).metrics!.mae).toBe(expected);
    }
  });
});
