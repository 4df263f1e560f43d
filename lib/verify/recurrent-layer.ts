// The interface of recurrent layers for `recurrentProperties`.

import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { CheckedParameters } from './differentiable.ts';

/** The interface of a recurrent layer: `LSTM`, `GRU`, `SimpleRNN`, or `RNN` around your own cell. */
export interface RecurrentLayer {
  /** The cell that computes each step. */
  readonly cell: {
    /** Size of the state. */
    readonly units: number;
    /** Names of the gates, in the order of their blocks in the weights [., G·H]. */
    readonly gates: readonly string[];
    /** Names of the states; the first is the output. */
    readonly states: readonly string[];
    /** Features of a state; `units` if there is no such method. A method, so that any cell fits. */
    widthOf?(state: never): number;
  };
  /** The trainable arrays, after `build`. */
  readonly parameters: CheckedParameters;
  /** Creates the parameters. */
  build(inputSize: number): unknown;
  /**
   * Called as `forward(x, { initialState, returnState: true })`, also with `mask`, lists of booleans [B, T], with
   * `zeroOutputForMask`, and with `checkpoint`.
   */
  forward(x: NdArrayLike, options: never): unknown;
  /** Called as `backward(dy, { dState })`. */
  backward(dy: NdArrayLike, options: never): unknown;
}

/** Features of a state of a layer. */
export function widthOf({ cell }: RecurrentLayer, state: string): number {
  return cell.widthOf?.(state as never) ?? cell.units;
}

/** Options of a new layer. */
export interface RecurrentLayerOptions {
  /** Size of the state. */
  readonly units: number;
  /** Features of the input. */
  readonly inputSize: number;
  /** Seed of the initial values. */
  readonly seed: number;
  /** Element type. */
  readonly dtype: DType;
  /** Whether the layer returns the output of every step. */
  readonly returnSequences: boolean;
}

/** Creates a layer. The function may set further options. */
export type MakeRecurrentLayer = (options: RecurrentLayerOptions) => RecurrentLayer;

/** Arrays by name: states, gradients. */
export type Named = Readonly<Record<string, Tensor>>;

/** Further options of a forward pass. */
export interface CaseForwardOptions {
  readonly mask?: readonly (readonly boolean[])[];
  readonly zeroOutputForMask?: boolean;
  readonly checkpoint?: number;
}

/** The methods, with types for the calls made here. Their types in `RecurrentLayer` are wider, to accept any layer. */
export interface CallableRecurrentLayer {
  forward(
    x: NdArrayLike,
    options: CaseForwardOptions & { initialState: Named; returnState: true },
  ): { output: Tensor; state: Named };
  backward(dy: NdArrayLike, options: { dState: Named }): { dx: Tensor; dInitialState: Named };
}
