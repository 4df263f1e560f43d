import { LSTM } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch, toTorch } from '../support/peer-weights.ts';
import { backward, float32Forward, float32Gradient, forward, gradients, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly config: {
    readonly hidden_size: number;
    readonly proj_size: number;
    readonly num_layers: number;
    readonly bidirectional: boolean;
  };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

const bidirectional = { reason: 'bidirectional', when: (c: Case) => c.config.bidirectional, cases: 2 };
const coverage = { covers: 'LSTM with projectionSize, one and two layers', run: 3, leftOut: [bidirectional] };

describeGolden<Case>('torch/lstm_proj.json', coverage, (each) => {
  each((c, check, dtype, file) => {
    const { config, weights, inputs, outputs, upstream, grads } = c;
    const layers = Array.from({ length: config.num_layers }, (_, k) => {
      const values = fromTorch('lstm', weights, k);
      const [units, projectionSize] = [config.hidden_size, config.proj_size];
      const inputSize = values.kernel!.shape[0]!;
      const layer = new LSTM({ units, projectionSize, inputSize, dtype, returnSequences: true }).build();
      load(layer.parameters, { ...values, projection: weights[`weight_hr_l${k}`]!.T });
      return layer;
    });
    const forwards = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
      check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : file.tolerance);
    const gradient = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
      check(what, got, expected, dtype === 'float32' ? float32Gradient(expected) : file.tolerance);

    const initial = layers.map((_, k) => state(inputs.h0!.pick(k), inputs.c0!.pick(k)));
    const { y, states } = forward(layers, inputs.x!.transpose(1, 0, 2), initial);
    forwards('y', y.transpose(1, 0, 2), outputs.y!);
    const final = layers.map((_, k) => state(upstream.dhn!.pick(k), upstream.dcn!.pick(k)));
    const { dx, dStates } = backward(layers, upstream.dy!.transpose(1, 0, 2), final);
    gradient('dx', dx.transpose(1, 0, 2), grads.x!);
    for (const [k, { parameters }] of layers.entries()) {
      forwards(`hn of layer ${k}`, states[k]!.h!, outputs.hn!.pick(k));
      forwards(`cn of layer ${k}`, states[k]!.c!, outputs.cn!.pick(k));
      gradient(`dh0 of layer ${k}`, dStates[k]!.h!, grads.h0!.pick(k));
      gradient(`dc0 of layer ${k}`, dStates[k]!.c!, grads.c0!.pick(k));
      const { projection, ...ours } = gradients(parameters);
      gradient(`d weight_hr_l${k}`, projection!.T, grads[`weight_hr_l${k}`]!);
      for (const [name, values] of Object.entries(toTorch('lstm', ours, k)))
        gradient(`d ${name}`, values, grads[name]!);
    }
  });
});
