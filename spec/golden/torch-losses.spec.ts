import {
  BinaryCrossEntropy,
  Dense,
  Huber,
  MeanAbsoluteError,
  MeanSquaredError,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import type { Loss } from '../../lib/losses/loss.ts';
import type { DType } from '../../lib/tensor/tensor.ts';
import { type Comparable, float64, largest, type Tolerance } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly reduction?: 'mean' | 'sum' | 'none';
  readonly logits?: Tensor;
  readonly input?: Tensor;
  readonly target?: Tensor | number[];
  readonly weight?: Tensor;
  readonly ignore_index?: number;
  readonly label_smoothing?: number;
  readonly delta?: number;
  readonly mask?: number[][];
  readonly loss?: Tensor;
  readonly grad_logits?: Tensor;
  readonly grad_input?: Tensor;
  readonly x?: Tensor;
  readonly y?: Tensor;
  readonly dy_dx?: Tensor;
  readonly dy?: Tensor;
  readonly dx?: Tensor;
}

type Reduce = { readonly reduction: 'mean' | 'sum' };

const LOSSES: Readonly<Record<string, (options: Reduce, c: Case) => Loss>> = {
  mse: (options) => new MeanSquaredError(options),
  l1: (options) => new MeanAbsoluteError(options),
  huber: (options, { delta }) => new Huber({ ...options, delta: delta! }),
  'cross_entropy(logits)': (options, { weight, ignore_index, label_smoothing }) =>
    new SoftmaxCrossEntropy({
      ...options,
      ...(weight && { classWeights: Array.from(weight.data) }),
      ...(ignore_index !== undefined && { ignoreIndex: ignore_index }),
      ...(label_smoothing !== undefined && { labelSmoothing: label_smoothing }),
    }),
  'sum(mask*ce)/sum(mask)': (options) => new SoftmaxCrossEntropy({ ...options, ignoreIndex: -1 }),
  'bce(logits)': (options) => new BinaryCrossEntropy(options),
  'bce(probabilities)': (options) => new BinaryCrossEntropy({ ...options, from: 'probabilities' }),
};
const ACTIVATIONS: Readonly<Record<string, 'sigmoid' | 'tanh' | 'relu' | 'softmax'>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  'softmax(axis=1)': 'softmax',
};

const covers =
  'softmax cross entropy from logits: soft targets, class weights, ignored index, label smoothing, mask; sigmoid cross ' +
  'entropy from logits and probabilities; extreme values, MSE, MAE, Huber; activations, softplus';

/** An activation and its gradient, by a dense layer of identity weights. */
function activate(x: Tensor, dy: Tensor, activation: 'sigmoid' | 'tanh' | 'relu' | 'softmax', dtype: DType): Tensor[] {
  const features = x.shape.at(-1)!;
  const dense = new Dense({ units: features, inputSize: features, activation, dtype }).build();
  const identity = zeros([features, features]);
  for (let j = 0; j < features; j++) identity.set(j, j, 1);
  dense.parameters.get('kernel').assign(identity);
  return [dense.forward(x), dense.backward(dy).dx];
}

describeGolden<Case>('torch/losses.json', { covers, run: 39 }, (each) => {
  each((c, check, dtype, file) => {
    const within = (expected: Comparable): Tolerance =>
      dtype === 'float32' ? { abs: 1e-6 * Math.max(1, largest(expected)), rel: 0 } : (c.tolerance ?? file.tolerance);
    const expectFit = (what: string, got: Comparable, expected: Comparable): void =>
      check(what, got, expected, within(expected));

    const activation = ACTIVATIONS[c.op];
    if (activation !== undefined) {
      const matrix = (t: Tensor): Tensor => (t.shape.length === 2 ? t : tensor([t.data], { dtype: 'float64' }));
      const dy = c.dy ?? tensor(new Float64Array(c.x!.size).fill(1), { dtype: 'float64' });
      const [y, dx] = activate(matrix(c.x!), matrix(dy), activation, dtype);
      expectFit('y', y!, matrix(c.y!));
      expectFit('dx', dx!, matrix(c.dx ?? c.dy_dx!));
      return;
    }
    if (c.op === 'softplus') {
      // log(1 + e^x) is the loss of the target 0, and its derivative that of softplus.
      const got = new BinaryCrossEntropy({ reduction: 'sum' }).evaluate(tensor(c.x!, { dtype }), zeros(c.x!.shape));
      expectFit('y', got.each, c.y!);
      expectFit('dx', got.gradient, c.dy_dx!);
      return;
    }
    const { reduction = 'mean', loss: expected, mask } = c;
    const prediction = tensor((c.logits ?? c.input)!, { dtype });
    const loss = LOSSES[c.op]!({ reduction: reduction === 'mean' ? 'mean' : 'sum' }, c);
    const target = float64(c.target as Comparable);
    mask?.flat().forEach((counts, k) => {
      if (counts === 0) target.data[k] = -1;
    });
    const got = loss.evaluate(prediction, target);
    expectFit('loss', reduction === 'none' ? got.each : got.loss, expected!);
    expectFit('gradient', got.gradient, (c.grad_logits ?? c.grad_input)!); // of the sum where nothing is reduced
  });
});
