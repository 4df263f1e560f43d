import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { EncoderDecoder, GRU, MAE, MeanSquaredError, randomNormal, SGD, type Tensor } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { compiled, expectSame, N, x, y } from './trainable.ts';

type Pair = readonly [x: Tensor, y: Tensor];

/** The rows of x and y in batches of these sizes, until there are no more. */
function batchesOf(sizes: readonly number[]): Pair[] {
  const batches: Pair[] = [];
  for (let start = 0, k = 0; start < N; k++) {
    const size = Math.min(sizes[k % sizes.length]!, N - start);
    batches.push([x.lo(start).hi(size), y.lo(start).hi(size)]);
    start += size;
  }
  return batches;
}

async function* later<V>(values: Iterable<V>): AsyncGenerator<V, void> {
  for (const value of values) {
    await Promise.resolve();
    yield value;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

describe('fit on an iterable of batches', () => {
  test.prop([sizes, fc.boolean(), fc.integer({ min: 1, max: 3 })], { numRuns: 20 })(
    'takes one step a batch, anew in each epoch',
    async (given, asynchronous, epochs) => {
      const [{ model }, { model: twin }] = [compiled(), compiled()];
      const batches = batchesOf(given);
      let calls = 0;
      const source = () => {
        calls++;
        return asynchronous ? later(batches) : batches.values();
      };
      const steps: number[] = [];
      const callbacks = [{ onBatchEnd: ({ step }: { step: number }) => void steps.push(step) }];
      const history = await model.fit(source as () => Iterable<Pair>, { epochs, callbacks });
      expect(calls).toBe(epochs);
      expect(steps).toEqual(Array.from({ length: epochs * batches.length }, (_, step) => step));
      for (let epoch = 0; epoch < epochs; epoch++) {
        let [sum, count] = [0, 0];
        for (const [xs, ys] of batches) {
          sum += twin.trainStep(xs, ys).loss * xs.shape[0]!;
          count += xs.shape[0]!;
        }
        expect(history.epochs[epoch]!.loss).toBeCloseTo(sum / count, 10);
      }
      expectSame(model, twin);
      expect(model.nextEpoch).toBe(epochs);
    },
  );

  it('is fit on arrays with the same batches', async () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const options = { epochs: 2, metrics: { mae: new MAE() } };
    const history = await model.fit(new Set(batchesOf([4])), options);
    const expected = await twin.fit(x, y, { ...options, batchSize: 4, shuffle: false });
    expectSame(model, twin);
    expect(history.epochs).toEqual(expected.epochs);
  });

  it('takes lengths, weights and sequences, of other sizes in each batch', async () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const long = randomNormal([2, 6, 3], { seed: 5 });
    const rows = [randomNormal([2, 3], { seed: 6 }), randomNormal([5, 3], { seed: 7 })];
    const batches = [
      [x, y, { lengths: [4, 1, 2, 3, 4, 4, 1, 2, 2, 4] }],
      [long, y.hi(2), { sampleWeights: [1, 3] }],
      [rows, y.hi(2)],
    ] as const;
    await model.fit(batches.values());
    for (const [xs, ys, options] of batches) twin.trainStep(xs, ys, options);
    expectSame(model, twin);
  });

  it('validates on batches too', async () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const metrics = { mae: new MAE() };
    const validationData = () => later(batchesOf([4]));
    const history = await model.fit(x, y, { epochs: 2, batchSize: 4, validationData, metrics });
    const expected = await twin.fit(x, y, { epochs: 2, batchSize: 4, validationData: [x, y], metrics });
    for (const [i, { validationLoss, validationMetrics }] of history.epochs.entries()) {
      expect(validationLoss).toBeCloseTo(expected.epochs[i]!.validationLoss!, 12);
      expect(validationMetrics.mae).toBeCloseTo(expected.epochs[i]!.validationMetrics.mae, 12);
    }
    expectSame(model, twin);
  });

  it('says that a generator runs only once', async () => {
    const { model } = compiled();
    await expect(model.fit(batchesOf([4]).values(), { epochs: 2 })).rejects.toThrow(
      'Sequential.fit: "batches" must yield at least one batch in epoch 1',
    );
    expect(model.nextEpoch).toBe(1);
    await expect(model.fit([].values())).rejects.toThrow('must yield at least one batch');
  });

  it('names the batch that is wrong, and keeps the steps before it', async () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const [first, second] = batchesOf([5]);
    const fitting = model.fit([first!, [second![0], y] as const].values());
    await expect(fitting).rejects.toThrow('"batches[1][1]" must have');
    twin.trainStep(...first!);
    expectSame(model, twin);
    const bad = model.fit([[x, y, { length: [1] } as object] as const].values());
    await expect(bad).rejects.toThrow('"batches[0][2]" must have only');
    await expect(model.fit([[x]].values() as never)).rejects.toThrow('"batches[0]" must be a pair [x, y]');
    await expect(model.fit((() => 3) as never)).rejects.toThrow('"batches" must be, or return, an iterable');
  });

  it('ends at a signal, and closes the source', async () => {
    const { model } = compiled();
    const controller = new AbortController();
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield [x, y] as const;
      } finally {
        closed = true;
      }
    }
    const callbacks = [
      { onBatchEnd: ({ step }: { step: number }) => void (step === 3 && controller.abort(new Error('enough'))) },
    ];
    await expect(model.fit(endless, { callbacks, signal: controller.signal })).rejects.toThrow('enough');
    expect(closed).toBe(true);
    const history = await model.fit(endless, { callbacks: [{ onBatchEnd: ({ batch }) => batch < 2 }] });
    expect(history).toMatchObject({ stopped: true, epochs: [] });
  });

  it('trains an encoder-decoder', async () => {
    const make = () => {
      const decoder = [new GRU({ units: 2, returnSequences: true })];
      const model = new EncoderDecoder({ encoder: [new GRU({ units: 2 })], decoder, seed: 3 });
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
      return model;
    };
    const [model, twin] = [make(), make()];
    const target = randomNormal([N, 3, 2], { seed: 4 });
    const batches = [[x, target, { source: { lengths: [4, 1, 2, 3, 4, 4, 1, 2, 2, 4] } }]] as const;
    await model.fit(() => later(batches), { epochs: 2 });
    for (let epoch = 0; epoch < 2; epoch++) twin.trainStep(...batches[0]);
    for (const { name, value } of model.parameters) expectBits(value, twin.parameters.get(name).value);
    expect(model.evaluate(batches.values()).loss).toBe(twin.evaluate(...batches[0]));
  });
});

describe('evaluate and predict of iterables', () => {
  test.prop([sizes], { numRuns: 10 })('are those of all rows', async (given) => {
    const { model } = compiled();
    const batches = batchesOf(given);
    const metrics = { mae: new MAE() };
    const expected = model.evaluate(x, y, { metrics });
    const found = [model.evaluate(batches.values(), { metrics }), await model.evaluate(later(batches), { metrics })];
    for (const each of found) {
      expect(each.loss).toBeCloseTo(expected.loss, 6);
      expect(each.metrics.mae).toBeCloseTo(expected.metrics.mae, 12);
    }
    const inputs = batches.map(([xs]) => xs);
    const outputs = [...model.predict(inputs.values())];
    for (const [k, [xs]] of batches.entries()) expectBits(outputs[k]!, model.predict(xs));
    const awaited: Tensor[] = [];
    for await (const output of model.predict(later(inputs))) awaited.push(output);
    expect(awaited.length).toBe(outputs.length);
    for (const [k, output] of awaited.entries()) expectBits(output, outputs[k]!);
  });

  it('compute a batch when it is asked for', () => {
    const { model } = compiled();
    let asked = 0;
    function* inputs() {
      for (;;) {
        asked++;
        yield x;
      }
    }
    for (const output of model.predict(inputs())) {
      expectBits(output, model.predict(x));
      if (asked === 3) break;
    }
    expect(asked).toBe(3);
  });
});
