import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  Accuracy,
  AUC,
  BinaryCrossEntropy,
  BitsPerCharacter,
  ConfusionMatrix,
  Coverage,
  ElementwiseLoss,
  F1,
  GaussianNLL,
  Huber,
  LogCosh,
  MAE,
  MAPE,
  MASE,
  MeanAbsoluteError,
  MeanSquaredError,
  Metric,
  type MetricOptions,
  type NdArrayLike,
  Perplexity,
  Pinball,
  Precision,
  QuantileLoss,
  Recall,
  RMSE,
  SMAPE,
  SoftmaxCrossEntropy,
  tensor,
} from '../../lib/index.ts';
import { rowMajor } from '../../lib/tensor/layout.ts';
import {
  type CheckedLoss,
  type CheckedMetric,
  lossProperties,
  metricProperties,
  type Properties,
  type ScoredOptions,
} from '../../lib/verify/index.ts';
import { hold } from '../properties/hold.ts';

/** The names of the properties that do not hold. */
function failures(properties: Properties): string[] {
  return Object.entries(properties).flatMap(([name, property]) =>
    fc.check(property, { numRuns: 50 }).failed ? [name] : [],
  );
}

const METRICS: Record<string, readonly [() => Metric<unknown>, ScoredOptions]> = {
  Accuracy: [() => new Accuracy(), { classes: 3 }],
  'Accuracy of two classes': [() => new Accuracy({ threshold: 0 }), { features: 1, classes: 2 }],
  'Accuracy of the best two': [() => new Accuracy({ topK: 2 }), { classes: 3 }],
  Perplexity: [() => new Perplexity(), { classes: 3 }],
  BitsPerCharacter: [() => new BitsPerCharacter(), { classes: 3 }],
  ConfusionMatrix: [() => new ConfusionMatrix(), { classes: 3, tolerance: 0 }],
  Precision: [() => new Precision(), { classes: 3, tolerance: 0 }],
  Recall: [() => new Recall(), { classes: 3, tolerance: 0 }],
  F1: [() => new F1({ average: 'weighted' }), { classes: 3, tolerance: 0 }],
  AUC: [() => new AUC(), { features: 1, classes: 2, tolerance: 0 }],
  RMSE: [() => new RMSE(), {}],
  MAE: [() => new MAE(), {}],
  MAPE: [() => new MAPE(), { target: fc.double({ min: 1, max: 2, noNaN: true }) }],
  SMAPE: [() => new SMAPE(), {}],
  MASE: [() => new MASE({ history: tensor([1, 2, 4]) }), {}],
  Pinball: [() => new Pinball({ quantiles: [0.1, 0.5, 0.9] }), { targets: 1 }],
  Coverage: [() => new Coverage({ quantiles: 3 }), { targets: 1, tolerance: 0 }],
};

describe.each(Object.entries(METRICS))('%s keeps what a metric promises', (_, [make, options]) => {
  hold(metricProperties(make, options), 40);
});

class Total extends Metric {
  override readonly kind: string = 'Total';
  sum = 0;
  reset(): void {
    this.sum = 0;
  }
  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    for (let j = 0; j < y.length; j++) this.sum += weight * (y[j]! - t[j]!);
  }
  result(): number {
    return this.sum;
  }
}

type Add = (prediction: NdArrayLike, target: NdArrayLike, options?: MetricOptions) => Total;

/** A metric whose `add` differs. */
function withAdd(change: (add: Add, total: Total) => Add): () => CheckedMetric {
  return () => {
    const total = new Total();
    const add = total.add.bind(total);
    return Object.assign(total, { add: change(add, total) });
  };
}

const FAULTY: Record<string, readonly [() => CheckedMetric, string]> = {
  'a mean of batches': [
    () =>
      new (class extends Total {
        means: number[] = [];
        override add(...given: Parameters<Add>): this {
          this.sum = 0;
          super.add(...given);
          this.means.push(this.sum);
          return this;
        }
        override result(): number {
          return this.means.reduce((a, b) => a + b, 0) / this.means.length;
        }
        override reset(): void {
          this.means = [];
        }
      })(),
    'the division into batches does not change the figure',
  ],
  'the last row counts twice': [
    () =>
      new (class extends Total {
        last = 0;
        protected override addRow(y: Float64Array, t: Float64Array, weight: number): void {
          super.addRow(y, t, weight);
          this.last = y[0]!;
        }
        override result(): number {
          return this.sum + this.last;
        }
        override reset(): void {
          this.sum = this.last = 0;
        }
      })(),
    'the order of rows and batches does not change the figure',
  ],
  'data as if dense': [
    withAdd((add) => (p, t, o) => add({ data: p.data, shape: p.shape, stride: rowMajor(p.shape), offset: 0 }, t, o)),
    'sequences count as their time steps, in any layout in memory',
  ],
  'masks ignored': [
    withAdd(
      (add) =>
        (p, t, { weights } = {}) =>
          add(p, t, { ...(weights && { weights }) }),
    ),
    'masked time steps do not count, whatever they hold',
  ],
  'weights ignored': [
    withAdd(
      (add) =>
        (p, t, { mask } = {}) =>
          add(p, t, { ...(mask && { mask }) }),
    ),
    'a row of weight 2 counts as two rows',
  ],
  'weights multiply NaN': [
    withAdd((add, total) => (p, t, o) => {
      add(p, t, o);
      if ([...(p.data as Float64Array)].some((v) => v !== v)) total.sum = Number.NaN;
      return total;
    }),
    'rows of weight 0 do not count, whatever they predict',
  ],
  'reset that leaves a sum': [() => Object.assign(new Total(), { reset() {} }), 'reset forgets all batches'],
  'result that resets': [
    () =>
      new (class extends Total {
        override result(): number {
          const { sum } = this;
          this.reset();
          return sum;
        }
      })(),
    'result changes nothing',
  ],
  'an argument overwritten': [
    withAdd((add, total) => (p, t, o) => {
      add(p, t, o);
      (p.data as Float64Array)[p.offset] = 0;
      return total;
    }),
    'arguments do not change, and are not kept',
  ],
  'arguments kept': [
    () => {
      const given: Parameters<Add>[] = [];
      return {
        add: (...one: Parameters<Add>) => void given.push(one),
        reset: () => void given.splice(0),
        result: () => given.reduce((total, one) => total.add(...one), new Total()).result(),
      };
    },
    'arguments do not change, and are not kept',
  ],
  'a refused batch half added': [
    withAdd((add, total) => (p, t, o) => {
      total.sum++;
      add(p, t, o);
      total.sum--;
      return total;
    }),
    'a batch that is refused adds nothing',
  ],
};

describe('a faulty metric is detected', () => {
  test('and a right one is not', () => expect(failures(metricProperties(() => new Total()))).toEqual([]));

  test.each(Object.entries(FAULTY))('%s', (_, [make, name]) => {
    expect(failures(metricProperties(make))).toContain(name);
  });
});

test('figures of several numbers are compared one by one', () => {
  const make = (): CheckedMetric => {
    const total = new Total();
    return {
      add: (p, t, o) => total.add(p, t, o),
      reset: () => total.reset(),
      result: () => ({ list: [total.sum, true], typed: Float32Array.of(1), array: tensor([total.sum]) }),
    };
  };
  expect(failures(metricProperties(make))).toEqual([]);
  expect(failures(metricProperties(() => ({ ...make(), result: () => 'text' })))).not.toEqual([]);
});

const LOSSES: Record<string, readonly [() => CheckedLoss, ScoredOptions]> = {
  MeanSquaredError: [() => new MeanSquaredError(), {}],
  'MeanSquaredError, summed': [() => new MeanSquaredError({ reduction: 'sum' }), {}],
  MeanAbsoluteError: [() => new MeanAbsoluteError(), {}],
  Huber: [() => new Huber(), {}],
  LogCosh: [() => new LogCosh(), {}],
  QuantileLoss: [() => new QuantileLoss({ quantiles: [0.1, 0.5, 0.9] }), { targets: 1 }],
  GaussianNLL: [() => new GaussianNLL(), { features: 4, targets: 2 }],
  SoftmaxCrossEntropy: [() => new SoftmaxCrossEntropy(), { classes: 3 }],
  'SoftmaxCrossEntropy with smoothing': [() => new SoftmaxCrossEntropy({ labelSmoothing: 0.1 }), { classes: 3 }],
  BinaryCrossEntropy: [() => new BinaryCrossEntropy(), { target: fc.constantFrom(0, 1) }],
};

describe.each(Object.entries(LOSSES))('%s keeps what a loss promises', (_, [make, options]) => {
  hold(lossProperties(make, options), 25);
});

class Cauchy extends ElementwiseLoss {
  override readonly kind = 'Cauchy';
  protected lossOf(y: number, t: number): number {
    return Math.log1p((y - t) ** 2);
  }
  protected gradientOf(y: number, t: number): number {
    return (2 * (y - t)) / (1 + (y - t) ** 2);
  }
}

class WrongSlope extends Cauchy {
  protected override gradientOf(y: number, t: number): number {
    return super.gradientOf(y, t) * 1.00001;
  }
}

type Evaluate = CheckedLoss['evaluate'];

/** A loss whose `evaluate` differs. */
function withEvaluate(change: (evaluate: Evaluate) => Evaluate): () => CheckedLoss {
  return () => {
    const loss = new Cauchy();
    return { reduction: loss.reduction, evaluate: change((p, t, o) => loss.evaluate(p, t, o)) };
  };
}

const FAULTY_LOSSES: Record<string, readonly [() => CheckedLoss, string]> = {
  'a wrong slope': [() => new WrongSlope(), 'the gradient agrees with finite differences'],
  'a mean that is a sum': [
    () => {
      const loss = new Cauchy({ reduction: 'sum' });
      return { evaluate: (p, t, o) => loss.evaluate(p, t, o) };
    },
    'the loss is the weighted mean or sum of those of rows',
  ],
  'rows that depend on others': [
    withEvaluate((evaluate) => (p, t, o) => {
      const result = evaluate(p, t, o);
      const { data } = result.each;
      let sum = 0;
      for (let k = 0; k < data.length; k++) sum += data[k]!;
      data.fill(sum / data.length);
      return result;
    }),
    'a row has the same loss alone',
  ],
  'another gradient at a second call': [
    () => {
      const loss = new Cauchy();
      let calls = 0;
      return {
        evaluate: (p, t, o) => {
          const result = loss.evaluate(p, t, o);
          if (calls++ > 0) result.gradient.data[0]! *= 1 + 2 ** -50;
          return result;
        },
      };
    },
    'arguments do not change, and a second call gives the same bits',
  ],
  'a gradient of masked steps': [
    withEvaluate((evaluate) => (p, t, o) => {
      const result = evaluate(p, t, o);
      const { data } = result.gradient;
      for (let k = 0; k < data.length; k++) if (data[k] === 0) data[k] = 2 ** -60;
      return result;
    }),
    'masked time steps do not count, whatever they hold',
  ],
  'an argument overwritten': [
    withEvaluate((evaluate) => (p, t, o) => {
      const result = evaluate(p, t, o);
      (t.data as Float64Array)[t.offset] = 0;
      return result;
    }),
    'arguments do not change, and a second call gives the same bits',
  ],
  'a result that is used again': [
    () => {
      const loss = new Cauchy();
      let gradient: ReturnType<Evaluate>['gradient'] | undefined;
      return {
        evaluate: (p, t, o) => {
          const result = loss.evaluate(p, t, o);
          gradient?.data.fill(0);
          gradient = result.gradient;
          return result;
        },
      };
    },
    'arguments do not change, and a second call gives the same bits',
  ],
  'weights ignored': [
    withEvaluate(
      (evaluate) =>
        (p, t, { mask } = {}) =>
          evaluate(p, t, { ...(mask && { mask }) }),
    ),
    'rows of weight 0 do not count',
  ],
  'masks ignored': [
    withEvaluate(
      (evaluate) =>
        (p, t, { weights } = {}) =>
          evaluate(p, t, { ...(weights && { weights }) }),
    ),
    'masked time steps do not count, whatever they hold',
  ],
};

describe('a faulty loss is detected', () => {
  test('and a right one is not', () => expect(failures(lossProperties(() => new Cauchy()))).toEqual([]));

  test.each(Object.entries(FAULTY_LOSSES))('%s', (_, [make, name]) => {
    expect(failures(lossProperties(make))).toContain(name);
  });
});

describe('options are checked', () => {
  test.each([
    [{ features: 0 }, /"features" must be an integer/],
    [{ classes: 1 }, /"classes" must be an integer/],
    [{ prediction: 3 }, /"prediction" must be an arbitrary of fast-check/],
    [{ tolerance: -1 }, /"tolerance" must be/],
  ])('%p', (options, message) => {
    expect(() => metricProperties(() => new Total(), options as never)).toThrow(message);
    expect(() => lossProperties(() => new Cauchy(), options as never)).toThrow(message);
  });

  test('and what makes a metric or loss', () => {
    expect(() => metricProperties(new Total() as never)).toThrow(/metricProperties: "make" must be a function/);
    expect(() => lossProperties(new Cauchy() as never)).toThrow(/lossProperties: "make" must be a function/);
  });
});
