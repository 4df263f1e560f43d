import type { StateLike } from '../../lib/cells/cell.ts';
import type { MaskedOptions } from '../../lib/engine/mask.ts';
import { type ActivationName, Bidirectional, GRU, LSTM, type RNN, SimpleRNN } from '../../lib/index.ts';
import type { MergeMode } from '../../lib/layers/bidirectional-pass.ts';
import type { Parameters } from '../../lib/parameters/parameters.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { float64, largest, type Tolerance } from './compare.ts';
import type { Arrays, Kind } from './peer-weights.ts';

export interface LayerOptions {
  readonly dtype: DType;
  readonly activation?: ActivationName;
  readonly recurrentActivation?: ActivationName;
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
  readonly trainInitialState?: boolean;
  readonly projectionSize?: number;
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

/** A layer that fits parameters, without them; a GRU with a recurrent bias, or without any where asked for, resets after. */
export function layerFor(
  kind: Kind,
  values: Arrays,
  options: LayerOptions,
  resetAfter = 'recurrentBias' in values,
): RNN {
  const { activation = 'tanh', recurrentActivation = 'sigmoid', projectionSize, ...sequence } = options;
  const [inputSize, width] = values.kernel!.shape as [number, number];
  const useBias = 'bias' in values;
  const units = width / { rnn: 1, lstm: 4, gru: 3 }[kind];
  const shared = { units, inputSize, useBias, returnSequences: true, ...sequence };
  const projected = projectionSize === undefined ? {} : { projectionSize };
  if (kind === 'rnn') return new SimpleRNN({ ...shared, activation });
  if (kind === 'lstm') return new LSTM({ ...shared, ...projected, activation, recurrentActivation });
  return new GRU({ ...shared, activation, recurrentActivation, resetAfter });
}

/** The same layer with the parameters. */
export function layerWith(kind: Kind, values: Arrays, options: LayerOptions, resetAfter?: boolean): RNN {
  const layer = layerFor(kind, values, options, resetAfter);
  load(layer.build().parameters, values);
  return layer;
}

/** Two new layers with given parameters, as the directions of a layer. */
export function bidirectionalWith(
  kind: Kind,
  [forward, backward]: readonly [Arrays, Arrays],
  mergeMode: MergeMode,
  options: LayerOptions,
  resetAfter?: boolean,
): Bidirectional {
  const { dtype } = options;
  const layers = [layerFor(kind, forward, options, resetAfter), layerFor(kind, backward, options, resetAfter)] as const;
  const layer = new Bidirectional({ layers, mergeMode, dtype }).build();
  load(layers[0].parameters, forward);
  load(layers[1].parameters, backward);
  return layer as Bidirectional;
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
  masked: MaskedOptions = {},
): StackOutput {
  let y = x as Tensor;
  const last = layers.map((layer, k) => {
    const initial = states[k];
    const out = layer.forward(y, {
      ...masked,
      ...(initial === undefined ? {} : { initialState: initial }),
      returnState: true,
    });
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
