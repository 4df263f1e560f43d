import { type Cell, GRUCell, LSTMCell, RNN } from '../../lib/index.ts';
import { Dense } from '../../lib/layers/dense.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { type Check, describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { backward, float32Forward, float32Gradient, forward, layerWith, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly config: { readonly input_size: number; readonly hidden_size: number; readonly output_size?: number };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
  readonly c_sequence?: Tensor;
}

/** Checks of one case in the file's tolerance, or in that of float32. */
function checks(check: Check, dtype: DType, { tolerance }: GoldenFile<Case>) {
  const forwards = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : tolerance);
  const gradient = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Gradient(expected) : tolerance);
  return { forwards, gradient };
}

// The notes' own layout, one matrix a gate on [h, x]: the views of `cell.gate(name)`, written and read as they are.
const CELLS = [
  ['torch/custom_gru_reset_before.json', GRUCell, { z: 'update', r: 'reset', h: 'candidate' }],
  ['torch/custom_lstm_concat.json', LSTMCell, { f: 'forget', i: 'input', c: 'candidate', o: 'output' }],
] as const;

for (const [name, CellClass, gates] of CELLS) {
  const covers = `${CellClass.name} by gates on [h, x]; layer and single steps`;
  describeGolden<Case>(name, { covers, run: 4 }, (each) => {
    each((c, check, dtype, file) => {
      const { config, weights, inputs, outputs, upstream, grads, c_sequence } = c;
      const { forwards, gradient } = checks(check, dtype, file);
      const cell: Cell = new CellClass({ units: config.hidden_size, inputSize: config.input_size, dtype });
      const layer = new RNN({ cell, returnSequences: true }).build();
      for (const [letter, gate] of Object.entries(gates)) {
        assign(cell.gate(gate).W, weights[`W_${letter}`]!);
        assign(cell.gate(gate).b!, weights[`b_${letter}`]!);
      }
      const initial = state(inputs.h0, inputs.c0)!;
      const { y, states } = forward([layer], inputs.x!.transpose(1, 0, 2), [initial]);
      forwards('y', y.transpose(1, 0, 2), outputs.y!);
      forwards('hn', states[0]!.h!, outputs.hn!);
      if (outputs.cn) forwards('cn', states[0]!.c!, outputs.cn);

      const dFinal = state(upstream.dhn, upstream.dcn);
      const { dx, dStates } = backward([layer], upstream.dy!.transpose(1, 0, 2), [dFinal]);
      gradient('dx', dx.transpose(1, 0, 2), grads.x!);
      gradient('dh0', dStates[0]!.h!, grads.h0!);
      if (grads.c0) gradient('dc0', dStates[0]!.c!, grads.c0);
      for (const [letter, gate] of Object.entries(gates)) {
        gradient(`dW_${letter}`, cell.gate(gate).dW, grads[`W_${letter}`]!);
        gradient(`db_${letter}`, cell.gate(gate).db!, grads[`b_${letter}`]!);
      }

      let current = initial;
      for (let t = 0; t < inputs.x!.shape[0]!; t++) {
        const [out, next] = cell.step(inputs.x!.pick(t), current);
        forwards(`output of step ${t}`, out, outputs.y!.pick(t));
        if (c_sequence) forwards(`c of step ${t}`, next.c!, c_sequence.pick(t));
        current = next;
      }
    });
  });
}

describeGolden<Case>('torch/custom_rnn_readout.json', { covers: 'SimpleRNN with a Dense read-out', run: 4 }, (each) => {
  each((c, check, dtype, file) => {
    const { weights, inputs, outputs, upstream, grads, config } = c;
    const { forwards, gradient } = checks(check, dtype, file);
    const values = { kernel: weights.W_xh!.T, recurrentKernel: weights.W_hh!.T, bias: weights.b_h! };
    const rnn = layerWith('rnn', values, { dtype });
    const dense = new Dense({ units: config.output_size!, inputSize: config.hidden_size, dtype }).build();
    load(dense.parameters, { kernel: weights.W_hy!.T, bias: weights.b_y! });

    const { y: h, states } = forward([rnn], inputs.x!.transpose(1, 0, 2), [state(inputs.h0)]);
    forwards('y', dense.forward(h).transpose(1, 0, 2), outputs.y!);
    forwards('hn', states[0]!.h!, outputs.hn!);

    const dh = dense.backward(upstream.dy!.transpose(1, 0, 2)).dx;
    const { dx, dStates } = backward([rnn], dh, [state(upstream.dhn)]);
    gradient('dx', dx.transpose(1, 0, 2), grads.x!);
    gradient('dh0', dStates[0]!.h!, grads.h0!);
    gradient('dW_xh', rnn.parameters.get('kernel').gradient.T, grads.W_xh!);
    gradient('dW_hh', rnn.parameters.get('recurrentKernel').gradient.T, grads.W_hh!);
    gradient('db_h', rnn.parameters.get('bias').gradient, grads.b_h!);
    gradient('dW_hy', dense.parameters.get('kernel').gradient.T, grads.W_hy!);
    gradient('db_y', dense.parameters.get('bias').gradient, grads.b_y!);
  });
});
