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

const leftOut = [
  { reason: 'sample weights', when: (c: Case) => c.sample_weight !== undefined, cases: 19 },
  {
    reason: 'probabilities that Keras clips at 1e-7',
    when: (c: Case) => c.name === 'bce_prob_saturated',
    cases: 1,
  },
];
const covers =
  'cross entropy from logits and probabilities: binary, one-hot, class numbers, label smoothing, ignored class; MSE';

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

describeGolden<Case>('keras/losses.json', { covers, run: 13, leftOut }, (each) => {
  each((c, check, dtype) => {
    const softmax = c.op.includes('categorical') && c.from_logits !== true;
    const y = tensor(softmax ? normalized(c.y_pred) : c.y_pred, { dtype });
    const { loss, each: all } = LOSSES[c.op]!(c).evaluate(y, c.y_true);
    if (c.reduction !== 'none') {
      check('loss', loss, c.expected as number);
      return;
    }
    // Keras: one loss a sample, the mean over its features where we have one a feature.
    const features = c.op.includes('categorical') ? 1 : (all.shape[1] ?? 1);
    const values = Array.from(float64(all).data);
    const rows = (c.expected as number[])
      .flat()
      .map((_, i) => values.slice(i * features, (i + 1) * features).reduce((a, b) => a + b / features, 0));
    check('losses', rows, (c.expected as number[]).flat());
  });
});
