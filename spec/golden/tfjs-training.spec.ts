import { Adam, Dense, MeanSquaredError, SGD } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind } from '../support/peer-weights.ts';
import { layerWith, load } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell: 'simpleRNN' | 'lstm' | 'gru';
  readonly optimizer: 'sgd' | 'adam';
  readonly lr: number;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly initial: Arrays;
  readonly loss_before_step: readonly number[];
  readonly after_step_1: Arrays;
  readonly final: Arrays;
}

const covers = '15 steps on the last output with a Dense: loss, SGD and Adam, weights';

describeGolden<Case>('tfjs/train_trace.json', { covers, run: 3 }, (each) => {
  each((c, check, dtype) => {
    const cell: Kind = c.cell === 'simpleRNN' ? 'rnn' : c.cell;
    const { initial } = c;
    const layer = layerWith(cell, fromKeras(cell, initial), { dtype, returnSequences: false });
    const dense = new Dense({ units: 1, inputSize: initial.dense_kernel!.shape[0]!, dtype }).build();
    load(dense.parameters, { kernel: initial.dense_kernel!, bias: initial.dense_bias! });
    const optimizer = (): SGD | Adam =>
      c.optimizer === 'sgd' ? new SGD({ learningRate: c.lr }) : new Adam({ learningRate: c.lr, epsilon: 1e-7 });
    const [layerOptimizer, denseOptimizer] = [optimizer(), optimizer()];
    const loss = new MeanSquaredError();
    const expectParameters = (when: string, expected: Arrays): void => {
      const ours = fromKeras(cell, expected);
      for (const { name, value } of layer.parameters) check(`${name} ${when}`, value, ours[name]!);
      for (const { name, value } of dense.parameters) check(`dense ${name} ${when}`, value, expected[`dense_${name}`]!);
    };

    c.loss_before_step.forEach((expected, k) => {
      const { loss: value, gradient } = loss.evaluate(dense.forward(layer.forward(c.x)), c.y);
      check(`loss before step ${k + 1}`, value, expected);
      layer.parameters.zeroGradients();
      dense.parameters.zeroGradients();
      layer.backward(dense.backward(gradient).dx);
      layerOptimizer.step(layer.parameters);
      denseOptimizer.step(dense.parameters);
      if (k === 0) expectParameters('after step 1', c.after_step_1);
    });
    expectParameters('at the end', c.final);
  });
});
