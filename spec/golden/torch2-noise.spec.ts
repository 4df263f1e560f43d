import { GRU, LSTM, type RNN } from '../../lib/index.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromKeras, toKeras } from '../support/peer-weights.ts';
import { backward, float32Forward, float32Gradient, forward, gradients, load, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly config: {
    readonly input_size: number;
    readonly hidden_size: number;
    readonly seq_len: number;
    readonly batch: number;
    readonly zone?: 'eval' | 'masks';
    readonly zh?: number;
    readonly zc?: number;
  };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

/** A layer with the noise of a case; the rates of given masks do not matter. */
function layerOf({ name, config, inputs }: Case, dtype: DType): RNN {
  const { input_size: inputSize, hidden_size: units, zone, zh = 0.5, zc = 0.5 } = config;
  const shared = { units, inputSize, dtype, returnSequences: true };
  const dropout = zone === undefined ? { dropout: 0.5, recurrentDropout: 0.5 } : {};
  if (inputs.c0 === undefined) return new GRU({ ...shared, zoneout: zh });
  const zoneout = name.includes('dropout') ? 0 : { h: zh, c: zc };
  return new LSTM({ ...shared, ...dropout, zoneout });
}

/** The masks of a case in the order in which a pass draws them; the expectation if none are given. */
function masksOf({ config, inputs }: Case): number[] {
  const { input_mask, recurrent_mask, keep_h, keep_c } = inputs;
  const given = [input_mask, recurrent_mask, keep_h, keep_c].filter((mask) => mask !== undefined);
  if (given.length > 0) return given.flatMap((mask) => [...mask.data]);
  const { seq_len: T, batch: B, hidden_size: H, zh = 0, zc = 0 } = config;
  return [zh, zc].filter((rate) => rate > 0).flatMap((rate) => new Array<number>(T * B * H).fill(rate));
}

/** Lets the layer draw these numbers. */
function draws(layer: RNN, masks: readonly number[]): { left: number } {
  const { arena } = layer.parameters;
  const drawn = { left: masks.length };
  Object.defineProperty(arena.kernels, 'dropoutMask', {
    value: (...[at, , , , , , , n]: readonly number[]) => {
      for (let i = 0; i < n!; i++) arena.data[at! + i] = masks[masks.length - drawn.left--]!;
    },
  });
  return drawn;
}

describeGolden<Case>('torch2/zoneout_dropout_masks.json', { covers: 'zoneout, dropout', run: 8 }, (each) => {
  each((c, check, dtype, file) => {
    const { config, weights, inputs, outputs, upstream, grads } = c;
    const kind = inputs.c0 === undefined ? 'gru' : 'lstm';
    const layer = layerOf(c, dtype);
    const peer = { kernel: weights.W!.T, recurrent_kernel: weights.U!.T, bias: weights.b! };
    load(layer.build().parameters, fromKeras(kind, peer));
    const forwards = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : file.tolerance);
    const gradient = (what: string, got: Tensor, expected: Tensor): void =>
      check(what, got, expected, dtype === 'float32' ? float32Gradient(expected) : file.tolerance);
    const x = inputs.x!.transpose(1, 0, 2);
    if (config.zone === 'eval') {
      const initialState = state(inputs.h0, inputs.c0)!;
      const { output, state: last } = layer.forward(x, { initialState, returnState: true, inference: true });
      forwards('y at inference', output.transpose(1, 0, 2), outputs.y!);
      forwards('hn at inference', last.h!, outputs.hn!);
    }
    const drawn = draws(layer, masksOf(c));
    const { y, states } = forward([layer], x, [state(inputs.h0, inputs.c0)]);
    check('masks left', [drawn.left], [0]);
    forwards('y', y.transpose(1, 0, 2), outputs.y!);
    forwards('hn', states[0]!.h!, outputs.hn!);
    if (kind === 'lstm') forwards('cn', states[0]!.c!, outputs.cn!);
    const { dx, dStates } = backward([layer], upstream.dy!.transpose(1, 0, 2), [state(upstream.dhn, upstream.dcn)]);
    gradient('dx', dx.transpose(1, 0, 2), grads.x!);
    gradient('dh0', dStates[0]!.h!, grads.h0!);
    if (kind === 'lstm') gradient('dc0', dStates[0]!.c!, grads.c0!);
    const turned = toKeras(kind, gradients(layer.parameters));
    gradient('dW', turned.kernel!.T, grads.W!);
    gradient('dU', turned.recurrent_kernel!.T, grads.U!);
    gradient('db', turned.bias!, grads.b!);
  });
});
