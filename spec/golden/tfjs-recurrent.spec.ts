import type { Tensor } from '../../lib/tensor/tensor.ts';
import type { Tolerance } from '../support/compare.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind, toKeras } from '../support/peer-weights.ts';
import { backward, forward, gradients, layerWith, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell: 'simpleRNN' | 'lstm' | 'gru';
  readonly effective?: {
    readonly activation: 'tanh' | 'relu';
    readonly recurrentActivation?: string;
    readonly returnSequences: boolean;
    readonly goBackwards: boolean;
  };
  readonly mask?: readonly (readonly number[])[];
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  /** null at one step, where tfjs throws. */
  readonly grads: Arrays | null;
  readonly throws?: string;
}
interface File extends GoldenFile<Case> {
  readonly tolerance: Tolerance & { readonly grad_abs: number; readonly grad_rel: number };
}

const notThere = { reason: 'resetAfter, which tfjs refuses', when: (c: Case) => c.throws !== undefined, cases: 1 };

const covers =
  'one layer: sequences and last output, zero state, no bias, one step, masks with gaps and empty rows, goBackwards';
const FILES = [
  ['tfjs/simpleRNN.json', { covers: `${covers}, relu`, run: 11 }],
  ['tfjs/lstm.json', { covers: `${covers}, relu, hardSigmoid`, run: 13 }],
  ['tfjs/gru.json', { covers: `${covers}, relu, hardSigmoid; reset before`, run: 13, leftOut: [notThere] }],
] as const;

for (const [name, coverage] of FILES) {
  describeGolden<Case, File>(name, coverage, (each) => {
    each((c, check, dtype, { tolerance }) => {
      const { weights, inputs, outputs, upstream, grads, mask } = c;
      const { returnSequences, goBackwards, activation, recurrentActivation } = c.effective!;
      const cell: Kind = c.cell === 'simpleRNN' ? 'rnn' : c.cell;
      const layer = layerWith(cell, fromKeras(cell, weights), {
        dtype,
        activation,
        recurrentActivation: recurrentActivation === 'hardSigmoid' ? 'hardSigmoidFifth' : 'sigmoid',
        returnSequences,
        goBackwards,
      });

      const { y, states } = forward([layer], inputs.x!, [state(inputs.h0, inputs.c0)], { mask });
      check('y', y, (outputs.y ?? outputs.y_last)!);
      if (outputs.hn) check('hn', states[0]!.h!, outputs.hn);
      if (outputs.cn) check('cn', states[0]!.c!, outputs.cn);

      if (grads === null) return;
      const expectGradient = (what: string, got: Tensor, expected: Tensor): void =>
        check(what, got, expected, { abs: tolerance.grad_abs, rel: tolerance.grad_rel });
      const { dx, dStates } = backward([layer], upstream.dy ?? upstream.dy_last, [state(upstream.dhn, upstream.dcn)]);
      expectGradient('dx', dx, grads.x!);
      if (grads.h0) expectGradient('dh0', dStates[0]!.h!, grads.h0);
      if (grads.c0) expectGradient('dc0', dStates[0]!.c!, grads.c0);
      for (const [name, gradient] of Object.entries(toKeras(cell, gradients(layer.parameters)))) {
        expectGradient(`d ${name}`, gradient, grads[name]!);
      }
    });
  });
}
