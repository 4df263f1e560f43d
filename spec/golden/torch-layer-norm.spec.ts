import { LayerNormLSTM, type LayerNormPlacement, type Tensor } from '../../lib/index.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { backward, forward, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly config: {
    readonly variant: 'ba' | 'torchscript' | 'per_gate';
    readonly eps: number;
    readonly input_size: number;
    readonly hidden_size: number;
  };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

const PLACEMENTS: Readonly<Record<Case['config']['variant'], LayerNormPlacement>> = {
  ba: 'products',
  torchscript: 'productsAndState',
  per_gate: 'gatesAndState',
};

const GATES = ['i', 'f', 'g', 'o'];

/** Arrays of the gates, one behind the other. */
function joined(arrays: Arrays, prefix: string): number[] {
  return GATES.flatMap((gate) => Array.from(float64(arrays[`${prefix}_${gate}`]!).data));
}

/** The sum of all offsets that a row of gates has: they are one bias here. */
function biasOf({ b, beta_x, beta_h }: Arrays): number[] {
  const [x, h] = [beta_x!, beta_h!].map((offset) => float64(offset).data);
  return Array.from(x!, (v, j) => v + h![j]! + (b?.get(j) ?? 0));
}

const vector = (data: ArrayLike<number>) => ({
  data: Float64Array.from(data),
  shape: [data.length],
  stride: [1],
  offset: 0,
});

const covers = 'LayerNormLSTM, three placements; several offsets of the gates added up to one bias';
// In float64 alone: over rows of two to six units, the deviation can be as small as the rounding of float32.
describeGolden<Case>('torch/custom_lstm_layernorm.json', { covers, run: 12 }, (each) => {
  each(
    (c, check, dtype) => {
      const { config, weights, inputs, outputs, upstream, grads } = c;
      const normalized = PLACEMENTS[config.variant];
      const perGate = normalized === 'gatesAndState';
      const layer = new LayerNormLSTM({
        units: config.hidden_size,
        inputSize: config.input_size,
        epsilon: config.eps,
        normalized,
        dtype,
        returnSequences: true,
      });
      const { parameters } = layer.build();
      load(parameters, {
        kernel: weights.W!.T,
        recurrentKernel: weights.R!.T,
        bias: vector(perGate ? joined(weights, 'beta') : biasOf(weights)) as unknown as Tensor,
        ...(perGate
          ? { gateGain: vector(joined(weights, 'gamma')) as unknown as Tensor }
          : { inputGain: weights.gamma_x!, recurrentGain: weights.gamma_h! }),
        stateGain: weights.gamma_c!,
        stateOffset: weights.beta_c!,
      });
      const gradientOf = (name: string): Tensor => parameters.get(name).gradient;

      const { y, states } = forward([layer], inputs.x!.transpose(1, 0, 2), [state(inputs.h0, inputs.c0)]);
      check('y', y.transpose(1, 0, 2), outputs.y!);
      check('hn', states[0]!.h!, outputs.hn!);
      check('cn', states[0]!.c!, outputs.cn!);
      const { dx, dStates } = backward([layer], upstream.dy!.transpose(1, 0, 2), [state(upstream.dhn, upstream.dcn)]);
      check('dx', dx.transpose(1, 0, 2), grads.x!);
      check('dh0', dStates[0]!.h!, grads.h0!);
      check('dc0', dStates[0]!.c!, grads.c0!);
      check('dW', gradientOf('kernel').T, grads.W!);
      check('dR', gradientOf('recurrentKernel').T, grads.R!);
      check('dgamma_c', gradientOf('stateGain'), grads.gamma_c!);
      check('dbeta_c', gradientOf('stateOffset'), grads.beta_c!);
      if (perGate) {
        GATES.forEach((gate, k) => {
          const block = (array: Tensor): Tensor => array.lo(k * config.hidden_size).hi(config.hidden_size);
          check(`dgamma_${gate}`, block(gradientOf('gateGain')), grads[`gamma_${gate}`]!);
          check(`dbeta_${gate}`, block(gradientOf('bias')), grads[`beta_${gate}`]!);
        });
      } else {
        check('dgamma_x', gradientOf('inputGain'), grads.gamma_x!);
        check('dgamma_h', gradientOf('recurrentGain'), grads.gamma_h!);
        for (const name of ['b', 'beta_x', 'beta_h']) {
          if (grads[name] !== undefined) check(`d${name}`, gradientOf('bias'), grads[name]!);
        }
      }
    },
    ['float64'],
  );
});
