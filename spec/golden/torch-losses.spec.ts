import {
  BinaryCrossEntropy,
  Dense,
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
  readonly loss?: Tensor;
  readonly grad_logits?: Tensor;
  readonly grad_input?: Tensor;
  readonly x?: Tensor;
  readonly y?: Tensor;
  readonly dy_dx?: Tensor;
  readonly dy?: Tensor;
  readonly dx?: Tensor;
}

const LOSSES: Readonly<Record<string, new (options: { reduction: 'mean' | 'sum' }) => Loss>> = {
  mse: MeanSquaredError,
  'cross_entropy(logits)': SoftmaxCrossEntropy,
  'bce(logits)': BinaryCrossEntropy,
};
const ACTIVATIONS: Readonly<Record<string, 'sigmoid' | 'tanh' | 'relu' | 'softmax'>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  'softmax(axis=1)': 'softmax',
};

const leftOut = [
  { reason: 'class weights', when: (c: Case) => c.name.startsWith('ce_class_weights'), cases: 3 },
  { reason: 'ignore_index', when: (c: Case) => c.name.startsWith('ce_ignore_index'), cases: 3 },
  { reason: 'label smoothing', when: (c: Case) => c.name.startsWith('ce_label_smoothing'), cases: 3 },
  { reason: 'masked sequence', when: (c: Case) => c.name === 'ce_sequence_masked_mean', cases: 1 },
  { reason: 'L1', when: (c: Case) => c.op === 'l1', cases: 3 },
  { reason: 'Huber', when: (c: Case) => c.op === 'huber', cases: 3 },
  { reason: 'cross entropy of probabilities', when: (c: Case) => c.op === 'bce(probabilities)', cases: 4 },
  { reason: 'softplus', when: (c: Case) => c.op === 'softplus', cases: 1 },
];
const covers = 'softmax and sigmoid cross entropy from logits, soft targets, extreme logits, MSE; activations';

/** An activation and its gradient, by a dense layer of identity weights. */
function activate(x: Tensor, dy: Tensor, activation: 'sigmoid' | 'tanh' | 'relu' | 'softmax', dtype: DType): Tensor[] {
  const features = x.shape.at(-1)!;
  const dense = new Dense({ units: features, inputSize: features, activation, dtype }).build();
  const identity = zeros([features, features]);
  for (let j = 0; j < features; j++) identity.set(j, j, 1);
  dense.parameters.get('kernel').assign(identity);
  return [dense.forward(x), dense.backward(dy).dx];
}

describeGolden<Case>('torch/losses.json', { covers, run: 18, leftOut }, (each) => {
  each((c, check, dtype, file) => {
    const within = (expected: Comparable): Tolerance =>
      dtype === 'float32' ? { abs: 1e-6 * Math.max(1, largest(expected)), rel: 0 } : file.tolerance;
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
    const { reduction, loss: expected } = c;
    const prediction = tensor((c.logits ?? c.input)!, { dtype });
    const loss = new LOSSES[c.op]!({ reduction: reduction === 'mean' ? 'mean' : 'sum' });
    const got = loss.evaluate(prediction, float64(c.target as Comparable));
    expectFit('loss', reduction === 'none' ? got.each : got.loss, expected!);
    expectFit('gradient', got.gradient, (c.grad_logits ?? c.grad_input)!); // of the sum where nothing is reduced
  });
});
