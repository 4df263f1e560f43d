import { largest } from '../support/compare.ts';
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
  readonly config: {
    readonly num_layers: number;
    readonly bidirectional: boolean;
    readonly nonlinearity?: 'tanh' | 'relu';
  };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

const bidirectional = { reason: 'bidirectional', when: (c: Case) => c.config.bidirectional, cases: 3 };
/**
 * Saturated gates in float32: y stands within rounding, 2⁻²⁴, of ±1 and φ′ = 1 − y² or y(1 − y) comes from y, so it is
 * known to 2⁻²³ only, where the peer in float64 still has 1e-9. Gradients inherit that, times weights and what comes from
 * above.
 */
function saturatedFloor({ name, weights, upstream }: Case): number {
  if (!name.endsWith('_saturated')) return 0;
  const most = (arrays: Arrays): number => Math.max(...Object.values(arrays).map(largest));
  return 2 ** -23 * most(upstream) * most(weights) * weights.weight_hh_l0!.shape[1]!;
}

const basic = 'one layer: sizes of 1, zero state, no bias, partial upstream, saturated';
const stacked = 'two and three layers';

const FILES = [
  ['torch/rnn_basic.json', { covers: `${basic}, relu`, run: 13 }],
  ['torch/lstm_basic.json', { covers: basic, run: 12 }],
  ['torch/gru_basic.json', { covers: `${basic}; reset after`, run: 12 }],
  ['torch/rnn_stacked_bidir.json', { covers: stacked, run: 2, leftOut: [bidirectional] }],
  ['torch/lstm_stacked_bidir.json', { covers: stacked, run: 2, leftOut: [bidirectional] }],
  ['torch/gru_stacked_bidir.json', { covers: `${stacked}; reset after`, run: 2, leftOut: [bidirectional] }],
] as const;

for (const [name, coverage] of FILES) {
  describeGolden<Case>(name, coverage, (each) => {
    each((c, check, dtype, file) => {
      const { cell, config, weights, inputs, outputs, upstream, grads } = c;
      const { nonlinearity: activation } = config;
      const layers = Array.from({ length: config.num_layers }, (_, k) =>
        layerWith(cell, fromTorch(cell, weights, k), { dtype, ...(activation && { activation }) }, true),
      );
      const states = (h: 'h0' | 'dhn', c: 'c0' | 'dcn', from: Arrays): (LayerState | undefined)[] =>
        layers.map((_, k) => state(from[h]?.pick(k), from[c]?.pick(k)));

      const { y, states: last } = forward(layers, inputs.x!.transpose(1, 0, 2), states('h0', 'c0', inputs));
      const expectForward = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
        check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : file.tolerance);
      expectForward('y', y.transpose(1, 0, 2), outputs.y!);
      layers.forEach((_, k) => {
        expectForward(`hn of layer ${k}`, last[k]!.h!, outputs.hn!.pick(k));
        if (outputs.cn) expectForward(`cn of layer ${k}`, last[k]!.c!, outputs.cn.pick(k));
      });

      const floor = saturatedFloor(c);
      const { dx, dStates } = backward(layers, upstream.dy!.transpose(1, 0, 2), states('dhn', 'dcn', upstream));
      const expectGradient = (what: string, got: Arrays[string], expected: Arrays[string]): void =>
        check(what, got, expected, dtype === 'float32' ? float32Gradient(expected, floor) : file.tolerance);
      expectGradient('dx', dx.transpose(1, 0, 2), grads.x!);
      layers.forEach(({ parameters }, k) => {
        if (grads.h0) expectGradient(`dh0 of layer ${k}`, dStates[k]!.h!, grads.h0.pick(k));
        if (grads.c0) expectGradient(`dc0 of layer ${k}`, dStates[k]!.c!, grads.c0.pick(k));
        for (const [name, gradient] of Object.entries(toTorch(cell, gradients(parameters), k))) {
          expectGradient(`d ${name}`, gradient, grads[name]!);
        }
      });
    });
  });
}
