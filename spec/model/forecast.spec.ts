import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  assign,
  Dense,
  type ForecastOptions,
  forecast,
  GaussianNLL,
  GRU,
  LSTM,
  Masking,
  MeanSquaredError,
  Pinball,
  pad,
  QuantileLoss,
  Random,
  randomNormal,
  Sequential,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { exp } from '../../lib/kernels/exp.ts';
import { normalQuantile } from '../../lib/kernels/normal-quantile.ts';
import { expectBits } from '../support/bits.ts';

const QUANTILES = [0.1, 0.4, 0.9];
const make = (inputs: number, outputs: number, returnSequences = false): Sequential => {
  const lstm = new LSTM({ units: 6, returnSequences: true, trainInitialState: true });
  const layers = [lstm, new GRU({ units: 5, returnSequences }), new Dense({ units: outputs })];
  const model = new Sequential(layers, { inputSize: inputs, seed: inputs + outputs }).build();
  for (const { name, value } of model.parameters) {
    if (name.includes('initial')) value.data.fill(0.5, value.offset, value.offset + value.size);
  }
  return model;
};
const histories = (B: number, T: number, I: number, seed = 1): Tensor => randomNormal([B, T, I], { seed });

/** Appends a time step [B, I] to [B, T, I]. */
function longer(x: Tensor, step: Tensor): Tensor {
  const [B, T, I] = x.shape as [number, number, number];
  const out = zeros([B, T + 1, I]);
  assign(out.hi(null, T), x);
  assign(out.pick(null, T), step);
  return out;
}

/** The outputs of each step by predictions of the growing sequence; `pointOf` is the first of the F fed-back features. */
function byPredictions(
  model: Sequential,
  history: Tensor,
  horizon: number,
  F: number,
  pointOf: number,
  future?: Tensor,
): Tensor[] {
  const outputs: Tensor[] = [];
  for (let step = 0, x = history; step < horizon; step++) {
    const all = model.predict(x);
    const last = all.shape.length === 3 ? all.pick(null, all.shape[1]! - 1).copy() : all;
    outputs.push(last);
    const next = zeros([x.shape[0]!, x.shape[2]!]);
    assign(next.hi(null, F), last.lo(0, pointOf).hi(null, F));
    if (future !== undefined && step < horizon - 1) assign(next.lo(0, F), future.pick(null, step));
    x = longer(x, next);
  }
  return outputs;
}

const shapes = {
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 6 }),
  F: fc.integer({ min: 1, max: 3 }),
  C: fc.integer({ min: 0, max: 2 }),
  horizon: fc.integer({ min: 1, max: 5 }),
};

describe('forecast', () => {
  ptest.prop([fc.record({ ...shapes, sequences: fc.boolean() })], { numRuns: 25 })(
    'feeds back the predictions of the growing sequence, to the bit',
    ({ B, T, F, C, horizon, sequences }) => {
      const model = make(F + C, F, sequences);
      const history = histories(B, T, F + C);
      const future = C > 0 ? histories(B, horizon, C, 2) : undefined;
      const { point, levels, quantiles, paths } = forecast(model, history, { horizon, ...(future && { future }) });
      const expected = byPredictions(model, history, horizon, F, 0, future);
      for (const [step, each] of expected.entries()) expectBits(point.pick(null, step), each);
      expect([levels, quantiles.shape, paths.shape]).toEqual([[], [B, horizon, 0], [B, 0, horizon, F]]);
    },
  );

  ptest.prop([fc.record(shapes)], { numRuns: 20 })(
    'gives the quantiles along the median, to the bit',
    ({ B, T, F, horizon }) => {
      const model = make(F, 3 * F);
      const history = histories(B, T, F);
      const { point, levels, quantiles } = forecast(model, history, {
        horizon,
        loss: new QuantileLoss({ quantiles: QUANTILES }),
      });
      const expected = byPredictions(model, history, horizon, F, F); // 0.4 is nearest to the median
      for (const [step, each] of expected.entries()) {
        expectBits(quantiles.pick(null, step), each);
        expectBits(point.pick(null, step), each.lo(0, F).hi(null, F));
      }
      expect(levels).toEqual(QUANTILES);
      expect(new Pinball({ quantiles: QUANTILES }).evaluate(quantiles, point)).toBeGreaterThan(0); // as metrics take them
    },
  );

  it('knows the loss of a compiled model', () => {
    const history = histories(2, 4, 1);
    const model = make(1, 2).compile({ optimizer: new Adam(), loss: new GaussianNLL() });
    expect(forecast(model, history, { horizon: 3 }).point.shape).toEqual([2, 3, 1]);
    expect(forecast(make(2, 2), histories(2, 4, 2), { horizon: 3 }).point.shape).toEqual([2, 3, 2]);
    const squared = make(2, 2).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    expect(forecast(squared, histories(2, 4, 2), { horizon: 1, loss: new GaussianNLL() }).point.shape).toEqual([
      2, 1, 1,
    ]);
  });

  const drawing: readonly (readonly [string, number, ForecastOptions])[] = [
    ['GaussianNLL', 4, { horizon: 4, paths: 5, loss: new GaussianNLL() }],
    ['QuantileLoss', 6, { horizon: 4, paths: 5, loss: new QuantileLoss({ quantiles: QUANTILES }) }],
    ['residuals', 2, { horizon: 4, paths: 5, residuals: randomNormal([20, 2], { seed: 9 }) }],
  ];

  it.each(drawing)(
    'forecasts several series as one at a time, of differing lengths, to the bit: %s',
    (_, outputs, options) => {
      const model = make(3, outputs);
      const history = histories(3, 5, 3);
      const lengths = [5, 2, 3];
      const future = histories(3, 4, 1, 7);
      const together = forecast(model, history, { ...options, lengths, future, seed: 4, firstRow: 2 });
      for (const [b, length] of lengths.entries()) {
        const one = history.lo(b).hi(1, length);
        const alone = forecast(model, one, { ...options, future: future.lo(b).hi(1), seed: 4, firstRow: 2 + b });
        for (const part of ['point', 'quantiles', 'paths'] as const)
          expectBits(together[part].lo(b).hi(1), alone[part]);
      }
      expect(forecast(model, history, { ...options, lengths, future, seed: 5, firstRow: 2 }).paths).not.toEqual(
        together.paths,
      );
      expect(together.paths.shape).toEqual([3, 5, 4, 2]);
    },
  );

  it('draws paths of a Gaussian model that have its quantiles one step ahead', () => {
    for (const [loss, deviation] of [
      [new GaussianNLL(), (v: number) => Math.exp(v / 2)],
      [new GaussianNLL({ spread: 'variance', minVariance: 0.04 }), (v: number) => Math.sqrt(Math.max(v, 0.04))],
    ] as const) {
      const model = make(1, 2);
      const history = histories(2, 4, 1);
      const paths = 20_000;
      const { quantiles } = forecast(model, history, { horizon: 1, loss, paths, quantiles: QUANTILES, seed: 3 });
      const y = model.predict(history);
      for (let b = 0; b < 2; b++) {
        for (const [k, q] of QUANTILES.entries()) {
          const sd = deviation(y.get(b, 1));
          const z = normalQuantile(q);
          const error = Math.sqrt((q * (1 - q)) / paths) / (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)); // of a sample quantile
          expect(Math.abs((quantiles.get(b, 0, k) - y.get(b, 0)) / sd - z)).toBeLessThan(4 * error);
        }
      }
    }
  });

  it('draws paths between the quantiles, and clamped outside', () => {
    const model = make(1, 3);
    model.parameters.get('dense1.bias').assign(tensor([-5, 0, 7]));
    const history = histories(1, 4, 1);
    const [low, middle, high] = model.predict(history).pick(0).toArray() as [number, number, number];
    const { paths } = forecast(model, history, {
      horizon: 1,
      paths: 20_000,
      loss: new QuantileLoss({ quantiles: QUANTILES }),
    });
    const drawn = [...paths.data];
    const share = (of: (v: number) => boolean) => drawn.filter(of).length / drawn.length;
    const within = (v: number, a: number, b: number) => v > Math.min(a, b) && v < Math.max(a, b);
    expect(share((v) => v === low)).toBeCloseTo(0.1, 2);
    expect(share((v) => within(v, low, middle))).toBeCloseTo(0.3, 2);
    expect(share((v) => v === high)).toBeCloseTo(0.1, 2);
    expect(drawn.every((v) => v === low || v === high || within(v, low, middle) || within(v, middle, high))).toBe(true);
  });

  it('adds past errors of one time step together', () => {
    const model = make(2, 2);
    const history = histories(1, 4, 2);
    const residuals = Array.from({ length: 4 }, (_, r) => [r, 10 * r]);
    const given = { data: residuals.flat(), shape: [4, 2], stride: [2, 1], offset: 0 };
    const { paths } = forecast(model, history, { horizon: 1, paths: 400, residuals: given });
    const y = model.predict(history);
    const errors = Array.from({ length: 400 }, (_, p) =>
      [0, 1].map((j) => Math.round(paths.get(0, p, 0, j) - y.get(0, j))),
    );
    for (const each of residuals) {
      const count = errors.filter(([a, b]) => a === each[0] && b === each[1]).length;
      expect(Math.abs(count / 400 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 400));
    }
  });

  it('computes quantiles of the paths, of each value', () => {
    const model = make(2, 4);
    const { paths, quantiles, levels } = forecast(model, histories(2, 4, 2), {
      horizon: 3,
      paths: 5,
      loss: new GaussianNLL(),
    });
    expect(levels).toEqual([0.05, 0.5, 0.95]);
    for (const [b, step, j] of [
      [0, 0, 0],
      [1, 2, 1],
      [0, 1, 1],
    ] as const) {
      const sorted = [0, 1, 2, 3, 4].map((p) => paths.get(b, p, step, j)).sort((a, c) => a - c);
      expect(quantiles.get(b, step, 2 + j)).toBe(sorted[2]);
      expect(quantiles.get(b, step, j)).toBeCloseTo(sorted[0]! + 0.2 * (sorted[1]! - sorted[0]!), 6);
    }
  });

  it('feeds back what it drew', () => {
    const model = make(1, 2);
    const history = histories(1, 4, 1);
    const { paths } = forecast(model, history, { horizon: 2, paths: 1, loss: new GaussianNLL(), seed: 8 });
    const drawn = zeros([1, 1]);
    drawn.set(0, 0, paths.get(0, 0, 0, 0));
    const y = model.predict(longer(history, drawn));
    const random = new Random(8, 0).fork(0);
    random.normal();
    expect(paths.get(0, 0, 1, 0)).toBe(Math.fround(y.get(0, 0) + exp(y.get(0, 1) / 2) * random.normal()));
  });

  ptest.prop([fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat(9)], { numRuns: 20 })(
    'takes series of any lengths in arrays, known inputs and errors too',
    (lengths, seed) => {
      const model = make(2, 1);
      const series = lengths.map((T, k) => randomNormal([T, 2], { seed: 10 * seed + k }));
      const { x, lengths: steps } = pad(series);
      const [future, residuals] = [randomNormal([lengths.length, 2, 1], { seed }), randomNormal([4, 1], { seed })];
      const options = { horizon: 3, paths: 2, future, residuals };
      const expected = forecast(model, x, { ...options, lengths: steps });
      const lists = { future: future.toArray() as number[][][], residuals: residuals.toArray() as number[][] };
      const nested = series.map((each, k) => (k % 2 ? each : (each.toArray() as number[][])));
      expect(forecast(model, nested, { ...options, ...lists })).toEqual(expected);
      const ragged = lists.future.map((rows, k) => (k === 0 ? [...rows, [Number.NaN]] : rows)); // more than it reads
      expect(forecast(model, series, { ...options, future: ragged })).toEqual(expected);
    },
  );

  it('refuses what is not finite where it counts, and says where', () => {
    const model = make(2, 1);
    const words = (argument: string, place: string) =>
      `forecast: "${argument}" must hold finite numbers; received NaN at ${place}. Fill gaps of the series first`;
    const history = histories(2, 4, 2);
    history.set(1, 3, 1, Number.NaN);
    const future = zeros([2, 2, 1]);
    const options = { horizon: 3, future };
    expect(() => forecast(model, history, options)).toThrow(words('history', 'row 1, step 3, feature 1'));
    expect(forecast(model, history, { ...options, lengths: [4, 3] }).point.shape).toEqual([2, 3, 1]);
    const late = tensor(future);
    late.set(0, 1, 0, Number.NaN);
    const good = histories(2, 4, 2);
    expect(() => forecast(model, good, { horizon: 3, future: late })).toThrow(
      words('future', 'row 0, step 1, feature 0'),
    );
    expect(forecast(model, good, { horizon: 2, future: late }).point.shape).toEqual([2, 2, 1]);
    const residuals = tensor([[1], [Number.NaN]]);
    expect(() => forecast(model, good, { ...options, residuals, paths: 1 })).toThrow(
      words('residuals', 'row 1, value 0'),
    );
    const infinite = tensor([[[1, Infinity]]]);
    expect(() => forecast(model, infinite, { horizon: 1 })).toThrow('received Infinity at row 0, step 0, feature 1');
    const masking = new Sequential([
      new Masking({ maskValue: Number.NaN }),
      new GRU({ units: 2 }),
      new Dense({ units: 1 }),
    ]);
    const gap = tensor([[[1], [Number.NaN], [2]]]);
    const { point } = forecast(masking.build(1), gap, { horizon: 2 });
    expect(point.toArray()).toEqual(forecast(masking, tensor([[[1], [2]]]), { horizon: 2 }).point.toArray());
    expect(() => forecast(model, [[[1, 2]], []], options)).toThrow('"history[1]" must have at least one time step');
    expect(() => forecast(model, good, { horizon: 3, future: [[[1]], [[1], [2]]] })).toThrow(
      '"future[0]" must have at least 2',
    );
  });

  it('has the element type of the model', () => {
    expect(forecast(make(1, 1).astype('float64'), histories(1, 4, 1), { horizon: 2 }).point.dtype).toBe('float64');
  });
});
