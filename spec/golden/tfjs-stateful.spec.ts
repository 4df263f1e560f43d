import type { Tensor } from '../../lib/tensor/tensor.ts';
import type { Tolerance } from '../support/compare.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind, toKeras } from '../support/peer-weights.ts';
import { backward, forward, gradients, layerWith } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell?: 'simpleRNN' | 'lstm' | 'gru';
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

const leftOut = [{ reason: 'bidirectional', when: (c: Case) => c.name.startsWith('bidirectional'), cases: 24 }];
const covers = 'stateful layers by a state carried by hand; a stack of LSTM, GRU and SimpleRNN';
const STACK: readonly Kind[] = ['lstm', 'gru', 'rnn'];

describeGolden<Case, File>('tfjs/stateful_bidir_stacked.json', { covers, run: 4, leftOut }, (each) => {
  each((c, check, dtype, { tolerance }) => {
    const { weights, inputs, outputs, upstream, grads } = c;
    if (c.x1 !== undefined) {
      const cell: Kind = c.cell === 'simpleRNN' ? 'rnn' : c.cell!;
      const layers = [layerWith(cell, fromKeras(cell, weights), { dtype })];
      const first = forward(layers, c.x1);
      check('y1', first.y, c.y1!);
      check('y2 after y1', forward(layers, c.x2!, first.states).y, c.y2_after_y1!);
      check('y2 after reset', forward(layers, c.x2!).y, c.y2_after_reset!);
      return;
    }
    // A stack of cells runs all of them at each step; the same as layers on top of each other.
    const layers = STACK.map((kind, k) => layerWith(kind, fromKeras(kind, weights, `cell${k}_`), { dtype }));
    check('y', forward(layers, inputs!.x!).y, outputs!.y!);
    const expectGradient = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, { abs: tolerance.grad_abs, rel: tolerance.grad_rel });
    expectGradient('dx', backward(layers, upstream!.dy).dx, grads!.x!);
    STACK.forEach((kind, k) => {
      const turned = toKeras(kind, gradients(layers[k]!.parameters), `cell${k}_`);
      for (const [name, gradient] of Object.entries(turned)) expectGradient(`d ${name}`, gradient, grads![name]!);
    });
  });
});
