import {
  BinaryCrossEntropy,
  GaussianNLL,
  Huber,
  type Loss,
  MeanAbsoluteError,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { type Comparable, float64, largest } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly config: {
    readonly reduction?: 'mean' | 'sum' | 'none';
    readonly delta?: number;
    readonly full?: boolean;
    readonly eps?: number;
    readonly ignore_index?: number;
    readonly label_smoothing?: number;
  };
  readonly inputs: { readonly input: Tensor; readonly var?: Tensor };
  readonly constants: {
    readonly target: Tensor;
    readonly weight?: Tensor;
    readonly pos_weight?: Tensor;
    readonly mask?: Tensor;
  };
  readonly upstream?: Tensor;
  readonly loss: Tensor;
  readonly grads: { readonly input: Tensor; readonly var?: Tensor };
}

interface Prepared {
  readonly loss: Loss;
  readonly prediction: Tensor;
  readonly target: Tensor;
  readonly gradient: Tensor;
}

type Reduce = { readonly reduction: 'mean' | 'sum' };

/** Classes on the last axis instead of the second. */
function classesLast(t: Tensor): Tensor {
  return t.shape.length === 3 ? t.transpose(0, 2, 1).copy() : t;
}

/** The rows that a mask counts. */
function counted(t: Tensor, { data: mask }: Tensor): Tensor {
  const F = t.shape.at(-1)!;
  const rows = Array.from(mask, (m, k) => (m === 0 ? [] : [Array.from(t.data.slice(k * F, (k + 1) * F))])).flat();
  return tensor(rows, { dtype: 'float64' });
}

/** Means, then variances. */
function stacked(mean: Tensor, variance: Tensor): Tensor {
  const rows = (mean.toArray() as number[][]).map((row, i) => [...row, ...(variance.toArray() as number[][])[i]!]);
  return tensor(rows, { dtype: 'float64' });
}

function elementwise(c: Case, loss: Loss): Prepared {
  return { loss, prediction: c.inputs.input, target: c.constants.target, gradient: c.grads.input };
}

const KINDS: Readonly<Record<string, (c: Case, options: Reduce) => Prepared>> = {
  huber_loss: (c, options) => elementwise(c, new Huber({ ...options, delta: c.config.delta! })),
  l1_loss: (c, options) => elementwise(c, new MeanAbsoluteError(options)),
  mse_loss: (c, options) => elementwise(c, new MeanSquaredError(options)),
  gaussian_nll_loss: (c, options) => ({
    loss: new GaussianNLL({ ...options, spread: 'variance', minVariance: c.config.eps!, full: c.config.full! }),
    prediction: stacked(c.inputs.input, c.inputs.var!),
    target: c.constants.target,
    gradient: stacked(c.grads.input, c.grads.var!),
  }),
  cross_entropy: ({ inputs, constants, config, grads }, options) => ({
    loss: new SoftmaxCrossEntropy({
      ...options,
      labelSmoothing: config.label_smoothing ?? 0,
      ...(config.ignore_index !== undefined && { ignoreIndex: config.ignore_index }),
      ...(constants.weight && { classWeights: Array.from(constants.weight.data) }),
    }),
    prediction: classesLast(inputs.input),
    target: classesLast(constants.target),
    gradient: classesLast(grads.input),
  }),
  binary_cross_entropy_with_logits: (c, options) =>
    elementwise(c, new BinaryCrossEntropy({ ...options, positiveWeight: Array.from(c.constants.pos_weight!.data) })),
  formula: ({ name, inputs, constants, grads }, options) => ({
    loss: name.startsWith('mse')
      ? new MeanSquaredError(options)
      : new BinaryCrossEntropy({ ...options, sumFeatures: true }),
    prediction: counted(inputs.input, constants.mask!),
    target: counted(constants.target, constants.mask!),
    gradient: counted(grads.input, constants.mask!),
  }),
};

const leftOut = [
  { reason: 'SmoothL1', when: (c: Case) => c.op === 'smooth_l1_loss', cases: 9 },
  { reason: 'KL divergence', when: (c: Case) => c.op === 'kl_div', cases: 8 },
  { reason: 'Poisson', when: (c: Case) => c.op === 'poisson_nll_loss', cases: 2 },
  {
    reason: 'weights of elements',
    when: (c: Case) => c.op !== 'cross_entropy' && c.constants.weight !== undefined,
    cases: 4,
  },
  { reason: 'one variance for several targets', when: (c: Case) => c.name === 'gaussian_nll_shared_var', cases: 1 },
  {
    reason: 'NaN, the mean of no rows, where we have 0',
    when: (c: Case) => c.name === 'ce_all_ignored_mean',
    cases: 1,
  },
];
const covers =
  'Huber, MAE, MSE, Gaussian negative log-likelihood, softmax cross entropy over time with class weights, ignored index, ' +
  'label smoothing and soft targets, sigmoid cross entropy with weights of positives, Bernoulli sums with a mask';

describeGolden<Case>('torch2/losses2.json', { covers, run: 45, leftOut }, (each) => {
  each((c, check, dtype, file) => {
    const within = (expected: Comparable) =>
      dtype === 'float32' ? { abs: 2e-6 * Math.max(1, largest(expected)), rel: 0 } : file.tolerance;
    const reduction = c.config.reduction ?? 'mean';
    const { loss, prediction, target, gradient } = KINDS[c.op]!(c, { reduction: reduction === 'sum' ? 'sum' : 'mean' });
    const one = reduction === 'none' ? KINDS[c.op]!(c, { reduction: 'sum' }).loss : loss;
    const got = one.evaluate(tensor(prediction, { dtype }), target);
    check('loss', reduction === 'none' ? got.each : got.loss, c.loss, within(c.loss));
    const expected = float64(gradient);
    const ours = float64(got.gradient);
    if (c.upstream !== undefined) {
      const upstream = c.upstream.data;
      const columns = prediction.shape.at(-1)!;
      const losses = got.each.shape.length === prediction.shape.length ? got.each.shape.at(-1)! : 1;
      ours.data.forEach((g, k) => {
        const [row, column] = [Math.floor(k / columns), k % columns];
        ours.data[k] = g * upstream[row * losses + (losses === 1 ? 0 : column % losses)]!;
      });
    }
    check('gradient', ours, expected, within(expected));
  });
});
