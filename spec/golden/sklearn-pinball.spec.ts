import { QuantileLoss, type Tensor, tensor } from '../../lib/index.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly quantiles: readonly number[];
  readonly y_true: Tensor;
  readonly y_pred: Tensor;
  readonly sample_weight?: Tensor;
  readonly expected: {
    readonly mean_per_quantile: readonly number[];
    readonly mean_of_all?: number;
  };
  readonly elementwise: Tensor;
  readonly grad_of_mean_over_rows_sum_over_quantiles: Tensor;
}

const covers = 'the loss of several quantiles at once, with its gradient, and of each with weights of rows';

describeGolden<Case>('sklearn/pinball.json', { covers, run: 2 }, (each) => {
  each((c, check, dtype, file) => {
    const tolerance = dtype === 'float32' ? { abs: 1e-6, rel: 0 } : file.tolerance;
    const target = tensor(
      Array.from(c.y_true.data, (t) => [t]),
      { dtype: 'float64' },
    );
    const prediction = tensor(c.y_pred, { dtype });
    const quantiles = c.quantiles;
    quantiles.forEach((quantile, k) => {
      const own = new QuantileLoss({ quantiles: [quantile] });
      const weights = c.sample_weight && { weights: c.sample_weight };
      const { loss } = own.evaluate(prediction.lo(0, k).hi(target.shape[0]!, 1), target, weights);
      check(`mean of ${quantile}`, loss, c.expected.mean_per_quantile[k]!, tolerance);
    });
    if (c.expected.mean_of_all === undefined) return;
    const mean = new QuantileLoss({ quantiles }).evaluate(prediction, target);
    check('mean', mean.loss, c.expected.mean_of_all, tolerance);
    check('losses', mean.each, c.elementwise, tolerance);
    const scaled = float64(mean.gradient).data.map((g) => g * quantiles.length);
    check('gradient', Array.from(scaled), Array.from(c.grad_of_mean_over_rows_sum_over_quantiles.data), tolerance);
  });
});
