import type { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch, type Kind, toTorch } from '../support/peer-weights.ts';
import {
  backward,
  float32Forward,
  float32Gradient,
  forward,
  gradients,
  type LayerState,
  layerWith,
  state,
} from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell: Kind;
  readonly config: { readonly seq_len: number; readonly chunk: number };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly upstream: Arrays;
  readonly outputs: Arrays;
  readonly grads_accumulated_after_chunk: readonly Arrays[];
  readonly grad_x_truncated: Tensor;
  readonly grads_full_bptt: Arrays;
  readonly grad_x_full_bptt: Tensor;
}

const covers = 'truncate, and the state carried over chunks by hand, gradients added up; the full pass for contrast';

describeGolden<Case>('torch/tbptt.json', { covers, run: 3 }, (each) => {
  each((c, check, dtype, file) => {
    const { cell, config, weights, inputs, upstream, outputs } = c;
    const exact = dtype === 'float64';
    const expectForward = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, exact ? file.tolerance : float32Forward(expected));
    const expectGradient = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, exact ? file.tolerance : float32Gradient(expected));
    const layer = layerWith(cell, fromTorch(cell, weights), { dtype });

    /** One pass over `steps` steps; the gradients add up. */
    const pass = (from: number, steps: number, initial: LayerState): LayerState => {
      const part = (array: Tensor): Tensor => array.lo(from).hi(steps);
      const { y, states } = forward([layer], part(inputs.x!).transpose(1, 0, 2), [initial]);
      expectForward(`y from ${from}`, y.transpose(1, 0, 2), part(outputs.y!));
      const { dx } = backward([layer], part(upstream.dy!).transpose(1, 0, 2));
      const expected = steps === config.seq_len ? c.grad_x_full_bptt : c.grad_x_truncated;
      expectGradient(`dx from ${from}`, dx.transpose(1, 0, 2), part(expected));
      return states[0]!;
    };
    const expectGradients = (when: string, expected: Arrays): void => {
      for (const [name, gradient] of Object.entries(toTorch(cell, gradients(layer.parameters)))) {
        expectGradient(`d ${name} ${when}`, gradient, expected[name]!);
      }
    };

    const start = state(inputs.h0!.pick(0), inputs.c0?.pick(0))!;
    let current = start;
    c.grads_accumulated_after_chunk.forEach((expected, q) => {
      current = pass(q * config.chunk, config.chunk, current);
      expectGradients(`after chunk ${q}`, expected);
    });
    layer.parameters.zeroGradients();
    const truncate = { every: config.chunk, back: config.chunk };
    const y = layer.forward(inputs.x!.transpose(1, 0, 2), { initialState: start, truncate });
    expectForward('y, truncated', y.transpose(1, 0, 2), outputs.y!);
    const { dx } = layer.backward(upstream.dy!.transpose(1, 0, 2));
    expectGradient('dx, truncated', dx.transpose(1, 0, 2), c.grad_x_truncated);
    expectGradients('truncated', c.grads_accumulated_after_chunk.at(-1)!);

    layer.parameters.zeroGradients();
    pass(0, config.seq_len, start);
    expectGradients('of the full pass', c.grads_full_bptt);
  });
});
