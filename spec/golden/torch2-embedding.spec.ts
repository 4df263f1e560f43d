import {
  Adagrad,
  Adam,
  assign,
  type DType,
  Embedding,
  type Optimizer,
  Parameters,
  SGD,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';

interface Case extends GoldenCase {
  readonly layer: 'Embedding' | 'LayerNorm';
  readonly config: { readonly vocab: number; readonly dim: number; readonly padding_idx: number | null };
  readonly weights: Arrays;
  readonly inputs: { readonly ids: Tensor };
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

describeGolden<Case>(
  'torch2/layernorm_embedding.json',
  {
    covers: 'embedding, repeated rows, padding',
    run: 4,
    leftOut: [
      { reason: 'layer normalization has a spec of its own', when: ({ layer }) => layer === 'LayerNorm', cases: 9 },
      {
        reason: 'padding is index 0, and a masked step has the output 0',
        when: ({ name }) => name.includes('last_zero') || name.includes('only_padding'),
        cases: 2,
      },
    ],
  },
  (each) => {
    each((c, check, dtype) => {
      const { vocab, dim, padding_idx } = c.config;
      const layer = new Embedding({ inputDim: vocab, outputDim: dim, maskZero: padding_idx === 0, dtype }).build(1);
      const table = layer.parameters.get('embeddings');
      table.assign(c.weights.weight!);
      const [ids, y] = [c.inputs.ids, layer.forward(c.inputs.ids)];
      const within = dtype === 'float32' ? { abs: 1e-6, rel: 1e-6 } : undefined;
      for (const [k, id] of ids.data.entries()) {
        const [row, t] = [Math.floor(k / ids.shape[1]!), k % ids.shape[1]!];
        if (padding_idx !== id) check('y', y.pick(row, t, null), c.outputs.y!.pick(row, t, null), within);
      }
      const dy = c.upstream.dy!.copy();
      if (padding_idx === 0) {
        for (const [k, id] of ids.data.entries()) if (id === 0) dy.data.fill(0, k * dim, (k + 1) * dim);
      }
      layer.backward(dy);
      check('dW', table.gradient, c.grads.weight!, within);
    });
  },
);

interface Trace extends GoldenCase {
  readonly lr: number;
  readonly after: readonly (readonly number[])[];
}

interface TraceFile extends GoldenFile<Trace> {
  readonly initial: Tensor;
  readonly ids: readonly (readonly number[])[];
  readonly upstream: readonly Tensor[];
}

/** One table whose gradients are dense: every row changes. */
function denseTable(initial: Tensor, dtype: DType): Parameters {
  return Parameters.of({ embeddings: initial }, { dtype });
}

const OPTIMIZERS: Readonly<Record<string, (learningRate: number) => Optimizer>> = {
  sparse_adam: (learningRate) => new Adam({ learningRate, epsilonMode: 'hat' }),
  dense_adam: (learningRate) => new Adam({ learningRate }),
  sparse_sgd: (learningRate) => new SGD({ learningRate }),
  sparse_adagrad: (learningRate) => new Adagrad({ learningRate, epsilon: 1e-10 }),
};

describeGolden<Trace, TraceFile>(
  'torch2/embedding_optim.json',
  {
    covers: 'updates of the rows used only; of all rows, where gradients are dense',
    run: 4,
  },
  (each) => {
    each(({ name, lr, after }, check, dtype, file) => {
      const [inputDim, outputDim] = file.initial.shape as [number, number];
      const layer = new Embedding({ inputDim, outputDim, dtype }).build(1);
      const table = layer.parameters.get('embeddings');
      table.assign(file.initial);
      const optimizer = OPTIMIZERS[name]!(lr);
      const dense = name === 'dense_adam' ? denseTable(file.initial, dtype) : undefined;
      const within = dtype === 'float32' ? { abs: 1e-5, rel: 1e-5 } : undefined;
      for (const [k, ids] of file.ids.entries()) {
        layer.forward(tensor([ids]));
        layer.parameters.zeroGradients();
        layer.backward(tensor([file.upstream[k]!.toArray() as number[][]], { dtype: 'float64' }));
        if (dense !== undefined) assign(dense.get('embeddings').gradient, table.gradient);
        const trained = dense ?? layer.parameters;
        optimizer.step(trained);
        const values = trained.get('embeddings').value.copy().data;
        check(`step ${k}`, Array.from(values), [...after[k]!], within);
      }
    });
  },
);
