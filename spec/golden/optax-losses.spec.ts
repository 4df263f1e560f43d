import {
  BinaryCrossEntropy,
  CTCLoss,
  ElementwiseLoss,
  Huber,
  LogCosh,
  type LossResult,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { type Comparable, largest } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Given {
  readonly predictions?: Tensor;
  readonly targets?: Tensor;
  readonly logits?: Tensor;
  readonly labels?: Tensor;
}

interface Case extends GoldenCase {
  readonly inputs?: Given;
  readonly logits?: Tensor;
  readonly labels?: Tensor;
  readonly input_lengths?: readonly number[];
  readonly targets?: readonly (readonly number[])[];
  readonly loss: Tensor;
  readonly grad_predictions?: Tensor;
  readonly grad_logits?: Tensor;
}

class HalfSquare extends ElementwiseLoss {
  readonly kind = 'HalfSquare';
  lossOf(y: number, t: number): number {
    return 0.5 * (y - t) * (y - t);
  }
  gradientOf(y: number, t: number): number {
    return y - t;
  }
}

/** Sigmoid focal loss of α = ¼ and γ = 2, for targets 0 and 1. */
class Focal extends ElementwiseLoss {
  readonly kind = 'Focal';
  lossOf(y: number, t: number): number {
    const a = t === 1 ? y : -y;
    const miss = 1 / (1 + Math.exp(a));
    return (t === 1 ? 0.25 : 0.75) * miss * miss * (Math.max(-a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
  }
  gradientOf(y: number, t: number): number {
    const a = t === 1 ? y : -y;
    const [hit, miss] = [1 / (1 + Math.exp(-a)), 1 / (1 + Math.exp(a))];
    const entropy = Math.max(-a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
    const slope = -(t === 1 ? 0.25 : 0.75) * miss * miss * (2 * hit * entropy + miss);
    return t === 1 ? slope : -slope;
  }
}

const reduction = 'sum';
const LOSSES: Readonly<Record<string, (y: Tensor, t: Tensor, c: Case) => LossResult>> = {
  log_cosh: (y, t) => new LogCosh({ reduction }).evaluate(y, t),
  'huber_1.0': (y, t) => new Huber({ reduction }).evaluate(y, t),
  'huber_0.5': (y, t) => new Huber({ reduction, delta: 0.5 }).evaluate(y, t),
  squared_error: (y, t) => new MeanSquaredError({ reduction }).evaluate(y, t),
  softmax_cross_entropy_smoothed: (y, t) => new SoftmaxCrossEntropy({ reduction, labelSmoothing: 0.1 }).evaluate(y, t),
  softmax_cross_entropy_integer: (y, t) => new SoftmaxCrossEntropy({ reduction }).evaluate(y, t),
  l2_loss: (y, t) => new HalfSquare({ reduction }).evaluate(y, t),
  sigmoid_focal: (y, t) => new Focal({ reduction }).evaluate(y, t),
  sigmoid_bce: (y, t) => new BinaryCrossEntropy({ reduction }).evaluate(y, t),
  ctc: (y, _, { targets, input_lengths }) => {
    const labels = tensor(targets!.map((row) => [...row, -1, -1, -1].slice(0, 3)));
    return new CTCLoss({ reduction }).evaluate(y, labels, { lengths: input_lengths! });
  },
};

const covers =
  'log-cosh at 1e-9 and 1000, Huber, MSE, softmax cross entropy with label smoothing, sigmoid, CTC; half the squared ' +
  'error and focal loss by ElementwiseLoss';

describeGolden<Case>('optax/losses.json', { covers, run: 10 }, (each) => {
  each((c, check, dtype, file) => {
    const within = (expected: Comparable) =>
      dtype === 'float32' ? { abs: 2e-6 * Math.max(1, largest(expected)), rel: 0 } : (c.tolerance ?? file.tolerance);
    const { predictions, logits, targets, labels } = { ...c, ...c.inputs } as Given;
    const got = LOSSES[c.name]!(tensor((predictions ?? logits)!, { dtype }), (targets ?? labels)!, c);
    const gradient = (c.grad_predictions ?? c.grad_logits)!;
    check('loss', got.each, c.loss, within(c.loss));
    check('gradient', got.gradient, gradient, within(gradient));
  });
});
