import { zeros } from '../../lib/tensor/create.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import { stack } from '../../lib/tensor/stack.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { largest } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch } from '../support/peer-weights.ts';
import {
  backward,
  float32Forward,
  float32Gradient,
  forward,
  type LayerState,
  layerWith,
} from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell?: 'lstm' | 'gru';
  readonly config: { readonly hidden_size: number; readonly seq_len: number };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  /** Row t is the state after t steps: h, or [h, c] side by side. */
  readonly h?: Tensor;
  readonly states?: Tensor;
  readonly jacobians: readonly { readonly i: number; readonly t: number; readonly J: Tensor }[];
  readonly v?: Tensor;
  readonly dL_dh?: Tensor;
}

const covers = '∂h_t/∂h_i of a SimpleRNN in four regimes, of LSTM and GRU (reset after); ∂L/∂h_t along time';

describeGolden<Case>('torch/jacobian.json', { covers, run: 6 }, (each) => {
  each((c, check, dtype, file) => {
    const { cell = 'rnn', config, weights, inputs, jacobians, v, dL_dh } = c;
    const { hidden_size: H, seq_len: T } = config;
    const named =
      cell === 'rnn'
        ? { kernel: weights.W_xh!.T, recurrentKernel: weights.W_hh!.T, bias: weights.b! }
        : fromTorch(cell, Object.fromEntries(Object.entries(weights).map(([name, w]) => [`${name}_l0`, w])));
    const layers = [layerWith(cell, named, { dtype })];
    const expected = (c.h ?? c.states)!;
    const x = inputs.x!;
    const batch = (row: NdArrayLike): Tensor => stack([row]);
    const split = (row: Tensor): LayerState =>
      cell === 'lstm' ? { h: batch(row.hi(H)), c: batch(row.lo(H)) } : { h: batch(row) };
    const join = (states: Readonly<Record<string, Tensor>>): number[] =>
      Object.values(states).flatMap((array) => Array.from(array.data));
    const tail = (i: number, t: number): { last: number[]; back: (dState: Tensor) => number[] } => {
      const out = forward(layers, batch(x.lo(i).hi(t - i)), [split(expected.pick(i))]);
      return {
        last: join(out.states[0]!),
        back: (dState) => join(backward(layers, undefined, [split(dState)]).dStates[0]!),
      };
    };

    for (let t = 1; t <= T; t++) {
      const row = expected.pick(t);
      check(`state ${t}`, tail(0, t).last, row, dtype === 'float32' ? float32Forward(row) : file.tolerance);
    }
    // All of h_12 lies within 0.02 of ±1 there: the smallest 1 − h² is 0.004, and known in float32 to 2⁻²³, 3e-5 of itself.
    const times = c.name === 'rnn_jacobian_contracting' ? 6 : 1;
    const gradient = (what: string, got: number[], row: Tensor, of: Tensor): void =>
      check(what, got, row, dtype === 'float32' ? float32Gradient(of, times * 5e-6 * largest(of)) : file.tolerance);
    for (const { i, t, J } of jacobians.filter(({ i, t }) => i < t)) {
      const { back } = tail(i, t);
      for (let a = 0; a < J.shape[0]!; a++) {
        const unit = zeros([J.shape[0]!], { dtype: 'float64' });
        unit.set(a, 1);
        gradient(`row ${a} of ∂h_${t}/∂h_${i}`, back(unit), J.pick(a), J);
      }
    }
    if (dL_dh === undefined) return;
    for (let i = 0; i < T; i++) gradient(`dL/dh_${i}`, tail(i, T).back(v!), dL_dh.pick(i), dL_dh.pick(i));
    check('v', v!, dL_dh.pick(T)); // ∂L/∂h_T
  });
});
