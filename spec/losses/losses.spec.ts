import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  MeanSquaredError,
  randomNormal,
  randomUniform,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const { exp, log, LN2 } = Math;
const KINDS = { MeanSquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy } as const;
type Name = keyof typeof KINDS;

/** A loss of every position of rows [n, F], in float64. */
const NAIVE: Readonly<Record<Name, (y: number[], t: number[]) => number[]>> = {
  MeanSquaredError: (y, t) => y.map((v, j) => (v - t[j]!) ** 2),
  BinaryCrossEntropy: (y, t) => y.map((v, j) => -t[j]! * log(1 / (1 + exp(-v))) - (1 - t[j]!) * log(1 / (1 + exp(v)))),
  SoftmaxCrossEntropy: (y, t) => {
    const sum = y.reduce((total, v) => total + exp(v), 0);
    return [y.reduce((total, v, j) => total - t[j]! * log(exp(v) / sum), 0)];
  },
};

function rowsOf({ data }: Tensor, F: number): number[][] {
  return Array.from({ length: data.length / F }, (_, i) => Array.from(data.slice(i * F, (i + 1) * F)));
}

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });

describe.each(Object.keys(KINDS) as Name[])('%s', (name) => {
  const Loss = KINDS[name];
  const targetOf = (shape: number[], seed: number) => randomUniform(shape, { seed, dtype: 'float64' });

  ptest.prop([shapes, fc.nat(99)])('is the formula at every position, and its mean or sum', (shape, seed) => {
    const y = randomNormal(shape, { seed, dtype: 'float64' });
    const t = targetOf(shape, seed + 1);
    const F = shape.at(-1)!;
    const each = rowsOf(y, F).flatMap((row, i) => NAIVE[name](row, rowsOf(t, F)[i]!));
    const sum = each.reduce((a, b) => a + b, 0);
    const mean = new Loss().evaluate(y, t);
    const summed = new Loss({ reduction: 'sum' }).evaluate(y, t);
    expect(largestDifference(mean.each.data, Float64Array.from(each), 10)).toBeLessThan(1e-14);
    expect(mean.each.shape).toEqual(name === 'SoftmaxCrossEntropy' ? shape.slice(0, -1) : shape);
    expect(mean.loss).toBeCloseTo(sum / each.length, 12);
    expect(summed.loss).toBeCloseTo(sum, 11);
    expect(mean.gradient.shape).toEqual(shape);
    const scaled = Float64Array.from(summed.gradient.data, (g) => g / each.length);
    expect(largestDifference(mean.gradient.data, scaled)).toBeLessThan(1e-15);
  });

  ptest.prop([shapes, fc.nat(99)])('has the gradient of finite differences', (shape, seed) => {
    const y = randomNormal(shape, { seed, dtype: 'float64' });
    const t = targetOf(shape, seed + 1);
    const loss = new Loss();
    const { gradient } = loss.evaluate(y, t);
    const h = 1e-5;
    const at = (j: number, by: number): number => {
      const moved = y.copy();
      moved.data[j]! += by;
      return loss.evaluate(moved, t).loss;
    };
    const numeric = Float64Array.from(y.data, (_, j) => (at(j, h) - at(j, -h)) / (2 * h));
    expect(largestDifference(gradient.data, numeric)).toBeLessThan(1e-8);
  });

  it('takes any view, and float32 as float32', () => {
    const y = randomNormal([3, 4], { seed: 1 });
    const t = targetOf([3, 4], 2);
    const { loss, gradient } = new Loss().evaluate(y, t);
    const turned = new Loss().evaluate(y.T.copy().T, t.T.copy().T);
    expect(turned.loss).toBe(loss);
    expectBits(turned.gradient, gradient);
    expect(gradient.dtype).toBe('float32');
    expect(new Loss().evaluate(t, t).gradient.dtype).toBe('float64');
  });

  it('a row’s loss and gradient do not depend on the batch, but for the mean', () => {
    const y = randomNormal([4, 3], { seed: 1 });
    const t = targetOf([4, 3], 2);
    const loss = new Loss({ reduction: 'sum' });
    const whole = loss.evaluate(y, t);
    for (let b = 0; b < 4; b++) {
      const alone = loss.evaluate(y.lo(b).hi(1), t.lo(b).hi(1));
      expectBits(alone.gradient, whole.gradient.lo(b).hi(1));
      expectBits(alone.each, whole.each.lo(b).hi(1));
    }
  });

  it('keeps results apart that it computed in one memory', () => {
    const loss = new Loss();
    const make = (shape: number[], dtype: 'float32' | 'float64') => {
      const [y, t] = [randomNormal(shape, { seed: 1, dtype }), targetOf(shape, 2)];
      return { result: loss.evaluate(y, t), fresh: () => new Loss().evaluate(y, t) };
    };
    const runs = [make([2, 3], 'float32'), make([40, 90], 'float32'), make([3, 2], 'float64'), make([1, 1], 'float32')];
    for (const { result, fresh } of runs) {
      const { loss, gradient, each } = fresh();
      expect(result.loss).toBe(loss);
      expectBits(result.gradient, gradient);
      expectBits(result.each, each);
    }
  });

  it('counts each time step', () => {
    const y = randomNormal([2, 5, 3], { seed: 1 });
    const t = targetOf([2, 5, 3], 2);
    const steps = Array.from({ length: 5 }, (_, k) => new Loss().evaluate(y.pick(null, k), t.pick(null, k)).loss);
    const { loss } = new Loss().evaluate(y, t);
    expect(loss).toBeCloseTo(steps.reduce((a, b) => a + b, 0) / 5, 12);
  });
});

describe('SoftmaxCrossEntropy', () => {
  ptest.prop([fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.nat(99), fc.boolean()])(
    'of class numbers is that of one-hot rows, bit for bit',
    (rows, F, seed, time) => {
      const shape = time ? [rows, 3, F] : [rows, F];
      const y = randomNormal(shape, { seed, sd: 5 });
      const classes = Float32Array.from({ length: y.size / F }, (_, i) => (i * 7 + seed) % F);
      const hot = zeros(shape);
      classes.forEach((k, i) => {
        hot.data[i * F + k] = 1;
      });
      const sparse = new SoftmaxCrossEntropy().evaluate(y, {
        data: classes,
        shape: shape.slice(0, -1),
        stride: time ? [3, 1] : [1],
        offset: 0,
      });
      const dense = new SoftmaxCrossEntropy().evaluate(y, hot);
      expect(sparse.loss).toBe(dense.loss);
      expectBits(sparse.gradient, dense.gradient);
      expectBits(sparse.each, dense.each);
    },
  );

  it('stays finite and exact for extreme logits', () => {
    const loss = new SoftmaxCrossEntropy({ reduction: 'sum' });
    const { each, gradient } = loss.evaluate(
      tensor([
        [1e4, 0],
        [-1e30, 0],
        [3e38, 3e38],
        [0, 0],
      ]),
      tensor([1, 1, 0, 1]),
    );
    expectBits(each, tensor([1e4, 0, 3e38, LN2].map((v, i) => (i === 2 ? each.get(2) : v))));
    expect(each.get(2) / 3e38).toBeLessThan(1e-6);
    expectBits(
      gradient,
      tensor([
        [1, -1],
        [0, 0],
        [-0.5, 0.5],
        [0.5, -0.5],
      ]),
    );
  });

  it('names what is wrong with class numbers', () => {
    expect(() => new SoftmaxCrossEntropy().evaluate(zeros([2, 3]), tensor([0, 3]))).toThrow(
      'SoftmaxCrossEntropy.evaluate: "target" must contain class numbers from 0 to 2; received 3',
    );
    expect(() => new SoftmaxCrossEntropy().evaluate(zeros([2, 3]), zeros([3]))).toThrow(
      /have the prediction's shape \[2, 3\] or, for class numbers, \[2\]; received \[3\]/,
    );
  });
});

describe('BinaryCrossEntropy', () => {
  it('stays finite and exact for extreme logits', () => {
    const { each, gradient } = new BinaryCrossEntropy({ reduction: 'sum' }).evaluate(
      tensor([1e4, 1e4, -1e4, -1e4, 3e38, 0]),
      tensor([1, 0, 0, 1, 1, 1]),
    );
    expectBits(each, tensor([0, 1e4, 0, 1e4, 0, LN2]));
    expectBits(gradient, tensor([0, 1, 0, -1, 0, -0.5]));
  });

  it('keeps the tail: a confident right answer still costs something', () => {
    const { loss } = new BinaryCrossEntropy().evaluate(tensor([30]), tensor([1]));
    expect(loss / exp(-30)).toBeCloseTo(1, 5);
  });
});

describe('MeanSquaredError', () => {
  it('does not overflow where float32 sums would', () => {
    expect(new MeanSquaredError().evaluate(tensor([1e30]), tensor([0])).loss / 1e60).toBeCloseTo(1, 6);
  });
});
