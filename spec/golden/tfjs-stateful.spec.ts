import type { MergeMode } from '../../lib/layers/bidirectional-pass.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import type { Tolerance } from '../support/compare.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind, toKeras } from '../support/peer-weights.ts';
import { backward, bidirectionalWith, forward, gradients, layerWith } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell?: 'simpleRNN' | 'lstm' | 'gru';
  readonly config?: { readonly mergeMode?: MergeMode | 'ave'; readonly returnSequences?: boolean };
  readonly weights: Arrays;
  readonly x1?: Tensor;
  readonly x2?: Tensor;
  readonly y1?: Tensor;
  readonly y2_after_y1?: Tensor;
  readonly y2_after_reset?: Tensor;
  readonly inputs?: Arrays;
  readonly outputs?: Arrays;
  readonly upstream?: Arrays;
  readonly grads?: Arrays;
}
interface File extends GoldenFile<Case> {
  readonly tolerance: Tolerance & { readonly grad_abs: number; readonly grad_rel: number };
}

const covers =
  'stateful layers by a state carried by hand; a stack of LSTM, GRU and SimpleRNN; bidirectional layers with four merge modes';
const STACK: readonly Kind[] = ['lstm', 'gru', 'rnn'];

describeGolden<Case, File>('tfjs/stateful_bidir_stacked.json', { covers, run: 28 }, (each) => {
  each((c, check, dtype, { tolerance }) => {
    const { weights, inputs, outputs, upstream, grads } = c;
    const expectGradient = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, { abs: tolerance.grad_abs, rel: tolerance.grad_rel });
    const cell: Kind = c.cell === undefined || c.cell === 'simpleRNN' ? 'rnn' : c.cell;
    if (c.x1 !== undefined) {
      const layers = [layerWith(cell, fromKeras(cell, weights), { dtype })];
      const first = forward(layers, c.x1);
      check('y1', first.y, c.y1!);
      check('y2 after y1', forward(layers, c.x2!, first.states).y, c.y2_after_y1!);
      check('y2 after reset', forward(layers, c.x2!).y, c.y2_after_reset!);
      return;
    }
    const { mergeMode, returnSequences = true } = c.config ?? {};
    if (mergeMode !== undefined) {
      const both = [fromKeras(cell, weights, 'forward_'), fromKeras(cell, weights, 'backward_')] as const;
      const mode = mergeMode === 'ave' ? 'average' : mergeMode;
      const layer = bidirectionalWith(cell, both, mode, { dtype, returnSequences });
      check('y', layer.forward(inputs!.x!), outputs!.y!);
      expectGradient('dx', layer.backward(upstream!.dy).dx, grads!.x!);
      for (const [k, prefix] of ['forward_', 'backward_'].entries()) {
        const turned = toKeras(cell, gradients(layer.layers[k]!.parameters), prefix);
        for (const [name, gradient] of Object.entries(turned)) expectGradient(`d ${name}`, gradient, grads![name]!);
      }
      return;
    }
    // A stack of cells runs all of them at each step; the same as layers on top of each other.
    const layers = STACK.map((kind, k) => layerWith(kind, fromKeras(kind, weights, `cell${k}_`), { dtype }));
    check('y', forward(layers, inputs!.x!).y, outputs!.y!);
    expectGradient('dx', backward(layers, upstream!.dy).dx, grads!.x!);
    STACK.forEach((kind, k) => {
      const turned = toKeras(kind, gradients(layers[k]!.parameters), `cell${k}_`);
      for (const [name, gradient] of Object.entries(turned)) expectGradient(`d ${name}`, gradient, grads![name]!);
    });
  });
});
