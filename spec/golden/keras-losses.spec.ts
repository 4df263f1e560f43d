import { BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy, type Tensor, tensor } from '../../lib/index.ts';
import type { Loss } from '../../lib/losses/loss.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly y_true: Tensor;
  readonly y_pred: Tensor;
  readonly from_logits?: boolean;
  readonly sample_weight?: unknown;
  readonly label_smoothing?: number;
  readonly ignore_class?: number;
  readonly reduction?: string;
  readonly expected: number | number[];
}

const LOSSES: Readonly<Record<string, new () => Loss>> = {
  mean_squared_error: MeanSquaredError,
  binary_crossentropy: BinaryCrossEntropy,
  categorical_crossentropy: SoftmaxCrossEntropy,
  sparse_categorical_crossentropy: SoftmaxCrossEntropy,
};

const leftOut = [
  { reason: 'sample weights', when: (c: Case) => c.sample_weight !== undefined, cases: 19 },
  {
    reason: 'cross entropy of probabilities',
    when: (c: Case) => c.op !== 'mean_squared_error' && c.from_logits !== true,
    cases: 4,
  },
  { reason: 'label smoothing', when: (c: Case) => c.label_smoothing !== undefined, cases: 2 },
  { reason: 'ignore_class', when: (c: Case) => c.ignore_class !== undefined, cases: 1 },
];
const covers = 'cross entropy from logits: binary, one-hot, class numbers; MSE';

describeGolden<Case>('keras/losses.json', { covers, run: 7, leftOut }, (each) => {
  each((c, check, dtype) => {
    const { loss, each: all } = new LOSSES[c.op]!().evaluate(tensor(c.y_pred, { dtype }), c.y_true);
    if (c.reduction !== 'none') {
      check('loss', loss, c.expected);
      return;
    }
    // Keras: one loss a sample, the mean over its features where we have one a feature.
    const features = all.shape[1] ?? 1;
    const values = Array.from(float64(all).data);
    const rows = (c.expected as number[]).map((_, i) =>
      values.slice(i * features, (i + 1) * features).reduce((a, b) => a + b / features, 0),
    );
    check('losses', rows, c.expected);
  });
});
