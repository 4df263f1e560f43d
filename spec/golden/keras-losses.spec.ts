import {
  BinaryCrossEntropy,
  clipByValue,
  type DType,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  Tensor,
  tensor,
} from '../../lib/index.ts';
import type { Loss } from '../../lib/losses/loss.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly y_true: Tensor;
  readonly y_pred: Tensor;
  readonly from_logits?: boolean;
  readonly sample_weight?: number | Tensor;
  readonly label_smoothing?: number;
  readonly ignore_class?: number;
  readonly reduction?: string;
  readonly expected: number | number[] | number[][];
}

const LOSSES: Readonly<Record<string, (c: Case) => Loss>> = {
  mean_squared_error: () => new MeanSquaredError(),
  binary_crossentropy: (c) => new BinaryCrossEntropy(optionsOf(c)),
  categorical_crossentropy: (c) => new SoftmaxCrossEntropy(optionsOf(c)),
  sparse_categorical_crossentropy: (c) =>
    new SoftmaxCrossEntropy({
      ...optionsOf(c),
      ...(c.ignore_class !== undefined && { ignoreIndex: c.ignore_class }),
    }),
};

function optionsOf({ from_logits, label_smoothing }: Case) {
  return {
    from: from_logits === true ? ('logits' as const) : ('probabilities' as const),
    ...(label_smoothing !== undefined && { labelSmoothing: label_smoothing }),
  };
}

const covers =
  'cross entropy from logits and probabilities: binary, one-hot, class numbers, label smoothing, ignored class; MSE; ' +
  'weights of rows and time steps';

/** Rows divided by their sums, as Keras does. */
function normalized(p: Tensor): Tensor {
  const copy = p.copy();
  const F = p.shape.at(-1)!;
  copy.data.forEach((v, k) => {
    const from = k - (k % F);
    copy.data[k] = v / Array.from(p.data.slice(from, from + F)).reduce((a, b) => a + b, 0);
  });
  return copy;
}

/** Keras' weight of each row or time step; it may be one number for all. */
function weightsOf({ sample_weight: given, y_pred }: Case): Tensor | undefined {
  if (given === undefined) return undefined;
  const outer = y_pred.shape.slice(0, -1);
  const count = outer.reduce((a, b) => a * b, 1);
  const data = typeof given === 'number' ? Array.from({ length: count }, () => given) : Array.from(given.data);
  return new Tensor({ data: Float64Array.from(data) }, data.length === count ? outer : [outer[0]!]);
}

const sumOf = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);

/** Probabilities as Keras clips them. In float32, 1 − 1e-7 is 1 − 1.19e-7. */
function prediction(c: Case, dtype: DType): Tensor {
  const softmax = c.op.includes('categorical') && c.from_logits !== true;
  const y = tensor(softmax ? normalized(c.y_pred) : c.y_pred, { dtype });
  return c.name.startsWith('bce_prob') ? clipByValue(y, 1e-7, Math.fround(1 - 1e-7)) : y;
}

describeGolden<Case>('keras/losses.json', { covers, run: 33 }, (each) => {
  each((c, check, dtype) => {
    const loss = LOSSES[c.op]!(c);
    const weights = weightsOf(c);
    const got = loss.evaluate(prediction(c, dtype), c.y_true, weights && { weights });
    // Keras divides by the number of rows unless told to divide by the sum of their weights.
    const { reduction = 'sum_over_batch_size' } = c;
    const scale = weights === undefined ? 1 : sumOf(weights.data) / (reduction === 'sum' ? 1 : weights.size);
    if (reduction !== 'none') {
      check('loss', got.loss * (reduction === 'mean_with_sample_weight' ? 1 : scale), c.expected as number);
      return;
    }
    // Keras: one loss a sample, the mean over its features where we have one a feature.
    const features = c.op.includes('categorical') ? 1 : (got.each.shape[1] ?? 1);
    const values = Array.from(float64(got.each).data);
    const expected = (c.expected as number[]).flat();
    const rows = expected.map(
      (_, i) => (sumOf(values.slice(i * features, (i + 1) * features)) / features) * (weights?.data[i] ?? 1),
    );
    check('losses', rows, expected);
  });
});
