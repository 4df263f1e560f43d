import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  ElementwiseLoss,
  GaussianNLL,
  Huber,
  LogCosh,
  type Loss,
  MeanAbsoluteError,
  QuantileLoss,
  type Reduction,
  randomNormal,
  randomUniform,
  SoftmaxCrossEntropy,
  SplitLoss,
  Tensor,
  tensor,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const { LN2, PI, abs, cosh, exp, log } = Math;
const dtype = 'float64';
type Row = readonly number[];

interface Kind {
  readonly make: (reduction: Reduction) => Loss;
  /** Features of a prediction for F targets. */
  readonly width: (F: number) => number;
  /** What a row counts in the mean. */
  readonly weight?: (t: Row) => number;
  readonly predict?: 'probabilities' | 'distribution';
  readonly target: 'number' | 'share' | 'class';
  /** The losses of a row, from the definition. */
  readonly losses: (y: Row, t: Row) => number[];
}

const same = (F: number): number => F;
const weights = [0.5, 2, 0, 1.5];
const softmax = (a: Row): number[] => {
  const powers = a.map(exp);
  const sum = powers.reduce((x, y) => x + y, 0);
  return powers.map((p) => p / sum);
};
const dot = (a: Row, b: Row): number => a.reduce((sum, v, j) => sum + v * b[j]!, 0);
const sigmoid = (a: number): number => 1 / (1 + exp(-a));
const ofError = (f: (e: number) => number) => (y: Row, t: Row) => y.map((v, j) => f(v - t[j]!));
const binary = (p: Row, t: Row, w = 1): number[] => p.map((v, j) => -w * t[j]! * log(v) - (1 - t[j]!) * log(1 - v));
const sumOf = (list: Row): number => list.reduce((a, b) => a + b, 0);

const KINDS: Readonly<Record<string, Kind>> = {
  MeanAbsoluteError: {
    make: (reduction) => new MeanAbsoluteError({ reduction }),
    width: same,
    target: 'number',
    losses: ofError(abs),
  },
  Huber: {
    make: (reduction) => new Huber({ reduction, delta: 0.7 }),
    width: same,
    target: 'number',
    losses: ofError((e) => (abs(e) <= 0.7 ? e ** 2 / 2 : 0.7 * (abs(e) - 0.35))),
  },
  LogCosh: {
    make: (reduction) => new LogCosh({ reduction }),
    width: same,
    target: 'number',
    losses: ofError((e) => log(cosh(e))),
  },
  QuantileLoss: {
    make: (reduction) => new QuantileLoss({ reduction, quantiles: [0.1, 0.5, 0.75] }),
    width: (F) => 3 * F,
    target: 'number',
    losses: (y, t) =>
      [0.1, 0.5, 0.75].flatMap((q, k) =>
        t.map((v, j) => {
          const d = v - y[k * t.length + j]!;
          return Math.max(q * d, (q - 1) * d);
        }),
      ),
  },
  'GaussianNLL of log variances': {
    make: (reduction) => new GaussianNLL({ reduction }),
    width: (F) => 2 * F,
    target: 'number',
    losses: (y, t) => t.map((v, j) => (y[t.length + j]! + (y[j]! - v) ** 2 * exp(-y[t.length + j]!)) / 2),
  },
  'GaussianNLL of variances': {
    make: (reduction) => new GaussianNLL({ reduction, spread: 'variance', full: true }),
    width: (F) => 2 * F,
    predict: 'probabilities',
    target: 'number',
    losses: (y, t) =>
      t.map((v, j) => {
        const variance = y[t.length + j]!;
        return -log(exp(-((y[j]! - v) ** 2) / (2 * variance)) / Math.sqrt(2 * PI * variance));
      }),
  },
  'SoftmaxCrossEntropy, smoothed': {
    make: (reduction) => new SoftmaxCrossEntropy({ reduction, labelSmoothing: 0.2 }),
    width: same,
    target: 'class',
    losses: (a, [c]) => {
      const p = softmax(a);
      return [sumOf(p.map((v, j) => -(0.8 * Number(j === c) + 0.2 / a.length) * log(v)))];
    },
  },
  'SoftmaxCrossEntropy, weighted, smoothed, a class ignored': {
    make: (reduction) =>
      new SoftmaxCrossEntropy({ reduction, labelSmoothing: 0.2, classWeights: weights, ignoreIndex: 1 }),
    width: () => 4,
    target: 'class',
    weight: ([c]) => (c === 1 ? 0 : weights[c!]!),
    losses: (a, [c]) => {
      const p = softmax(a);
      if (c === 1) return [0];
      return [sumOf(p.map((v, j) => -weights[j]! * (0.8 * Number(j === c) + 0.05) * log(v)))];
    },
  },
  'SoftmaxCrossEntropy, weighted shares': {
    make: (reduction) => new SoftmaxCrossEntropy({ reduction, classWeights: weights }),
    width: () => 4,
    target: 'share',
    losses: (a, t) => [
      -dot(
        softmax(a).map((p, j) => weights[j]! * log(p)),
        t,
      ),
    ],
  },
  'SoftmaxCrossEntropy from probabilities': {
    make: (reduction) => new SoftmaxCrossEntropy({ reduction, from: 'probabilities' }),
    width: same,
    predict: 'probabilities',
    target: 'class',
    losses: (p, [c]) => [-log(p[c!]!)],
  },
  'BinaryCrossEntropy, weighted and smoothed': {
    make: (reduction) => new BinaryCrossEntropy({ reduction, positiveWeight: 3, labelSmoothing: 0.1 }),
    width: same,
    target: 'share',
    losses: (a, t) =>
      binary(
        a.map(sigmoid),
        t.map((v) => 0.9 * v + 0.05),
        3,
      ),
  },
  'BinaryCrossEntropy, summed': {
    make: (reduction) => new BinaryCrossEntropy({ reduction, sumFeatures: true }),
    width: same,
    target: 'share',
    losses: (a, t) => [sumOf(binary(a.map(sigmoid), t))],
  },
  'BinaryCrossEntropy from probabilities, summed': {
    make: (reduction) => new BinaryCrossEntropy({ reduction, from: 'probabilities', sumFeatures: true }),
    width: same,
    predict: 'probabilities',
    target: 'share',
    losses: (p, t) => [sumOf(binary(p, t))],
  },
};

interface Data {
  readonly y: Tensor;
  readonly t: Tensor;
  readonly each: number[];
  readonly weight: number;
}

function dataOf(kind: Kind, outer: readonly number[], features: number, seed: number): Data {
  const width = kind.width(features);
  const F = width === 4 && kind.target !== 'number' ? 4 : features;
  const shape = [...outer, kind.width(F)];
  const y =
    kind.predict === undefined
      ? randomNormal(shape, { seed, dtype })
      : randomUniform(shape, { seed, dtype, low: 0.1, high: 0.9 });
  const rows = y.size / kind.width(F);
  const classes = Float64Array.from({ length: rows }, (_, i) => (i * 7 + seed) % F);
  const t =
    kind.target === 'class'
      ? new Tensor({ data: classes }, outer)
      : kind.target === 'share'
        ? randomUniform([...outer, F], { seed: seed + 1, dtype })
        : randomNormal([...outer, F], { seed: seed + 1, dtype });
  const rowOf = ({ data }: Tensor, n: number, i: number): number[] => Array.from(data.slice(i * n, (i + 1) * n));
  const perRow = t.size / rows;
  const parts = Array.from({ length: rows }, (_, i) => [rowOf(y, y.size / rows, i), rowOf(t, perRow, i)] as const);
  const each = parts.flatMap(([a, b]) => kind.losses(a, b));
  const weight = sumOf(parts.map(([, b]) => kind.weight?.(b) ?? 1)) * (each.length / rows);
  return { y, t, each, weight };
}

const outers = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 2 });

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  ptest.prop([outers, fc.integer({ min: 1, max: 4 }), fc.nat(99)])(
    'is the formula at every position, and its weighted mean or sum',
    (outer, F, seed) => {
      const { y, t, each, weight } = dataOf(kind, outer, F, seed);
      const mean = kind.make('mean').evaluate(y, t);
      const sum = kind.make('sum').evaluate(y, t);
      each.forEach((loss, k) => {
        expect(abs(mean.each.data[k]! - loss)).toBeLessThan(1e-14 * Math.max(1, abs(loss)));
      });
      expect(sum.loss).toBeCloseTo(sumOf(each), 10);
      expect(mean.loss).toBeCloseTo(sumOf(each) / (weight || 1), 11);
      expect(mean.each.shape.slice(0, outer.length)).toEqual(outer);
      const scaled = Float64Array.from(sum.gradient.data, (g) => g / (weight || 1));
      expect(largestDifference(mean.gradient.data, scaled)).toBeLessThan(1e-14);
    },
  );

  it.each(['mean', 'sum'] as const)('has the gradient of finite differences, %s', (reduction) => {
    const { y, t } = dataOf(kind, [3, 2], 3, 5);
    const loss = kind.make(reduction);
    assertGradients({
      variables: { y },
      forward: () => ({ loss: tensor([loss.evaluate(y, t).loss], { dtype }) }),
      backward: ({ loss: dLoss }) => {
        const { gradient } = loss.evaluate(y, t);
        return { y: new Tensor({ data: gradient.data.map((v) => v * dLoss!.get(0)) }, gradient.shape) };
      },
    });
  });

  it('takes any view, and float32 as float32', () => {
    const { y, t } = dataOf(kind, [3, 4], 2, 1);
    const single = tensor(y, { dtype: 'float32' });
    const { loss, gradient, each } = kind.make('mean').evaluate(single, t);
    const turned = kind.make('mean').evaluate(single.transpose(1, 2, 0).copy().transpose(2, 0, 1), t);
    expect(turned.loss).toBe(loss);
    expectBits(turned.gradient, gradient);
    expect([gradient.dtype, each.dtype]).toEqual(['float32', 'float32']);
    expect(loss).toBeCloseTo(kind.make('mean').evaluate(y, t).loss, 5);
  });

  it('a row’s loss and gradient do not depend on the batch, but for the mean', () => {
    const { y, t } = dataOf(kind, [4], 3, 1);
    const loss = kind.make('sum');
    const whole = loss.evaluate(y, t);
    for (let b = 0; b < 4; b++) {
      const alone = loss.evaluate(y.lo(b).hi(1), t.lo(b).hi(1));
      expectBits(alone.gradient, whole.gradient.lo(b).hi(1));
      expectBits(alone.each, whole.each.lo(b).hi(1));
    }
  });

  it('is one of several outputs', () => {
    const { y, t } = dataOf(kind, [4], 3, 1);
    if (kind.target === 'class') return;
    const split = new SplitLoss({
      a: { loss: kind.make('mean'), size: y.shape[1]! },
      b: { loss: new MeanAbsoluteError(), size: 1, weight: 2 },
    });
    const [one, zero] = [tensor([[1], [1], [1], [1]]), tensor([[0], [0], [0], [0]])];
    const joined = (a: Tensor, b: Tensor) =>
      tensor(
        (a.toArray() as number[][]).map((row, i) => [...row, b.get(i, 0)]),
        { dtype },
      );
    const { loss, gradient } = split.evaluate(joined(y, one), joined(t, zero));
    const alone = kind.make('mean').evaluate(y, t);
    expect(loss).toBeCloseTo(alone.loss + 2, 11);
    expect(largestDifference(gradient.hi(4, y.shape[1]!).copy().data, alone.gradient.data)).toBeLessThan(1e-14);
  });
});

describe('at extreme values', () => {
  const [huge, tiny] = [1e200, 1e-200];
  const of = (loss: Loss, y: number[][], t: number[][]) => {
    const { each, gradient } = loss.evaluate(tensor(y, { dtype }), tensor(t, { dtype }));
    return { each: Array.from(each.data), gradient: Array.from(gradient.data) };
  };

  it('MeanAbsoluteError and Huber stay finite, and have no gradient at 0', () => {
    for (const loss of [new MeanAbsoluteError({ reduction: 'sum' }), new Huber({ reduction: 'sum' })]) {
      const { each, gradient } = of(loss, [[huge, -huge, 3]], [[0, 0, 3]]);
      expect([each[0]! / huge, each[1]! / huge, each[2]]).toEqual([1, 1, 0]);
      expect(gradient).toEqual([1, -1, 0]);
    }
  });

  it('LogCosh is exact near 0 and far away', () => {
    const { each, gradient } = of(new LogCosh({ reduction: 'sum' }), [[1e-9, huge, -800, 0]], [[0, 0, 0, 0]]);
    expect([each[0]! / 5e-19 - 1, gradient[0]! / 1e-9 - 1].map(abs).every((e) => e < 1e-15)).toBe(true);
    expect(each.slice(1)).toEqual([huge, 800 - LN2, 0]);
    expect(gradient.slice(1)).toEqual([1, -1, 0]);
  });

  it('LogCosh has no step where its formulas meet', () => {
    const near = of(new LogCosh({ reduction: 'sum' }), [[1, 1 + 2 ** -52]], [[0, 0]]);
    expect(abs(near.each[0]! - log(cosh(1)))).toBeLessThan(2e-16);
    expect(abs(near.each[1]! - near.each[0]!)).toBeLessThan(4e-16);
    expect(abs(near.gradient[1]! - near.gradient[0]!)).toBeLessThan(4e-16);
  });

  it('GaussianNLL bears variances of nearly 0 and of nearly infinity', () => {
    const { each, gradient } = of(
      new GaussianNLL({ reduction: 'sum' }),
      [
        [2, -2000],
        [2, 2000],
        [tiny, -800],
      ],
      [[2], [5], [0]],
    );
    expect(each).toEqual([-1000, 1000, -400]);
    expect(gradient.slice(0, 4)).toEqual([0, 0.5, 0, 0.5]);
    const variance = of(new GaussianNLL({ reduction: 'sum', spread: 'variance', minVariance: 0.01 }), [[1, 0]], [[1]]);
    expect(variance.each[0]).toBeCloseTo(log(0.01) / 2, 14);
    expect(variance.gradient[1]).toBeCloseTo(50, 12);
  });

  it('cross entropies of probabilities 0 and 1 stay finite', () => {
    const softmax = new SoftmaxCrossEntropy({ from: 'probabilities', reduction: 'sum' });
    expect(softmax.evaluate(tensor([[0, 1]], { dtype }), tensor([0])).loss).toBe(100);
    expect(softmax.evaluate(tensor([[0, 1]], { dtype }), tensor([1])).loss).toBe(0);
    const binary = of(
      new BinaryCrossEntropy({ from: 'probabilities', reduction: 'sum' }),
      [[0, 1, 1, 0]],
      [[0, 1, 0, 1]],
    );
    expect(binary.each).toEqual([0, 0, 100, 100]);
    expect(binary.gradient).toEqual([0, 0, 1e12, -1e12]);
  });

  it('BinaryCrossEntropy with weights does not overflow', () => {
    const loss = new BinaryCrossEntropy({ positiveWeight: [2, 2, 2, 2], reduction: 'sum' });
    expect(of(loss, [[1e4, -1e4, 1e4, -1e4]], [[1, 1, 0, 0]])).toEqual({
      each: [0, 2e4, 1e4, 0],
      gradient: [0, -2, 1, 0],
    });
  });
});

it('a mean over ignored rows alone is 0, with no gradient', () => {
  const { loss, gradient } = new SoftmaxCrossEntropy({ ignoreIndex: -1 }).evaluate(tensor([[1, 2]]), tensor([-1]));
  expect([loss, ...gradient.data]).toEqual([0, 0, 0]);
});

it('a loss of one’s own needs two formulas', () => {
  class Cauchy extends ElementwiseLoss {
    readonly kind = 'Cauchy';
    lossOf(y: number, t: number): number {
      return Math.log1p((y - t) ** 2);
    }
    gradientOf(y: number, t: number): number {
      return (2 * (y - t)) / (1 + (y - t) ** 2);
    }
  }
  const loss = new Cauchy({ reduction: 'sum' });
  expect(loss.evaluate(tensor([1, 3]), tensor([1, 2])).loss).toBe(LN2);
  expect(() => new Cauchy({ reduction: 'none' as never })).toThrow(/ElementwiseLoss/);
});
