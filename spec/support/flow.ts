import type { Visit } from '../../lib/engine/visit.ts';
import { LayerTrace } from '../../lib/flow/layer-trace.ts';
import {
  activationKinds,
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
import type { ForwardOptions } from '../../lib/layers/recurrent-options.ts';
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

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep<'h'>): void {
    const H = this.units;
    kernels.matmul(gates, H, previous.h, H, weights.gates, B, H, H, true);
    if (this.sigmoid) kernels.activationForward(activationKinds.sigmoid, gates, H, gates, H, B, H);
    kernels.repeatRow(next.h, gates, 1, B * H);
  }

  backwardStep({ kernels, B, gates, dGates, weights, dStates }: BackwardStep<'h'>): void {
    const H = this.units;
    if (this.sigmoid) kernels.activationBackward(activationKinds.sigmoid, dGates, H, gates, H, dStates.h, H, B, H);
    else kernels.repeatRow(dGates, dStates.h, 1, B * H);
    kernels.matmul(dStates.h, H, dGates, H, weights.gates, B, H, H, false);
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

/** Runs the last forward pass of a layer once more, and shows its values. */
function visitAgain(layer: RNN, T: number, visit: Visit): void {
  const { pass } = layer.passes.current('spec');
  const rows = { B: pass.output.B, starts: undefined };
  pass.forward({ steps: T, from: 0, rows, output: true, draw: { trainingStep: 0, order: undefined }, visit });
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
    undefined,
  );
  visitAgain(layer, T, (values) => trace.forward(layer.parameters.arena.data, values));
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
