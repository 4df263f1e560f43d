import { MGU } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { backward, float32Forward, float32Gradient, forward, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell: string;
  readonly config: { readonly input_size: number; readonly hidden_size: number };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

const others = { reason: 'other cells', when: (c: Case) => c.cell !== 'mgu', cases: 11 };

describeGolden<Case>('torch2/cells_other.json', { covers: 'minimal gated unit', run: 3, leftOut: [others] }, (each) => {
  each((c, check, dtype, file) => {
    const { config, weights, inputs, outputs, upstream, grads } = c;
    const layer = new MGU({ units: config.hidden_size, inputSize: config.input_size, dtype, returnSequences: true });
    load(layer.build().parameters, { kernel: weights.W!.T, recurrentKernel: weights.U!.T, bias: weights.b! });
    const forwards = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
      check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : file.tolerance);
    const gradient = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
      check(what, got, expected, dtype === 'float32' ? float32Gradient(expected) : file.tolerance);

    const { y, states } = forward([layer], inputs.x!.transpose(1, 0, 2), [state(inputs.h0)]);
    forwards('y', y.transpose(1, 0, 2), outputs.y!);
    forwards('hn', states[0]!.h!, outputs.hn!);
    const { dx, dStates } = backward([layer], upstream.dy!.transpose(1, 0, 2), [state(upstream.dhn)]);
    gradient('dx', dx.transpose(1, 0, 2), grads.x!);
    gradient('dh0', dStates[0]!.h!, grads.h0!);
    gradient('dW', layer.parameters.get('kernel').gradient.T, grads.W!);
    gradient('dU', layer.parameters.get('recurrentKernel').gradient.T, grads.U!);
    gradient('db', layer.parameters.get('bias').gradient, grads.b!);
  });
});
