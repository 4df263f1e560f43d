import {
  BinaryCrossEntropy,
  Huber,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import type { Loss } from '../../lib/losses/loss.ts';
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

const leftOut = [{ reason: 'weights', when: (c: Case) => c.weights !== undefined, cases: 8 }];
const covers = 'softmax (label smoothing too) and sigmoid cross entropy, MSE, Huber; none, sum, mean';

describeGolden<Case>('tfjs/losses.json', { covers, run: 20, leftOut }, (each) => {
  each((c, check, dtype) => {
    // sum_by_nonzero_weights, without weights, is the mean.
    const reduction = c.reduction === 'none' || c.reduction === 'sum' ? 'sum' : 'mean';
    const loss = LOSSES[c.op]!({ reduction }, c);
    const got = loss.evaluate(tensor((c.logits ?? c.predictions)!, { dtype }), (c.onehot ?? c.labels)!);
    check('loss', c.reduction === 'none' ? got.each : got.loss, c.loss);
    check('gradient', got.gradient, c.grad);
  });
});
