import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Accuracy,
  AUC,
  BitsPerCharacter,
  ConfusionMatrix,
  Coverage,
  F1,
  MAE,
  MAPE,
  MASE,
  Metric,
  Perplexity,
  Pinball,
  Precision,
  Recall,
  RMSE,
  randomNormal,
  SMAPE,
  Tensor,
  tensor,
} from '../../lib/index.ts';

const { abs, exp, log, max, sqrt } = Math;
const dtype = 'float64';

/** A row of a prediction, its targets and its weight. */
interface Row {
  readonly y: readonly number[];
  readonly t: readonly number[];
  readonly weight: number;
}

interface Kind {
  readonly make: () => Metric;
  /** Features of a prediction. */
  readonly F: number;
  /** Targets of a row; with classes one class number. */
  readonly size: number;
  readonly classes?: number;
  readonly naive: (rows: readonly Row[]) => number;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const mean = (rows: readonly Row[], of: (row: Row) => number): number =>
  sum(rows.map((row) => row.weight * of(row))) / sum(rows.map(({ weight }) => weight));
const elements = (error: (y: number, t: number) => number) => (rows: readonly Row[]) =>
  mean(rows, ({ y, t }) => sum(y.map((v, j) => error(v, t[j]!))) / y.length);
const argMax = (y: readonly number[]): number => y.indexOf(max(...y));
const entropy = (rows: readonly Row[]): number => mean(rows, ({ y, t }) => log(sum(y.map(exp))) - y[t[0]!]!);

/** Mean over classes of a ratio of the rows of `top` to those of `bottom`, 0 where there are none. */
const perClass =
  (top: (row: Row, k: number) => number, bottom: (row: Row, k: number) => number) => (rows: readonly Row[]) =>
    sum(
      [0, 1, 2, 3].map((k) => {
        const all = sum(rows.map((row) => row.weight * bottom(row, k)));
        return all === 0 ? 0 : sum(rows.map((row) => row.weight * top(row, k))) / all / 4;
      }),
    );
const predicted = ({ y }: Row, k: number): number => Number(argMax(y) === k);
const actual = ({ t }: Row, k: number): number => Number(t[0] === k);
const both = (row: Row, k: number): number => predicted(row, k) * actual(row, k);

const KINDS: Readonly<Record<string, Kind>> = {
  Accuracy: {
    make: () => new Accuracy(),
    F: 4,
    size: 1,
    classes: 4,
    naive: (rows) => mean(rows, ({ y, t }) => Number(argMax(y) === t[0])),
  },
  'Accuracy of the best 2': {
    make: () => new Accuracy({ topK: 2 }),
    F: 4,
    size: 1,
    classes: 4,
    naive: (rows) => mean(rows, ({ y, t }) => Number(y.filter((v) => v > y[t[0]!]!).length < 2)),
  },
  'Accuracy of one score': {
    make: () => new Accuracy({ threshold: 0.25 }),
    F: 1,
    size: 1,
    classes: 2,
    naive: (rows) => mean(rows, ({ y, t }) => Number(y[0]! >= 0.25 === (t[0] === 1))),
  },
  Perplexity: { make: () => new Perplexity(), F: 4, size: 1, classes: 4, naive: (rows) => exp(entropy(rows)) },
  BitsPerCharacter: {
    make: () => new BitsPerCharacter(),
    F: 4,
    size: 1,
    classes: 4,
    naive: (rows) => entropy(rows) / log(2),
  },
  Precision: { make: () => new Precision(), F: 4, size: 1, classes: 4, naive: perClass(both, predicted) },
  Recall: { make: () => new Recall(), F: 4, size: 1, classes: 4, naive: perClass(both, actual) },
  F1: {
    make: () => new F1(),
    F: 4,
    size: 1,
    classes: 4,
    naive: perClass(
      (row, k) => 2 * both(row, k),
      (row, k) => predicted(row, k) + actual(row, k),
    ),
  },
  AUC: {
    make: () => new AUC(),
    F: 1,
    size: 1,
    classes: 2,
    naive: (rows) => {
      const [no, yes] = [0, 1].map((k) => rows.filter(({ t }) => t[0] === k));
      const pairs = yes!.flatMap((a) => no!.map((b) => [a.weight * b.weight, Math.sign(a.y[0]! - b.y[0]!)] as const));
      return sum(pairs.map(([w, s]) => (w * (1 + s)) / 2)) / sum(pairs.map(([w]) => w));
    },
  },
  RMSE: { make: () => new RMSE(), F: 3, size: 3, naive: (rows) => sqrt(elements((y, t) => (y - t) ** 2)(rows)) },
  MAE: { make: () => new MAE(), F: 3, size: 3, naive: elements((y, t) => abs(y - t)) },
  MAPE: { make: () => new MAPE(), F: 3, size: 3, naive: elements((y, t) => abs(y - t) / abs(t)) },
  SMAPE: { make: () => new SMAPE(), F: 3, size: 3, naive: elements((y, t) => (2 * abs(y - t)) / (abs(y) + abs(t))) },
  MASE: {
    make: () => new MASE({ history: tensor([1, 4, 2, 8, 5]), season: 2 }),
    F: 3,
    size: 3,
    naive: elements((y, t) => abs(y - t) / (8 / 3)),
  },
  Pinball: {
    make: () => new Pinball({ quantiles: [0.1, 0.7] }),
    F: 4,
    size: 2,
    naive: (rows) =>
      mean(rows, ({ y, t }) => {
        const losses = y.map((v, j) => {
          const [q, d] = [j < 2 ? 0.1 : 0.7, t[j % 2]! - v];
          return d > 0 ? q * d : (q - 1) * d;
        });
        return sum(losses) / 4;
      }),
  },
  Coverage: {
    make: () => new Coverage({ quantiles: 3 }),
    F: 6,
    size: 2,
    naive: (rows) => mean(rows, ({ y, t }) => sum(t.map((v, j) => Number(y[j]! <= v && v <= y[4 + j]!))) / 2),
  },
};

function dataOf({ F, size, classes }: Kind, outer: readonly number[], seed: number) {
  const prediction = randomNormal([...outer, F], { seed, dtype });
  const count = prediction.size / F;
  const target =
    classes === undefined
      ? randomNormal([...outer, size], { seed: seed + 1, dtype })
      : new Tensor({ data: Float64Array.from({ length: count }, (_, k) => (k * 7 + seed) % classes) }, outer);
  const weights = new Tensor({ data: Float64Array.from({ length: count }, (_, k) => ((k + seed) % 3) + 0.5) }, outer);
  const cut = ({ data }: Tensor, n: number, k: number) => Array.from(data.slice(k * n, (k + 1) * n));
  const rows = Array.from({ length: count }, (_, k): Row => {
    return { y: cut(prediction, F, k), t: cut(target, size, k), weight: weights.data[k]! };
  });
  return { prediction, target, weights, rows };
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  const outers = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 }));

  ptest.prop([outers, fc.nat(99)])('is the formula over all rows, with and without weights', (outer, seed) => {
    const { prediction, target, weights, rows } = dataOf(kind, outer, seed);
    const plain = kind.naive(rows.map((row) => ({ ...row, weight: 1 })));
    expect(kind.make().evaluate(prediction, target)).toBeCloseTo(plain, 10);
    expect(kind.make().evaluate(prediction, target, { weights })).toBeCloseTo(kind.naive(rows), 10);
  });

  ptest.prop([fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 8 }), fc.nat(99)])(
    'does not depend on the batches, to the bit',
    (B, at, seed) => {
      const { prediction, target } = dataOf(kind, [B, 2], seed);
      const whole = kind.make().evaluate(prediction, target);
      const parts = kind.make();
      const cut = 1 + (at % (B - 1));
      parts.add(prediction.hi(cut), target.hi(cut)).add(prediction.lo(cut), target.lo(cut));
      expect(parts.result()).toBe(whole);
    },
  );

  it('counts the time steps that a mask leaves, whatever the others hold', () => {
    const { prediction, target, rows } = dataOf(kind, [3, 4], 5);
    const lengths = [4, 1, 2];
    const kept = rows.filter((_, k) => k % 4 < lengths[Math.floor(k / 4)]!);
    const bad = target.copy();
    bad.data[Math.floor((7 * bad.size) / 12)] = Number.NaN; // row 1, step 3
    const expected = kind.naive(kept.map((row) => ({ ...row, weight: 1 })));
    expect(kind.make().evaluate(prediction, bad, { lengths })).toBeCloseTo(expected, 11);
  });

  it('takes a weight for each sequence', () => {
    const { prediction, target } = dataOf(kind, [3, 4], 5);
    const steps = tensor([2, 0, 1].map((w) => [w, w, w, w]));
    const perRow = kind.make().evaluate(prediction, target, { weights: tensor([2, 0, 1]) });
    expect(perRow).toBe(kind.make().evaluate(prediction, target, { weights: steps }));
  });

  it('is NaN without rows, begins again after reset, and adds nothing that it refuses', () => {
    const metric = kind.make();
    expect(metric.result()).toBeNaN();
    const { prediction, target } = dataOf(kind, [6, 2], 5);
    const result = metric.evaluate(prediction, target);
    const bad = target.copy();
    bad.data[bad.size - 1] = Number.NaN;
    expect(() => metric.add(prediction, bad)).toThrow(/"target" must/);
    expect(metric.result()).toBe(result);
    metric.reset();
    expect(metric.result()).toBeNaN();
    expect(metric.evaluate(prediction, target)).toBe(result);
  });
});

describe('ConfusionMatrix', () => {
  it('counts rows by class and predicted class', () => {
    const scores = tensor([
      [1, 5, 0],
      [3, 2, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    const matrix = new ConfusionMatrix();
    expect(matrix.result().size).toBe(0);
    const counts = [
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 2],
    ];
    expect(matrix.evaluate(scores, tensor([0, 1, 2, 2])).toArray()).toEqual(counts);
    expect(matrix.evaluate(scores, tensor([0, 1, 2, 2]), { weights: tensor([2, 0, 1, 0.5]) }).toArray()).toEqual([
      [0, 2, 0],
      [0, 0, 0],
      [0, 0, 1.5],
    ]);
  });

  it('has two classes for one score', () => {
    const scores = tensor([[0.5], [0.4], [0.9]]);
    expect(new ConfusionMatrix().evaluate(scores, tensor([1, 0, 0])).toArray()).toEqual([
      [1, 1],
      [0, 1],
    ]);
    const logits = new ConfusionMatrix({ threshold: 0 }).evaluate(tensor([[-1], [2]]), tensor([0, 1]));
    expect(logits.toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe('metrics of classes', () => {
  const scores = tensor([[0.9], [0.6], [0.1]]);
  const classes = tensor([1, 0, 1]);

  it('are those of class 1 with one score, or of any class', () => {
    expect([new Precision(), new Recall(), new F1()].map((m) => m.evaluate(scores, classes))).toEqual([0.5, 0.5, 0.5]);
    expect(new Precision({ label: 0 }).evaluate(scores, classes)).toBe(0);
    expect(new Recall({ threshold: 0.05 }).evaluate(scores, classes)).toBe(1);
  });

  it('count equal scores as one half in the area', () => {
    expect(new AUC().evaluate(tensor([[0.9], [0.4], [0.4]]), tensor([1, 1, 0]))).toBe(0.75);
  });

  it('ignore a class number', () => {
    const y = tensor([
      [0, 9],
      [0, 9],
    ]);
    const t = tensor([1, -1]);
    expect(new Accuracy({ ignoreIndex: -1 }).evaluate(y, t)).toBe(1);
    expect(new Perplexity({ ignoreIndex: -1 }).evaluate(y, t)).toBeCloseTo(1 + exp(-9), 12);
  });

  it('prefer the lower class of equal scores', () => {
    expect(
      new Accuracy().evaluate(
        tensor([
          [1, 1],
          [1, 1],
        ]),
        tensor([0, 1]),
      ),
    ).toBe(0.5);
    expect(
      new Accuracy({ topK: 2 }).evaluate(
        tensor([
          [1, 1],
          [1, 1],
        ]),
        tensor([0, 1]),
      ),
    ).toBe(1);
  });

  it('do not count NaN as right', () => {
    expect(new Accuracy().evaluate(tensor([[Number.NaN, 0]]), tensor([0]))).toBe(0);
    expect(new AUC().evaluate(tensor([[Number.NaN], [0]]), tensor([0, 1]))).toBeNaN();
  });

  it('bear extreme logits', () => {
    const perplexity = new Perplexity();
    perplexity.add(tensor([[1e4, 0]]), tensor([1]));
    expect([perplexity.entropy, perplexity.result()]).toEqual([1e4, Infinity]);
    expect(new BitsPerCharacter().evaluate(tensor([[-1e30, 0]]), tensor([1]))).toBe(0);
  });
});

describe('a metric of one’s own', () => {
  class Largest extends Metric {
    readonly kind = 'Largest';
    #value = 0;
    reset(): void {
      this.#value = 0;
    }
    addRow(y: Float64Array, t: Float64Array): void {
      y.forEach((v, j) => {
        this.#value = max(this.#value, abs(v - t[j]!));
      });
    }
    result(): number {
      return this.#value;
    }
  }
  const predictions = tensor([
    [1, 2],
    [3, 4],
  ]);
  const targets = tensor([
    [1, 0],
    [3, 5],
  ]);

  it('needs a formula', () => {
    expect(new Largest().evaluate(predictions, targets)).toBe(2);
  });

  it('gets no rows of weight 0', () => {
    expect(new Largest().evaluate(predictions, targets, { weights: tensor([0, 1]) })).toBe(1);
    expect(
      new AUC().evaluate(tensor([[Number.NaN], [1], [0]]), tensor([0, 1, 0]), { weights: tensor([0, 1, 1]) }),
    ).toBe(1);
  });
});
