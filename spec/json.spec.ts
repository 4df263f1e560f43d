import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type BatchLog,
  clipByNorm,
  Dense,
  GRU,
  globalNorm,
  MeanSquaredError,
  Sequential,
  SGD,
  stack,
  type Tensor,
  tensor,
  zeros,
} from '../lib/index.ts';
import { jsonable } from '../lib/json.ts';

/** Through JSON and back. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const numbers = fc.array(fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity)), {
  maxLength: 12,
});

describe('a tensor in JSON', () => {
  ptest.prop([numbers, fc.constantFrom('float32' as const, 'float64' as const)])(
    'comes back to the bit, what is no finite number included',
    (values, dtype) => {
      const x = tensor(values, { dtype });
      for (const view of [x, x.step(-1), tensor([values, values], { dtype }).T]) {
        const parsed = stored(view) as unknown as Tensor;
        expect(tensor(parsed, { dtype: parsed.dtype })).toStrictEqual(view.copy());
      }
    },
  );

  it('a tensor becomes an ndarray over a plain array', () => {
    expect(
      stored(
        tensor([
          [1, Infinity],
          [-0, -Infinity],
          [Number.NaN, 0.1],
        ]).T,
      ),
    ).toEqual({
      dtype: 'float32',
      shape: [2, 3],
      stride: [3, 1],
      offset: 0,
      data: [1, '-0', 'NaN', 'Infinity', '-Infinity', Math.fround(0.1)],
    });
    expect(stored(zeros([0, 2]))).toEqual({ dtype: 'float32', shape: [0, 2], stride: [2, 1], offset: 0, data: [] });
    expect(stored({ state: zeros([]) }).state).toMatchObject({ shape: [], data: [0] });
  });

  it('functions take the JSON of a tensor', () => {
    const parsed = stored(tensor([[3, 4]]));
    expect(clipByNorm(parsed, 1)).toEqual(tensor([[0.6, 0.8]]));
    expect(globalNorm([parsed, stored(tensor([-0]))])).toBe(5);
    expect(globalNorm([stored(tensor([Infinity]))])).toBe(Infinity);
    expect(stack([parsed, stored(tensor([[-Infinity, 0]]))])).toEqual(tensor([[[3, 4]], [[-Infinity, 0]]]));
    const layer = new GRU({ units: 2, seed: 1 });
    const x = tensor([[[1, 2]]]);
    const state = { h: tensor([[0.5, -0.25]]) };
    const output = layer.forward(x, { initialState: state });
    expect(layer.forward(stored(x), { initialState: stored(state) })).toEqual(output);
  });

  it.each(['nan', 'inf', '1', '', 'toString', 'Infinity '])('has no other words: "%s"', (word) => {
    const array = { data: [word], shape: [1], stride: [1], offset: 0 };
    expect(() => tensor(array as unknown as Tensor)).toThrow(/must have only numbers in "data"/);
  });
});

describe('results in JSON', () => {
  it('hold numbers where JSON has none', async () => {
    const model = new Sequential([new Dense({ units: 1, useBias: false })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const logs: BatchLog[] = [];
    const history = await model.fit(tensor([[Number.NaN]]), tensor([[0]]), {
      callbacks: [{ onBatchEnd: (log) => void logs.push(log) }],
    });
    const log = {
      epoch: 0,
      epochs: 1,
      loss: 'NaN',
      gradientNorm: 'NaN',
      clippedNorm: 'NaN',
      learningRate: 0.01,
      skipped: 1,
    };
    expect(stored(history)).toMatchObject({ epochs: [log] });
    expect(stored(history.epochs)).toMatchObject([log]);
    expect(stored(history.epochs)[0]).not.toHaveProperty('validationLoss');
    expect(stored(logs)).toMatchObject([{ loss: 'NaN', gradientNorm: 'NaN', skipped: true, step: 0 }]);
  });

  it('hold those of streams', async () => {
    const model = new Sequential([new Dense({ units: 1 })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const logs: unknown[] = [];
    const bad = [tensor([[[Infinity]]]), zeros([1, 1, 1])] as const;
    const history = await model.fitStream([bad], { callbacks: [{ onBatchEnd: (log) => void logs.push(log) }] });
    expect(stored(history)).toEqual({
      batches: 1,
      timeSteps: 1,
      loss: 'NaN',
      gradientNorm: 'NaN',
      clippedNorm: 'NaN',
      clippedShare: 0,
      skipped: 1,
      metrics: {},
      stopped: false,
    });
    expect(stored(logs)).toMatchObject([{ gradientNorm: 'Infinity', skipped: true }]);
  });

  it('results are plain objects to comparisons, clones and loops', () => {
    const result = jsonable({ loss: Number.NaN, parts: [{ horizon: Infinity, missing: undefined }], zero: -0 });
    expect(result).toStrictEqual({ loss: Number.NaN, parts: [{ horizon: Infinity, missing: undefined }], zero: -0 });
    expect(Object.keys(result)).toEqual(['loss', 'parts', 'zero']);
    expect(structuredClone(result)).toStrictEqual(result);
    expect(JSON.stringify(result)).toBe('{"loss":"NaN","parts":[{"horizon":"Infinity"}],"zero":"-0"}');
  });
});
