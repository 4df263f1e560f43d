import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  CTCLoss,
  Dense,
  Embedding,
  EncoderDecoder,
  type FitOptions,
  GRU,
  LSTM,
  MeanSquaredError,
  pad,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { expectSame } from './trainable.ts';

/** Sequences [T_i, 2] of the given lengths. */
const sequences = (lengths: readonly number[], seed = 1): Tensor[] =>
  lengths.map((T, i) => randomNormal([T, 2], { seed: seed * 100 + i }));

/** Targets [T_i, 1]. */
const stepTargets = (lengths: readonly number[]): Tensor[] =>
  lengths.map((T, i) => randomNormal([T, 1], { seed: 900 + i }));

const rowTargets = (N: number): Tensor => randomNormal([N, 1], { seed: 7 });

function compiled(returnSequences: boolean, optimizer = new Adam({ learningRate: 0.01 })): Sequential {
  const model = new Sequential([new GRU({ units: 3, returnSequences }), new Dense({ units: 1 })], { seed: 4 });
  model.compile({ optimizer, loss: new MeanSquaredError() });
  return model;
}

const LENGTHS = [5, 2, 7, 1, 4, 4, 3];
const { x: padded, lengths } = pad(sequences(LENGTHS));

/** A model whose outputs begin with the last time step of a row. */
function backwards(optimizer = new SGD({ learningRate: 0.1 })): Sequential {
  const gru = new GRU({ units: 3, returnSequences: true, goBackwards: true });
  const model = new Sequential([gru, new Dense({ units: 1 })], { seed: 4, dtype: 'float64' });
  model.compile({ optimizer, loss: new MeanSquaredError({ reduction: 'sum' }) });
  return model;
}

describe('a model that reads sequences of different lengths backwards', () => {
  const x = sequences(LENGTHS);
  const y = stepTargets(LENGTHS);
  const sampleWeights = LENGTHS.map((T, row) => Array.from({ length: T }, (_, t) => 1 + ((row + t) % 3)));
  const model = backwards();

  it('has the loss of its rows, with weights of time steps', () => {
    const alone = x.map((row, i) => model.evaluate([row], [y[i]!], { sampleWeights: [sampleWeights[i]!] }));
    const sum = alone.reduce((total, loss) => total + loss, 0);
    expect(model.evaluate(x, y, { sampleWeights, batchSize: 3 })).toBeCloseTo(sum, 12);
    expect(model.trainStep(x, y, { sampleWeights, microBatchSize: 2 }).loss).toBeCloseTo(sum, 12);
  });

  it('trains at batch size 1 as row by row, to the bit', async () => {
    const [whole, byRow] = [backwards(), backwards()];
    await whole.fit(x, y, { batchSize: 1, shuffle: false });
    for (const [i, row] of x.entries()) byRow.trainStep([row], [y[i]!]);
    expectSame(whole, byRow);
  });

  it('puts the outputs of a shorter row at the end, whatever the batches', () => {
    const outputs = model.predict(x);
    expectBits(model.evaluate(x, y, { output: true, batchSize: 2 }).output!, outputs);
    x.forEach((row, i) => {
      expectBits(outputs.pick(i).lo(7 - LENGTHS[i]!), model.predict([row]).pick(0));
    });
  });
});

describe('fit on sequences of different lengths', () => {
  it.each([false, true])('at batch size 1 is training row by row, to the bit (returnSequences %s)', async (perStep) => {
    const x = sequences(LENGTHS);
    const y = perStep ? stepTargets(LENGTHS) : rowTargets(LENGTHS.length);
    const [model, byRow] = [compiled(perStep), compiled(perStep)];
    await model.fit(x, y, { batchSize: 1, shuffle: false });
    for (const [i, row] of x.entries()) {
      const target = Array.isArray(y) ? y[i]! : y.lo(i).hi(1);
      byRow.trainStep([row], Array.isArray(y) ? [target] : target);
    }
    expectSame(model, byRow);
    const arrays = compiled(perStep);
    for (const [i, row] of x.entries()) {
      const one = { data: row.data, shape: [1, ...row.shape], stride: [0, ...row.stride], offset: row.offset };
      const target = Array.isArray(y)
        ? { data: y[i]!.data, shape: [1, LENGTHS[i]!, 1], stride: [0, 1, 1], offset: 0 }
        : y.lo(i).hi(1);
      arrays.trainStep(one, target);
    }
    expectSame(model, arrays);
  });

  const options = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 9 }),
    batchSize: fc.integer({ min: 1, max: 4 }),
    perStep: fc.boolean(),
    shuffle: fc.boolean(),
    weighted: fc.boolean(),
  });

  test.prop([options], { numRuns: 30 })(
    'is training on padded arrays with lengths, to the bit',
    async ({ lengths, batchSize, perStep, shuffle, weighted }) => {
      const N = lengths.length;
      const [x, xs] = [sequences(lengths), pad(sequences(lengths)).x];
      const weights = randomNormal([N], { seed: 5 }).toArray() as number[];
      const more = weighted ? { sampleWeights: tensor(weights.map(Math.abs)) } : {};
      const settings = { batchSize, shuffle, epochs: 2, ...more } satisfies FitOptions;
      const [ragged, dense] = [compiled(perStep), compiled(perStep)];
      if (perStep) {
        await ragged.fit(x, stepTargets(lengths), settings);
        await dense.fit(xs, pad(stepTargets(lengths)).x, { ...settings, lengths });
      } else {
        await ragged.fit(x, rowTargets(N), settings);
        await dense.fit(xs, rowTargets(N), { ...settings, lengths });
      }
      expectSame(ragged, dense);
    },
  );

  it('takes nested arrays, class numbers as a list, and rows of indices', async () => {
    const make = () => {
      const layers = [new Embedding({ inputDim: 5, outputDim: 3 }), new LSTM({ units: 2 }), new Dense({ units: 2 })];
      const model = new Sequential(layers, { seed: 1 });
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new SoftmaxCrossEntropy() });
      return model;
    };
    const [model, twin] = [make(), make()];
    const rows = [[1, 2, 3], [4], [0, 2]];
    await model.fit(rows, [0, 1, 1], { shuffle: false });
    const { x, lengths: steps } = pad(rows);
    await twin.fit(x, tensor([0, 1, 1]), { shuffle: false, lengths: steps });
    expectSame(model, twin);
    expectBits(model.predict(rows), twin.predict(x, { lengths: steps }));
  });

  it('pads labels of CTCLoss', async () => {
    const make = () => {
      const model = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 3 })], {
        seed: 2,
      });
      model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new CTCLoss() });
      return model;
    };
    const [model, twin] = [make(), make()];
    await model.fit(sequences([6, 4, 5]), [[1, 2, 1], [2], [1, 1]], { shuffle: false });
    const { x, lengths: steps } = pad(sequences([6, 4, 5]));
    await twin.fit(
      x,
      tensor([
        [1, 2, 1],
        [2, -1, -1],
        [1, 1, -1],
      ]),
      { shuffle: false, lengths: steps },
    );
    expectSame(model, twin);
  });

  it('evaluates and predicts as padded arrays do', () => {
    for (const perStep of [false, true]) {
      const model = compiled(perStep);
      const y = perStep ? stepTargets(LENGTHS) : rowTargets(LENGTHS.length);
      const ys = perStep ? pad(stepTargets(LENGTHS)).x : rowTargets(LENGTHS.length);
      const x = sequences(LENGTHS);
      for (const batchSize of [1, 3, 32]) {
        expect(model.evaluate(x, y, { batchSize })).toBe(model.evaluate(padded, ys, { batchSize, lengths }));
      }
      expectBits(model.predict(x), model.predict(padded, { lengths }));
      const { output } = model.evaluate(x, y, { output: true });
      expectBits(output!, model.predict(padded, { lengths, zeroOutputForMask: true }));
    }
  });

  it('is done by an encoder-decoder for sources, targets or both', async () => {
    const make = () => {
      const decoder = [new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })];
      const model = new EncoderDecoder({ encoder: [new GRU({ units: 3 })], decoder, seed: 3 });
      model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
      return model;
    };
    const [sources, targets] = [sequences([3, 5, 2, 4]), sequences([2, 1, 4, 3], 2)];
    const [source, target] = [pad(sources), pad(targets)];
    const masks = { source: { lengths: source.lengths }, target: { lengths: target.lengths } };
    const [both, one, arrays] = [make(), make(), make()];
    const settings = { batchSize: 3, epochs: 2 };
    await both.fit(sources, targets, settings);
    await one.fit(source.x, targets, { ...settings, source: masks.source });
    await arrays.fit(source.x, target.x, { ...settings, ...masks });
    for (const { name, value } of both.parameters) {
      expectBits(value, arrays.parameters.get(name).value);
      expectBits(one.parameters.get(name).value, value);
    }
    expect(both.evaluate(sources, targets)).toBe(arrays.evaluate(source.x, target.x, masks));
    expect(both.trainStep(sources, targets).loss).toBe(arrays.trainStep(source.x, target.x, masks).loss);
  });

  it('says which sequence does not fit', async () => {
    const model = compiled(true);
    const x = sequences([3, 2]);
    await expect(model.fit(x, stepTargets([3, 1]))).rejects.toThrow(
      'Sequential.fit: "y[1]" must have 2 time steps, as x[1]; received 1 time steps',
    );
    await expect(model.fit(x, stepTargets([3]))).rejects.toThrow('"y" must have 2 rows, as x; received 1 rows');
    await expect(model.fit([x[0]!, randomNormal([2, 3])], stepTargets([3, 2]))).rejects.toThrow(
      '"x[1]" must have the shape [T, 2] like row 0; received [2, 3]',
    );
    await expect(model.fit(x, stepTargets([3, 2]), { lengths: [3, 2] })).rejects.toThrow(
      '"lengths" must not be given for sequences of different lengths',
    );
    expect(model.built).toBe(false);
  });

  test.prop(
    [fc.array(fc.nat(3), { minLength: 2, maxLength: 6 }).filter((T) => T.some((steps) => steps > 0)), fc.boolean()],
    {
      numRuns: 30,
    },
  )('takes [] for a sequence without time steps, wherever it is', async (steps, perStep) => {
    const given = (rows: Tensor[]) => rows.map((row) => (row.shape[0] === 0 ? [] : row));
    const [x, y] = [sequences(steps), perStep ? stepTargets(steps) : rowTargets(steps.length)];
    const listed = Array.isArray(y) ? given(y) : y;
    const [one, other] = [compiled(perStep), compiled(perStep)];
    await one.fit(x, y, { batchSize: 2 });
    await other.fit(given(x), listed, { batchSize: 2 });
    expectSame(one, other);
    expect(other.evaluate(given(x), listed)).toBe(one.evaluate(x, y));
    expectBits(other.predict(given(x)), one.predict(x));
    const { x: all, lengths } = pad(given(x));
    expectBits(all, pad(x).x);
    expect([...lengths]).toEqual(steps);
    expectBits(other.predict(all, { lengths }), one.predict(x));
  });

  it('refuses rows of features that differ in their number', async () => {
    const dense = new Sequential([new Dense({ units: 1 })]).compile({
      optimizer: new SGD(),
      loss: new MeanSquaredError(),
    });
    const remedy = 'Rows of features all have the same length; rows of time steps are [T, I]: [[1], [2]]';
    const words = (where: string, received: string) =>
      `Sequential.${where}: "x" must have equally many features in each row; received ${received}. ${remedy}`;
    for (const model of [dense, compiled(false)]) {
      const [x, y] = [
        [[1, 2], [3]],
        [[1], [2]],
      ];
      await expect(model.fit(x, y)).rejects.toThrow(words('fit', 'rows of 2 and 1 numbers'));
      await expect(model.fit(x, x)).rejects.toThrow(words('fit', 'rows of 2 and 1 numbers'));
      expect(() => model.evaluate([[], [3, 1]], y)).toThrow(words('evaluate', 'rows of 0 and 2 numbers'));
      expect(() => model.trainStep([[], []], y)).toThrow(words('trainStep', 'empty rows'));
      expect(() => model.predict(x)).toThrow(words('predict', 'rows of 2 and 1 numbers'));
    }
    const ranks = dense.fit([[], 1], [1, 1]);
    await expect(ranks).rejects.toThrow('"x[0]" must have the shape [] like row 1; received [0]');
  });

  it('refuses those of a model that begins with Masking by the name of the data', async () => {
    const model = new Sequential([new Embedding({ inputDim: 4, outputDim: 2, maskZero: true }), new GRU({ units: 2 })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const [x, y] = [[[1, 2], [3]], zeros([2, 2])];
    const reason = 'must have as many time steps in each row for a model that begins with Masking or maskZero';
    expect(() => model.evaluate(x, y)).toThrow(`Sequential.evaluate: "x" ${reason}`);
    expect(() => model.predict(x)).toThrow(`Sequential.predict: "x" ${reason}`);
    await expect(model.fit([[x, y] as const].values())).rejects.toThrow(`Sequential.fit: "batches[0][0]" ${reason}`);
  });
});

/** Number of time steps of each row that count. */
const rowSums = (mask: Tensor): number[] =>
  (mask.toArray() as number[][]).map((row) => row.reduce((sum, one) => sum + one, 0));

describe('buckets', () => {
  test.prop(
    [
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 24 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
    ],
    { numRuns: 40 },
  )('take each row once, and rows of similar lengths together', async (steps, batchSize, buckets, shuffle) => {
    const model = compiled(false);
    const seen: number[][] = [];
    const rows = steps.map((T, i) => tensor(Array.from({ length: T }, () => [i, 0])));
    await model.fit(rows, rowTargets(steps.length), {
      ...{ batchSize, buckets, shuffle },
      callbacks: [{ onBatchBegin: ({ x }) => void seen.push(x.pick(null, 0, 0).toArray() as number[]) }],
    });
    expect(seen.flat().sort((a, b) => a - b)).toEqual(steps.map((_, i) => i));
    if (shuffle) return;
    for (let start = 0; start < steps.length; start += batchSize * buckets) {
      const pool = seen.slice(start / batchSize, start / batchSize + buckets).flat();
      const sorted = steps.map((_, i) => i).slice(start, start + batchSize * buckets);
      expect(pool).toEqual(sorted.sort((a, b) => steps[b]! - steps[a]!));
    }
  });

  it('sort pairs by the mask of their sources if all targets have one length', async () => {
    const decoder = [new GRU({ units: 2, returnSequences: true })];
    const model = new EncoderDecoder({ encoder: [new GRU({ units: 2 })], decoder, seed: 3 });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const seen: number[][] = [];
    const [source, target] = [randomNormal([4, 5, 2], { seed: 1 }), randomNormal([4, 3, 2], { seed: 2 })];
    await model.fit(source, target, {
      ...{ source: { lengths: [1, 5, 2, 4] }, batchSize: 2, buckets: 2, shuffle: false },
      callbacks: [{ onBatchBegin: ({ mask }) => void seen.push(rowSums(mask!)) }],
    });
    expect(seen).toEqual([
      [5, 4],
      [2, 1],
    ]);
  });

  it('change nothing for rows of one length, and shuffle batches by the seed', async () => {
    const order = async (options: FitOptions, rows = sequences([4, 1, 3, 2, 5, 6, 2, 1])) => {
      const seen: number[] = [];
      await compiled(false).fit(rows, rowTargets(rows.length), {
        ...{ batchSize: 2, epochs: 2, ...options },
        callbacks: [{ onBatchBegin: ({ x }) => void seen.push(x.shape[1]!) }],
      });
      return seen;
    };
    const ragged = await order({ buckets: 4, seed: 3 });
    expect(ragged).toEqual(await order({ buckets: 4, seed: 3 }));
    expect(ragged).not.toEqual(await order({ buckets: 4, seed: 4 }));
    expect(ragged.slice(0, 4).sort()).toEqual([1, 2, 4, 6]);
    expect(ragged.slice(0, 4)).not.toEqual(ragged.slice(4));
  });
});
