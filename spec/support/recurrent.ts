import type { StateLike } from '../../lib/cells/cell.ts';
import { type Activation, GRU, LSTM, type RNN, SimpleRNN } from '../../lib/index.ts';
import type { Parameters } from '../../lib/parameters/parameters.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { float64, largest, type Tolerance } from './compare.ts';
import type { Arrays, Kind } from './peer-weights.ts';

export interface LayerOptions {
  readonly dtype: DType;
  readonly activation?: Activation;
  readonly recurrentActivation?: Activation;
  readonly returnSequences?: boolean;
}

/** Replaces all of some parameters, and nothing but them. */
export function load(parameters: Parameters, values: Arrays): void {
  if (parameters.names.sort().join() !== Object.keys(values).sort().join()) {
    throw new Error(`parameters ${parameters.names}, values for ${Object.keys(values)}`);
  }
  for (const parameter of parameters) parameter.assign(values[parameter.name]!);
}

/** Gradients by name, copies in float64. */
export function gradients(parameters: Parameters): Arrays {
  return Object.fromEntries([...parameters].map(({ name, gradient }) => [name, float64(gradient)]));
}

/** A layer with given parameters; a GRU with a recurrent bias, or without any where asked for, resets after. */
export function layerWith(
  kind: Kind,
  values: Arrays,
  options: LayerOptions,
  resetAfter = 'recurrentBias' in values,
): RNN {
  const { dtype, activation = 'tanh', recurrentActivation = 'sigmoid', returnSequences = true } = options;
  const [inputSize, width] = values.kernel!.shape as [number, number];
  const useBias = 'bias' in values;
  const units = values.recurrentKernel!.shape[0]!;
  const shared = { units, inputSize, dtype, returnSequences, useBias };
  const gates = { rnn: 1, lstm: 4, gru: 3 }[kind];
  if (width !== gates * units) throw new Error(`kernel of width ${width} for ${gates} gates of ${units} units`);
  const layer =
    kind === 'rnn'
      ? new SimpleRNN({ ...shared, activation })
      : kind === 'lstm'
        ? new LSTM({ ...shared, activation, recurrentActivation })
        : new GRU({ ...shared, activation, recurrentActivation, resetAfter });
  load(layer.build().parameters, values);
  return layer;
}

/** State of one layer. */
export type LayerState = StateLike;

/** { h, c } of the arrays that are there. */
export function state(h: NdArrayLike | undefined, c?: NdArrayLike): LayerState | undefined {
  if (h === undefined) return undefined;
  return c === undefined ? { h } : { h, c };
}

export interface StackOutput {
  readonly y: Tensor;
  readonly states: readonly Readonly<Record<string, Tensor>>[];
}

/** Layers on top of each other, forwards; states by layer, undefined for zeros. */
export function forward(
  layers: readonly RNN[],
  x: NdArrayLike,
  states: readonly (LayerState | undefined)[] = [],
): StackOutput {
  let y = x as Tensor;
  const last = layers.map((layer, k) => {
    const initial = states[k];
    const out = layer.forward(y, { ...(initial === undefined ? {} : { initialState: initial }), returnState: true });
    y = out.output;
    return out.state;
  });
  return { y, states: last };
}

export interface StackGradient {
  readonly dx: Tensor;
  readonly dStates: readonly Readonly<Record<string, Tensor>>[];
}

/** The same back: the gradient of every layer's final state comes in, that of its initial state comes out. */
export function backward(
  layers: readonly RNN[],
  dy: NdArrayLike | undefined,
  dFinal: readonly (LayerState | undefined)[] = [],
): StackGradient {
  let dx = dy as Tensor;
  const dStates: Readonly<Record<string, Tensor>>[] = [];
  for (let k = layers.length - 1; k >= 0; k--) {
    const dState = dFinal[k];
    const gradient = layers[k]!.backward(dx, dState === undefined ? {} : { dState });
    dx = gradient.dx;
    dStates.unshift(gradient.dInitialState);
  }
  return { dx, dStates };
}

/** float32 against a float64 peer, forwards: 1e-6, of the largest entry where that is above 1. */
export function float32Forward(expected: NdArrayLike): Tolerance {
  return { abs: 1e-6 * Math.max(1, largest(expected)), rel: 0 };
}

/** float32 against a float64 peer, gradients: 5e-6 of the largest entry, or `floor`. */
export function float32Gradient(expected: NdArrayLike, floor = 0): Tolerance {
  return { abs: Math.max(5e-6 * largest(expected), floor), rel: 0 };
}
