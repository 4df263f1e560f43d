import type { Traversal } from '../../lib/engine/traversal.ts';
import { LayerTrace } from '../../lib/flow/layer-trace.ts';
import {
  type BackwardStep,
  Cell,
  type CellOptions,
  type ForwardStep,
  GRU,
  LSTM,
  RNN,
  randomNormal,
  SimpleRNN,
} from '../../lib/index.ts';
import type { ForwardOptions, RecurrentPass } from '../../lib/layers/rnn.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';

/** h = W[h', x] + b, or the sigmoid of it: cells of a user's own, without a forward mode. */
export class PlainCell extends Cell<'h'> {
  readonly kind = 'PlainCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;
  readonly sigmoid: boolean;

  constructor({ sigmoid = false, ...options }: CellOptions & { readonly sigmoid?: boolean }) {
    super('PlainCell', options);
    this.sigmoid = sigmoid;
  }

  forwardStep({ kernels, B, gates, weights: [U], previous: [hPrev], next: [h] }: ForwardStep): void {
    const H = this.units;
    kernels.matmul(gates, H, hPrev!, H, U!, B, H, H, true);
    if (this.sigmoid) kernels.sigmoidForward(gates, gates, B * H);
    kernels.repeatRow(h!, gates, 1, B * H);
  }

  backwardStep({ kernels, B, gates, dGates, weights: [UT], dStates: [dh] }: BackwardStep): void {
    const H = this.units;
    if (this.sigmoid) kernels.sigmoidBackward(dGates, gates, dh!, B * H);
    else kernels.repeatRow(dGates, dh!, 1, B * H);
    kernels.matmul(dh!, H, dGates, H, UT!, B, H, H, false);
  }
}

const dtype = 'float64';

/** A layer of every kind, in float64; the last two are around cells of a user's own. */
export const KINDS: Readonly<Record<string, (units: number, inputSize: number) => RNN>> = {
  'SimpleRNN, tanh': (units, inputSize) => new SimpleRNN({ units, inputSize, dtype }),
  'SimpleRNN, relu': (units, inputSize) => new SimpleRNN({ units, inputSize, dtype, activation: 'relu' }),
  LSTM: (units, inputSize) => new LSTM({ units, inputSize, dtype }),
  GRU: (units, inputSize) => new GRU({ units, inputSize, dtype }),
  'GRU, reset after': (units, inputSize) => new GRU({ units, inputSize, dtype, resetAfter: true }),
  'linear cell': (units, inputSize) => new RNN({ cell: new PlainCell({ units, inputSize, dtype }) }),
  'sigmoid cell': (units, inputSize) => new RNN({ cell: new PlainCell({ units, inputSize, dtype, sigmoid: true }) }),
};

/** Random numbers in all parameters. */
export function scattered(layer: RNN, seed: number, sd: number): RNN {
  let stream = 100 * seed;
  for (const parameter of layer.build().parameters) {
    const { shape, dtype } = parameter.value;
    parameter.assign(randomNormal(shape, { sd, seed: stream++, dtype }));
  }
  return layer;
}

/** The pass of the last forward of a layer. */
export function passOf(layer: RNN): Traversal<RecurrentPass> {
  return (layer as unknown as { current(method: string): Traversal<RecurrentPass> }).current('spec');
}

/** What a layer computed for x [B, T, I], row by row. */
export function traced(layer: RNN, x: NdArrayLike, options: ForwardOptions & { returnState?: false } = {}): LayerTrace {
  const [B, T] = x.shape as [number, number];
  layer.forward(x, options);
  const trace = new LayerTrace(
    layer.cell,
    T,
    B,
    Array.from({ length: B }, (_, row) => row),
  );
  passOf(layer).pass.visitForward((values) => trace.forward(layer.parameters.arena.data, values), false);
  return trace;
}

/** What a call throws. */
export function refusal(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was refused.');
}
