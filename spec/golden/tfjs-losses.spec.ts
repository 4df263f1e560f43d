import { BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy, type Tensor, tensor } from '../../lib/index.ts';
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
  readonly loss: Tensor;
  readonly grad: Tensor;
}

const LOSSES: Readonly<Record<string, new (options: { reduction: 'mean' | 'sum' }) => Loss>> = {
  softmaxCrossEntropy: SoftmaxCrossEntropy,
  sigmoidCrossEntropy: BinaryCrossEntropy,
  meanSquaredError: MeanSquaredError,
};

const leftOut = [
  { reason: 'weights', when: (c: Case) => c.weights !== undefined, cases: 8 },
  { reason: 'label smoothing', when: (c: Case) => c.labelSmoothing !== undefined, cases: 4 },
  { reason: 'Huber', when: (c: Case) => c.op === 'huberLoss', cases: 4 },
];
const covers = 'softmax and sigmoid cross entropy, MSE; none, sum, mean';

describeGolden<Case>('tfjs/losses.json', { covers, run: 12, leftOut }, (each) => {
  each((c, check, dtype) => {
    // sum_by_nonzero_weights, without weights, is the mean.
    const reduction = c.reduction === 'none' || c.reduction === 'sum' ? 'sum' : 'mean';
    const loss = new LOSSES[c.op]!({ reduction });
    const got = loss.evaluate(tensor((c.logits ?? c.predictions)!, { dtype }), (c.onehot ?? c.labels)!);
    check('loss', c.reduction === 'none' ? got.each : got.loss, c.loss);
    check('gradient', got.gradient, c.grad);
  });
});
