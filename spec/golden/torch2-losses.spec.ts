import {
  BinaryCrossEntropy,
  type DType,
  ElementwiseLoss,
  GaussianNLL,
  Huber,
  type Loss,
  type LossEvaluateOptions,
  type LossResult,
  MeanAbsoluteError,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { type Comparable, float64, largest } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly config: {
    readonly reduction?: 'mean' | 'sum' | 'none' | 'batchmean';
    readonly beta?: number;
    readonly log_target?: boolean;
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
  readonly options?: LossEvaluateOptions;
  /** What the peer multiplies our loss by. */
  readonly factor?: number;
}

class KLDivergence extends ElementwiseLoss {
  readonly kind = 'KLDivergence';
  readonly ofLogs: boolean;
  constructor(options: Reduce, ofLogs: boolean) {
    super(options);
    this.ofLogs = ofLogs;
  }
  lossOf(y: number, t: number): number {
    if (this.ofLogs) return Math.exp(t) * (t - y);
    return t === 0 ? 0 : t * (Math.log(t) - y);
  }
  gradientOf(_y: number, t: number): number {
    return this.ofLogs ? -Math.exp(t) : -t;
  }
}

class Poisson extends ElementwiseLoss {
  readonly kind = 'Poisson';
  readonly full: boolean;
  constructor(options: Reduce, full: boolean) {
    super(options);
    this.full = full;
  }
  lossOf(y: number, t: number): number {
    const stirling = this.full && t > 1 ? t * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI * t) : 0;
    return Math.exp(y) - t * y + stirling;
  }
  gradientOf(y: number, t: number): number {
    return Math.exp(y) - t;
  }
}

type Reduce = { readonly reduction: 'mean' | 'sum' };

/** Classes on the last axis instead of the second. */
function classesLast(t: Tensor): Tensor {
  return t.shape.length === 3 ? t.transpose(0, 2, 1).copy() : t;
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
  smooth_l1_loss: (c, options) => {
    const beta = c.config.beta!;
    if (beta === 0) return elementwise(c, new MeanAbsoluteError(options));
    return { ...elementwise(c, new Huber({ ...options, delta: beta })), factor: 1 / beta };
  },
  kl_div: (c, options) => {
    const { reduction, log_target } = c.config;
    const factor = reduction === 'batchmean' ? c.inputs.input.shape[1]! : 1;
    return { ...elementwise(c, new KLDivergence(options, log_target!)), factor };
  },
  poisson_nll_loss: (c, options) => elementwise(c, new Poisson(options, c.config.full!)),
  binary_cross_entropy_with_logits: (c, options) => {
    const positiveWeight = Array.from(c.constants.pos_weight!.data);
    return elementwise(c, new BinaryCrossEntropy({ ...options, positiveWeight }));
  },
  formula: (c, options) => {
    const { mask, weight } = c.constants;
    const loss = c.name.startsWith('mse')
      ? new MeanSquaredError(options)
      : new BinaryCrossEntropy({ ...options, sumFeatures: true });
    return { ...elementwise(c, loss), options: { mask: mask!, ...(weight && { weights: weight }) } };
  },
};

const leftOut = [
  { reason: 'one variance for several targets', when: (c: Case) => c.name === 'gaussian_nll_shared_var', cases: 1 },
  {
    reason: 'NaN, the mean of no rows, where we have 0',
    when: (c: Case) => c.name === 'ce_all_ignored_mean',
    cases: 1,
  },
];
const covers =
  'Huber, MAE, MSE, Gaussian negative log-likelihood, softmax cross entropy over time with class weights, ignored index, ' +
  'label smoothing and soft targets, sigmoid cross entropy with weights of positives and elements, Bernoulli sums with a ' +
  'mask, MSE with mask and weights; Huber by β is SmoothL1; KL divergence and Poisson by ElementwiseLoss';

/** Weights of elements: each column alone, where they are weights of rows. */
function byColumns({ loss: whole, prediction, target }: Prepared, weight: Tensor, dtype: DType): LossResult {
  const { positiveWeight, reduction } = whole as BinaryCrossEntropy;
  const [B, F] = prediction.shape as [number, number];
  const column = (t: Tensor, j: number): Tensor => t.lo(0, j).hi(B, 1);
  const [gradient, each] = [zeros([B, F], { dtype: 'float64' }), zeros([B, F], { dtype: 'float64' })];
  let sum = 0;
  for (let j = 0; j < F; j++) {
    const own = new BinaryCrossEntropy({ reduction: 'sum', positiveWeight: (positiveWeight as number[])[j]! });
    const weights = weight.pick(null, j);
    const got = own.evaluate(tensor(column(prediction, j), { dtype }), column(target, j), { weights });
    sum += got.loss;
    const scale = reduction === 'mean' ? 1 / (B * F) : 1;
    for (let i = 0; i < B; i++) {
      gradient.set(i, j, got.gradient.get(i, 0) * scale);
      each.set(i, j, got.each.get(i, 0) * weights.get(i));
    }
  }
  return { loss: reduction === 'mean' ? sum / (B * F) : sum, gradient, each };
}

describeGolden<Case>('torch2/losses2.json', { covers, run: 68, leftOut }, (each) => {
  each((c, check, dtype, file) => {
    const within = (expected: Comparable) =>
      dtype === 'float32' ? { abs: 2e-6 * Math.max(1, largest(expected)), rel: 0 } : file.tolerance;
    const reduction = c.config.reduction ?? 'mean';
    const summed = reduction === 'sum' || reduction === 'none';
    const prepared = KINDS[c.op]!(c, { reduction: summed ? 'sum' : 'mean' });
    const { loss, prediction, target, gradient, options, factor = 1 } = prepared;
    const { weight } = c.constants;
    const got =
      c.op.startsWith('binary') && weight !== undefined
        ? byColumns(prepared, weight, dtype)
        : loss.evaluate(tensor(prediction, { dtype }), target, options);
    const scaled = (t: Tensor): Tensor => {
      const copy = float64(t);
      copy.data.forEach((v, k) => {
        copy.data[k] = v * factor;
      });
      return copy;
    };
    check('loss', reduction === 'none' ? scaled(got.each) : got.loss * factor, c.loss, within(c.loss));
    const expected = float64(gradient);
    const ours = scaled(got.gradient);
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
