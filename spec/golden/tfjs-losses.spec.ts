import {
  BinaryCrossEntropy,
  Huber,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import type { Loss } from '../../lib/losses/loss.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly reduction: 'none' | 'sum' | 'mean' | 'sum_by_nonzero_weights';
  readonly logits?: Tensor;
  readonly predictions?: Tensor;
  readonly onehot?: Tensor;
  readonly labels?: Tensor;
  readonly weights?: Tensor;
  readonly labelSmoothing?: number;
  readonly delta?: number;
  readonly loss: Tensor;
  readonly grad: Tensor;
}

type Reduce = { readonly reduction: 'mean' | 'sum' };

const LOSSES: Readonly<Record<string, (options: Reduce, c: Case) => Loss>> = {
  softmaxCrossEntropy: (options) => new SoftmaxCrossEntropy(options),
  softmaxCrossEntropy_smoothing: (options, { labelSmoothing }) =>
    new SoftmaxCrossEntropy({ ...options, labelSmoothing: labelSmoothing! }),
  sigmoidCrossEntropy: (options) => new BinaryCrossEntropy(options),
  meanSquaredError: (options) => new MeanSquaredError(options),
  huberLoss: (options, { delta }) => new Huber({ ...options, delta: delta! }),
};

const covers = 'softmax (label smoothing too) and sigmoid cross entropy, MSE, Huber; none, sum, mean; weights of rows';

describeGolden<Case>('tfjs/losses.json', { covers, run: 28 }, (each) => {
  each((c, check, dtype) => {
    const reduction = c.reduction === 'none' || c.reduction === 'sum' ? 'sum' : 'mean';
    const loss = LOSSES[c.op.replace('_weights', '')]!({ reduction }, c);
    const y = tensor((c.logits ?? c.predictions)!, { dtype });
    const rows = c.weights?.data;
    const got = loss.evaluate(y, (c.onehot ?? c.labels)!, rows && { weights: tensor(rows, { dtype: 'float64' }) });
    // sum_by_nonzero_weights divides by the number of rows that have a weight; without weights it is the mean.
    const total = Array.from(rows ?? []).reduce((a, b) => a + b, 0);
    const nonzero = Array.from(rows ?? []).filter((w) => w > 0).length;
    const scale = rows !== undefined && c.reduction === 'sum_by_nonzero_weights' ? total / nonzero : 1;
    const losses = float64(got.each);
    const F = losses.size / (rows?.length ?? losses.size);
    losses.data.forEach((l, k) => {
      losses.data[k] = l * (rows?.[Math.floor(k / F)] ?? 1);
    });
    const gradient = float64(got.gradient);
    gradient.data.forEach((g, k) => {
      gradient.data[k] = g * scale;
    });
    check('loss', c.reduction === 'none' ? losses : got.loss * scale, c.loss);
    check('gradient', gradient, c.grad);
  });
});
