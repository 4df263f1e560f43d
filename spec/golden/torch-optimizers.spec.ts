import { Dense, MeanSquaredError, type Optimizer, Parameters, tensor } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import type { Tolerance } from '../support/compare.ts';
import { type Check, describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import { load } from '../support/recurrent.ts';
import { optimizerOf, type TorchConfig } from '../support/torch-optimizers.ts';

interface Step {
  readonly loss_before?: number;
  readonly grad_W: number[];
  readonly grad_b?: number[];
  readonly W: number[];
  readonly b?: number[];
}
interface Case extends GoldenCase {
  readonly class: string;
  readonly config: TorchConfig;
  readonly initial?: { readonly W: number[] };
  readonly steps: readonly Step[];
}
interface File extends GoldenFile<Case> {
  readonly problem: { readonly X: Tensor; readonly Y: Tensor; readonly W0: Tensor; readonly b0: Tensor };
}

const optimizer = ({ class: name, config }: Case): Optimizer => optimizerOf(name, config);

const covers = 'SGD, momentum, Nesterov, dampening, Adam, AMSGrad, AdamW, RMSprop, Adagrad, weight decay: every step';

function row(values: number[], shape: readonly number[]): Tensor {
  return new Tensor({ data: Float64Array.from(values) }, shape);
}

describeGolden<Case, File>('torch/optim.json', { covers, run: 20 }, (each) => {
  each((c, check, dtype, file) => {
    const tolerance = dtype === 'float32' ? { abs: 1e-6, rel: 1e-6 } : file.tolerance;
    replay(c, check, dtype, file, tolerance);
    if (c.initial === undefined) train(c, check, dtype, file, tolerance);
  });
});

/** Feeds the recorded gradients. */
function replay(c: Case, check: Check, dtype: Tensor['dtype'], { problem }: File, tolerance: Tolerance): void {
  const start: Record<string, Tensor> =
    c.initial === undefined ? { W: problem.W0, b: problem.b0 } : { W: tensor(c.initial.W, { dtype: 'float64' }) };
  const parameters = Parameters.of(start, { dtype });
  const step = optimizer(c);
  c.steps.forEach((recorded, k) => {
    for (const { name, gradient } of parameters) {
      assign(gradient, row(name === 'W' ? recorded.grad_W : recorded.grad_b!, gradient.shape));
    }
    step.step(parameters);
    for (const { name, value } of parameters) {
      const expected = row(name === 'W' ? recorded.W : recorded.b!, value.shape);
      check(`${name} after step ${k + 1}`, value, expected, tolerance);
    }
  });
}

/** Computes the gradients: a dense layer, y = x·Wᵀ + b, and the mean squared error. */
function train(c: Case, check: Check, dtype: Tensor['dtype'], { problem }: File, tolerance: Tolerance): void {
  const { X, Y, W0, b0 } = problem;
  const dense = new Dense({ units: 3, inputSize: 2, dtype }).build();
  load(dense.parameters, { kernel: W0.T, bias: b0 });
  const loss = new MeanSquaredError();
  const step = optimizer(c);
  const kernel = dense.parameters.get('kernel');
  const bias = dense.parameters.get('bias');
  c.steps.forEach((recorded, k) => {
    const { loss: value, gradient } = loss.evaluate(dense.forward(X), Y);
    dense.parameters.zeroGradients();
    dense.backward(gradient);
    check(`loss before step ${k + 1}`, value, recorded.loss_before!, tolerance);
    check(`dW of step ${k + 1}`, kernel.gradient.T, row(recorded.grad_W, [3, 2]), tolerance);
    check(`db of step ${k + 1}`, bias.gradient, row(recorded.grad_b!, [3]), tolerance);
    step.step(dense.parameters);
    check(`W after own step ${k + 1}`, kernel.value.T, row(recorded.W, [3, 2]), tolerance);
    check(`b after own step ${k + 1}`, bias.value, row(recorded.b!, [3]), tolerance);
  });
}
