import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  CTCLoss,
  GaussianNLL,
  Huber,
  type Loss,
  MeanSquaredError,
  QuantileLoss,
  type Reduction,
  randomNormal,
  randomUniform,
  SoftmaxCrossEntropy,
  SplitLoss,
  Tensor,
  tensor,
} from '../../lib/index.ts';
import { largestDifference } from '../support/bits.ts';

const dtype = 'float64';

interface Kind {
  readonly make: (reduction: Reduction) => Loss;
  /** Targets of a row of 4 features: class numbers, or so many. */
  readonly targets: 'classes' | number;
  /** Class weights of its own, by which a mean divides too. */
  readonly classWeights?: readonly number[];
}

const classWeights = [0.5, 2, 0, 1.5];
const KINDS: Readonly<Record<string, Kind>> = {
  MeanSquaredError: { make: (reduction) => new MeanSquaredError({ reduction }), targets: 4 },
  Huber: { make: (reduction) => new Huber({ reduction, delta: 0.3 }), targets: 4 },
  'SoftmaxCrossEntropy of classes': { make: (reduction) => new SoftmaxCrossEntropy({ reduction }), targets: 'classes' },
  'SoftmaxCrossEntropy with class weights': {
    make: (reduction) => new SoftmaxCrossEntropy({ reduction, classWeights }),
    targets: 'classes',
    classWeights,
  },
  BinaryCrossEntropy: { make: (reduction) => new BinaryCrossEntropy({ reduction, labelSmoothing: 0.1 }), targets: 4 },
  'BinaryCrossEntropy of rows': {
    make: (reduction) => new BinaryCrossEntropy({ reduction, sumFeatures: true }),
    targets: 4,
  },
  QuantileLoss: { make: (reduction) => new QuantileLoss({ reduction, quantiles: [0.1, 0.9] }), targets: 2 },
  GaussianNLL: { make: (reduction) => new GaussianNLL({ reduction }), targets: 2 },
  SplitLoss: {
    make: (reduction) =>
      new SplitLoss({
        a: { loss: new MeanSquaredError({ reduction }), size: 3 },
        b: { loss: new BinaryCrossEntropy({ reduction }), size: 1, weight: 0.5 },
      }),
    targets: 4,
  },
};

const drawn = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS)),
  reduction: fc.constantFrom('mean' as const, 'sum' as const),
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1e6),
  weighted: fc.constantFrom('no', 'rows', 'steps'),
  masked: fc.boolean(),
});

/** Weights in eighths, some of them 0, and a mask with gaps. */
function counting(B: number, T: number, seed: number) {
  const eighths = (shape: number[]): Tensor => {
    const t = randomUniform(shape, { seed, low: -2, high: 4, dtype });
    t.data.forEach((v, k) => {
      t.data[k] = Math.max(0, Math.round(v * 8) / 8);
    });
    return t;
  };
  const mask = randomUniform([B, T], { seed: seed + 1, low: 0, high: 1 });
  mask.data.forEach((v, k) => {
    mask.data[k] = v < 0.7 ? 1 : 0;
  });
  return { rows: eighths([B]), steps: eighths([B, T]), mask };
}

describe('weights and masks of an evaluation', () => {
  ptest.prop([drawn])('are sums over rows (E13)', ({ kind, reduction, B, T, seed, weighted, masked }) => {
    const { make, targets, classWeights: own } = KINDS[kind]!;
    const loss = make(reduction);
    const y = randomNormal([B, T, 4], { seed, dtype });
    const t = randomUniform(targets === 'classes' ? [B, T] : [B, T, targets], {
      seed: seed + 2,
      low: 0,
      high: 1,
      dtype,
    });
    if (targets === 'classes') {
      t.data.forEach((v, k) => {
        t.data[k] = Math.floor(v * 4);
      });
    }
    const { rows, steps, mask } = counting(B, T, seed);
    const target = t.copy();
    if (masked) {
      // What does not count may hold anything.
      const size = t.size / (B * T);
      mask.data.forEach((m, k) => {
        if (m === 0) target.data.fill(Number.NaN, k * size, (k + 1) * size);
      });
    }
    const got = loss.evaluate(y, target, {
      ...(weighted === 'rows' && { weights: rows }),
      ...(weighted === 'steps' && { weights: steps }),
      ...(masked && { mask }),
    });

    // Each row alone, by its sum.
    const one = make('sum');
    const perRow = reduction === 'mean' ? one.lossesPerRow(4) : 1;
    let [sum, total] = [0, 0];
    const gradient = new Float64Array(y.size);
    for (let b = 0; b < B; b++) {
      for (let s = 0; s < T; s++) {
        const k = b * T + s;
        const counts = masked ? mask.data[k]! : 1;
        const w = counts * (weighted === 'rows' ? rows.get(b) : weighted === 'steps' ? steps.get(b, s) : 1);
        const row =
          t.shape.length === 2
            ? tensor([t.get(b, s)])
            : tensor([Array.from(t.pick(b, s, null).copy().data)], { dtype });
        const alone = one.evaluate(tensor([Array.from(y.data.slice(4 * k, 4 * k + 4))], { dtype }), row);
        sum += w * alone.loss;
        total += w * (own?.[t.get(b, s)] ?? 1);
        for (let j = 0; j < 4; j++) gradient[4 * k + j] = w * alone.gradient.get(0, j);
        const size = alone.each.size;
        const each = Array.from(got.each.data.slice(k * size, (k + 1) * size));
        const expected = Array.from(alone.each.data, (l) => l * counts);
        if (kind !== 'SplitLoss') expect(largestDifference(each, expected)).toBeLessThan(1e-12);
      }
    }
    const split = kind === 'SplitLoss';
    const scale = reduction === 'sum' ? 1 : 1 / ((total || 1) * (split ? 1 : perRow));
    if (split && reduction === 'mean') return; // a part divides by its own features: the next test
    expect(got.loss).toBeCloseTo(sum * scale, 10);
    expect(got.gradient.shape).toEqual([B, T, 4]);
    const scaled = Array.from(gradient, (g) => g * scale);
    expect(largestDifference(Array.from(got.gradient.data), scaled)).toBeLessThan(1e-12);
  });

  it('weights the parts of a SplitLoss alike', () => {
    const loss = KINDS.SplitLoss!.make('mean') as SplitLoss;
    const [y, t] = [
      randomNormal([3, 2, 4], { seed: 1, dtype }),
      randomUniform([3, 2, 4], { seed: 2, low: 0, high: 1 }),
    ];
    const options = { weights: tensor([2, 0.5, 1]), lengths: [2, 1, 0] };
    const { a, b } = loss.evaluateParts(y, t, options);
    expect(loss.evaluate(y, t, options).loss).toBeCloseTo(a! + 0.5 * b!, 12);
    const first = new MeanSquaredError().evaluate(y.hi(3, 2, 3), t.hi(3, 2, 3), options);
    expect(a).toBeCloseTo(first.loss, 12);
  });

  it('weights the sequences of CTC', () => {
    const y = randomNormal([3, 5, 4], { seed: 1, dtype });
    const t = tensor([
      [1, 2],
      [3, -1],
      [2, 2],
    ]);
    const lengths = [5, 3, 4];
    const plain = new CTCLoss({ reduction: 'sum' }).evaluate(y, t, { lengths });
    const got = new CTCLoss().evaluate(y, t, { lengths, weights: tensor([2, 0, 0.5]) });
    expect(got.loss).toBeCloseTo((2 * plain.each.get(0) + 0.5 * plain.each.get(2)) / 2.5, 12);
    expect(got.gradient.get(0, 1, 2)).toBeCloseTo((plain.gradient.get(0, 1, 2) * 2) / 2.5, 12);
    expect(Array.from(got.gradient.pick(1, null, null).copy().data).every((g) => g === 0)).toBe(true);
  });

  it('is 0 where nothing counts', () => {
    const { loss, gradient, each } = new MeanSquaredError().evaluate(
      new Tensor({ data: new Float32Array(4).fill(3) }, [1, 2, 2]),
      new Tensor({ data: new Float32Array(4) }, [1, 2, 2]),
      { lengths: [0] },
    );
    expect(loss).toBe(0);
    expect([gradient.shape, each.shape]).toEqual([
      [1, 2, 2],
      [1, 2, 2],
    ]);
    expect([...gradient.data, ...each.data].every((v) => v === 0)).toBe(true);
  });

  it('names the row of a wrong target that counts', () => {
    const t = tensor([
      [0, 9],
      [9, 5],
    ]);
    const options = {
      mask: tensor([
        [1, 0],
        [0, 1],
      ]),
    };
    expect(() => new SoftmaxCrossEntropy().evaluate(randomNormal([2, 2, 3], { seed: 1 }), t, options)).toThrow(
      'SoftmaxCrossEntropy.evaluate: "target" must contain class numbers from 0 to 2; received 5',
    );
  });
});
