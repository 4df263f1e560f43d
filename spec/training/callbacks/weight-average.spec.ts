import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Checkpoint,
  Dense,
  EarlyStopping,
  GRU,
  MeanSquaredError,
  Parameters,
  RMSE,
  randomNormal,
  Sequential,
  SGD,
  StateError,
  Tensor,
  tensor,
  WeightAverage,
  zeros,
} from '../../../lib/index.ts';
import { expectBits } from '../../support/bits.ts';

const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 });

/** Averages a weight that takes the values in turn. */
function averaged(of: readonly number[], average: WeightAverage): Parameters {
  const parameters = Parameters.of({ w: tensor([0], { dtype: 'float64' }) }, { dtype: 'float64' });
  for (const w of of) {
    parameters.get('w').assign(tensor([w], { dtype: 'float64' }));
    average.add(parameters);
  }
  average.swap(parameters);
  return parameters;
}

const weightOf = (parameters: Parameters): number => parameters.get('w').value.get(0);

ptest.prop([values, fc.double({ min: 0, max: 0.999, noNaN: true })])(
  'is (U13), the corrected mean from 0',
  (list, d) => {
    const got = weightOf(averaged(list, new WeightAverage({ decay: d })));
    const m = list.reduce((mean, w) => d * mean + (1 - d) * w, 0);
    expect(got).toBeCloseTo(m / (1 - d ** list.length), 9);
  },
);

ptest.prop([values])('is the mean of all with d = t / (t + 1)', (list) => {
  const mean = list.reduce((sum, w) => sum + w, 0) / list.length;
  expect(weightOf(averaged(list, new WeightAverage({ decay: (t) => t / (t + 1) })))).toBeCloseTo(mean, 10);
});

ptest.prop([values, fc.nat(11)])('goes on from its state', (list, k) => {
  const [whole, first, second] = [0, 1, 2].map(() => new WeightAverage({ decay: 0.7 })) as [
    WeightAverage,
    WeightAverage,
    WeightAverage,
  ];
  const expected = weightOf(averaged(list, whole));
  const at = Math.min(k, list.length - 1);
  averaged(list.slice(0, at + 1), first).get('w');
  second.state = { ...first.state, raw: undefined as never };
  const rest = list.slice(at + 1);
  expect(weightOf(averaged(rest, second))).toBe(expected);
  expect([second.updates, second.swapped]).toEqual([list.length, true]);
});

describe('in fit', () => {
  const make = (): Sequential => {
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 1 });
    return model.compile({ optimizer: new SGD({ learningRate: 0.3 }), loss: new MeanSquaredError() });
  };
  const [x, y] = [randomNormal([12, 3, 2], { seed: 1 }), randomNormal([12, 1], { seed: 2 })];

  it('averages after each step, changes no bit of the training, and swaps back and forth', async () => {
    const [model, twin] = [make(), make()];
    const [average, byHand] = [new WeightAverage({ decay: 0.8 }), new WeightAverage({ decay: 0.8 })];
    await model.fit(x, y, { epochs: 2, batchSize: 5, callbacks: [average] });
    const callbacks = [{ onBatchEnd: () => byHand.add(twin.parameters) }];
    await twin.fit(x, y, { epochs: 2, batchSize: 5, callbacks });
    const raw = model.toBytes();
    expect(raw).toEqual(twin.toBytes());
    expect(average.updates).toBe(6);
    average.swap(model.parameters);
    byHand.swap(twin.parameters);
    expect(average.swapped).toBe(true);
    expect(model.toBytes()).not.toEqual(raw);
    expect(model.toBytes()).toEqual(twin.toBytes());
    const loss = model.evaluate(x, y);
    average.swap(model.parameters);
    expect(model.toBytes()).toEqual(raw);
    expect(average.use(model.parameters, () => model.evaluate(x, y))).toBe(loss);
    expect(model.toBytes()).toEqual(raw);
  });

  it('restores the weights after an error, and after a promise', async () => {
    const model = make();
    const average = new WeightAverage({ decay: 0.8 });
    await model.fit(x, y, { batchSize: 3, callbacks: [average] });
    const raw = model.toBytes();
    const fails = (): never => {
      throw new Error('mine');
    };
    expect(() => average.use(model.parameters, fails)).toThrow('mine');
    expect(model.toBytes()).toEqual(raw);
    const waiting = average.use(model.parameters, async () => model.toBytes());
    expect(average.swapped).toBe(true);
    expect(await waiting).not.toEqual(raw);
    expect(model.toBytes()).toEqual(raw);
    await expect(average.use(model.parameters, () => Promise.reject(new Error('later')))).rejects.toThrow('later');
    expect(model.toBytes()).toEqual(raw);
  });

  it('refuses to average averaged weights', async () => {
    const model = make();
    const average = new WeightAverage();
    expect(() => average.swap(model.build(2).parameters)).toThrow('must follow add');
    await model.fit(x, y, { callbacks: [average] });
    average.swap(model.parameters);
    expect(() => average.add(model.parameters)).toThrow(StateError);
    expect(() => average.use(model.parameters, () => 1)).toThrow(StateError);
    await expect(model.fit(x, y, { callbacks: [average] })).rejects.toThrow('Call swap first');
    expect(average.updates).toBe(1);
  });

  it('leaves out skipped steps', async () => {
    const model = make();
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const average = new WeightAverage();
    const bad = x.copy();
    bad.set(0, 0, 0, Number.NaN);
    await model.fit(bad, zeros([12, 1]), { batchSize: 4, shuffle: false, callbacks: [average] });
    expect(average.updates).toBe(2);
  });

  it('begins with the weights themselves', () => {
    const model = make().build(2);
    const before = model.parameters.get('gru1.kernel').value.copy();
    const average = new WeightAverage({ decay: 0.99 });
    average.add(model.parameters);
    average.swap(model.parameters);
    expectBits(model.parameters.get('gru1.kernel').value, before);
  });
});

describe('validation with the average', () => {
  const [x, y] = [randomNormal([12, 3, 2], { seed: 1 }), randomNormal([12, 1], { seed: 2 })];
  const validationData = [randomNormal([9, 3, 2], { seed: 3 }), randomNormal([9, 1], { seed: 4 })] as const;
  const make = (): Sequential => {
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 1 });
    return model.compile({ optimizer: new SGD({ learningRate: 0.3 }), loss: new MeanSquaredError() });
  };
  const weights = ({ parameters }: Sequential): number[] =>
    [...parameters].flatMap(({ value }) => [...value.copy().data]);
  const run = { epochs: 4, batchSize: 4, validationData, metrics: { error: new RMSE() } };

  it('has its loss and metrics, by the average of each epoch, and changes no bit of the training', async () => {
    const [model, twin, plain] = [make(), make(), make()];
    const average = new WeightAverage({ decay: 0.7, validate: true });
    const raw: number[][] = [];
    const keep = { onEpochEnd: () => void raw.push(weights(model)) };
    const { epochs } = await model.fit(x, y, { ...run, callbacks: [average, keep] });

    const other = new WeightAverage({ decay: 0.7 });
    const expected: unknown[] = [];
    const onEpochEnd = (): void => {
      const all = { metrics: run.metrics, batchSize: run.batchSize };
      const of = other.use(twin.parameters, () => twin.evaluate(...validationData, all as never)) as unknown as {
        loss: number;
        metrics: object;
      };
      expected.push([of.loss, of.metrics]);
    };
    const unlent = await twin.fit(x, y, { ...run, callbacks: [other, { onEpochEnd }] });
    expect(epochs.map(({ validationLoss, validationMetrics }) => [validationLoss, validationMetrics])).toEqual(
      expected,
    );
    expect(epochs.map(({ loss, metrics }) => [loss, metrics])).toEqual(
      unlent.epochs.map(({ loss, metrics }) => [loss, metrics]),
    );
    expect(epochs.map(({ validationLoss }) => validationLoss)).not.toEqual(
      unlent.epochs.map(({ validationLoss }) => validationLoss),
    );
    await plain.fit(x, y, run);
    expectBits(weights(model), weights(plain));
    expectBits(raw.at(-1)!, weights(plain));
    expect(average.swapped).toBe(false);
  });

  it('is what EarlyStopping keeps and restores', async () => {
    const model = make();
    const average = new WeightAverage({ decay: 0.8, validate: true });
    const stopping = new EarlyStopping({ patience: 2, restoreBest: true });
    const averages: number[][] = [];
    const keep = {
      onEpochEnd: () => void averages.push(average.use(model.parameters, () => weights(model))),
    };
    const { epochs } = await model.fit(x, y, { ...run, epochs: 30, callbacks: [average, stopping, keep] });
    expect(stopping.best).toBe(Math.min(...epochs.map(({ validationLoss }) => validationLoss!)));
    expectBits(weights(model), averages[stopping.bestEpoch!]!);
    expect(model.evaluate(...validationData)).toBe(stopping.best);
  });

  it.each([1, 2, 4, 6])('goes on from a checkpoint after step %i, to the bit', async (cut) => {
    const train = async (options: object) => {
      const model = make();
      const average = new WeightAverage({ decay: 0.8, validate: true });
      const stopping = new EarlyStopping({ patience: 2, restoreBest: true });
      const checkpoint = new Checkpoint({ save: () => {}, everySteps: 1, ...options });
      const { epochs } = await model.fit(x, y, { ...run, callbacks: [average, stopping, checkpoint] });
      return { epochs, weights: weights(model), average: average.state, best: stopping.bestEpoch };
    };
    const saved: Uint8Array[] = [];
    const whole = await train({ save: (bytes: Uint8Array) => saved.push(bytes) });
    expect(await train({ resume: saved[cut - 1]! })).toEqual(whole);
  });

  it('makes a checkpoint when the average is best, with weights and average', async () => {
    const values: (number | undefined)[] = [];
    const save = (_: Uint8Array, { value }: { readonly value?: number }): void => void values.push(value);
    const checkpoint = new Checkpoint({ save, monitor: 'validationLoss', bestOnly: true });
    const callbacks = [new WeightAverage({ decay: 0.9, validate: true }), checkpoint];
    const { epochs } = await make().fit(x, y, { ...run, callbacks });
    const losses = epochs.map(({ validationLoss }) => validationLoss!);
    expect(values).toEqual(losses.filter((l, k) => l < Math.min(Infinity, ...losses.slice(0, k))));
  });

  it('gives the weights back if the validation fails or is aborted', async () => {
    for (const abort of [false, true]) {
      const [model, twin] = [make(), make()];
      const average = new WeightAverage({ decay: 0.5, validate: true });
      const controller = new AbortController();
      const batches = {
        async *[Symbol.asyncIterator]() {
          yield [...validationData] as [typeof x, typeof y];
          if (abort) controller.abort();
          else throw new Error('no more');
          yield [...validationData] as [typeof x, typeof y];
        },
      };
      const options = {
        epochs: 1,
        batchSize: 4,
        validationData: batches,
        callbacks: [average],
        signal: controller.signal,
      };
      await expect(model.fit(x, y, options)).rejects.toThrow();
      await twin.fit(x, y, { epochs: 1, batchSize: 4 });
      expectBits(weights(model), weights(twin));
      expect(average.swapped).toBe(false);
    }
  });

  it('uses the weights before there is an average', async () => {
    const model = make();
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const average = new WeightAverage({ validate: true });
    const bad = new Tensor({ data: new Float32Array(12).fill(Number.MAX_VALUE) }, [12, 1]);
    bad.data.fill(3e38);
    const { epochs } = await model.fit(x, bad, { ...run, epochs: 1, callbacks: [average] });
    expect([average.updates, epochs[0]!.skipped]).toEqual([0, 3]);
    expect(model.evaluate(...validationData)).toBe(epochs[0]!.validationLoss);
  });

  it('needs validation data, and one such callback', async () => {
    const average = (): WeightAverage => new WeightAverage({ validate: true });
    const { validationData: _, ...without } = run;
    await expect(make().fit(x, y, { ...without, callbacks: [average()] })).rejects.toThrow(
      'WeightAverage: "validate" must be used with validationData or validationSplit; received true',
    );
    await expect(make().fit(x, y, { ...run, callbacks: [average(), average()] })).rejects.toThrow(
      'WeightAverage: "validate" must be true for one callback of a training',
    );
  });
});
