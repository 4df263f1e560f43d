import {
  Adam,
  clipGradients,
  Dense,
  Parameters,
  SGD,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch, type Kind, toTorch } from '../support/peer-weights.ts';
import { backward, forward, gradients, layerWith, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell: Kind;
  readonly optimizer: 'sgd' | 'adam';
  readonly lr: number;
  readonly clip_global_norm: number;
  readonly config: { readonly vocab: number; readonly hidden_size: number };
  /** [T + 1][B] character numbers. */
  readonly ids: readonly (readonly number[])[];
  readonly initial: Arrays;
  readonly first_gradients_unclipped: Arrays;
  readonly after_step_1: Arrays;
  readonly trace: readonly { readonly loss: number; readonly global_norm: number; readonly scale: number }[];
  readonly final_loss: number;
  readonly final: Arrays;
}

/** One-hot inputs [B, T, V] and the next characters [B, T]. */
function batch(ids: Case['ids'], V: number): { x: Tensor; target: Tensor } {
  const T = ids.length - 1;
  const B = ids[0]!.length;
  const x = zeros([B, T, V]);
  for (let t = 0; t < T; t++) for (let b = 0; b < B; b++) x.set(b, t, ids[t]![b]!, 1);
  return { x, target: tensor(ids.slice(1)).T };
}

const covers = '15 steps of a character model: loss, gradients, global norm, clipping, SGD and Adam, weights';

describeGolden<Case>('torch/train_trace.json', { covers, run: 4 }, (each) => {
  each(
    (c, check, dtype) => {
      const { cell, config, initial } = c;
      const { x, target } = batch(c.ids, config.vocab);
      const loss = new SoftmaxCrossEntropy();
      // torch moves two biases that have the same gradient where we have one, their sum. So the parameters that are
      // clipped and stepped are torch's, and the layers get the sums.
      const parameters = Parameters.of(initial, { dtype });
      const optimizer = new (c.optimizer === 'sgd' ? SGD : Adam)({ learningRate: c.lr });
      const layer = layerWith(cell, fromTorch(cell, initial), { dtype });
      const dense = new Dense({ units: config.vocab, inputSize: config.hidden_size, dtype }).build();

      const evaluate = () => {
        const values: Arrays = Object.fromEntries([...parameters].map(({ name, value }) => [name, value]));
        load(layer.parameters, fromTorch(cell, values));
        load(dense.parameters, { kernel: values.W_hy!.T, bias: values.b_y! });
        const logits = dense.forward(forward([layer], x, [state(undefined)]).y);
        return loss.evaluate(logits, target);
      };
      const expectParameters = (when: string, expected: Arrays): void => {
        for (const { name, value } of parameters) check(`${name} ${when}`, value, expected[name]!);
      };

      c.trace.forEach(({ loss, global_norm, scale }, k) => {
        const { loss: value, gradient } = evaluate();
        check(`loss before step ${k + 1}`, value, loss);
        layer.parameters.zeroGradients();
        dense.parameters.zeroGradients();
        backward([layer], dense.backward(gradient).dx);
        const { kernel, bias } = gradients(dense.parameters);
        const all: Arrays = { ...toTorch(cell, gradients(layer.parameters)), W_hy: kernel!.T, b_y: bias! };
        for (const { name, gradient } of parameters) {
          assign(gradient, all[name]!);
          if (k === 0) check(`first gradient of ${name}`, gradient, c.first_gradients_unclipped[name]!);
        }
        const norm = clipGradients(parameters, { globalNorm: c.clip_global_norm });
        check(`global norm of step ${k + 1}`, norm, global_norm);
        check(`scale of step ${k + 1}`, c.clip_global_norm / Math.max(norm, c.clip_global_norm), scale);
        optimizer.step(parameters);
        if (k === 0) expectParameters('after step 1', c.after_step_1);
      });
      check('final loss', evaluate().loss, c.final_loss);
      expectParameters('at the end', c.final);
    },
    ['float64'],
  );
});
