import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { CheckedParameters } from './differentiable.ts';

/** A recurrent layer, seen from outside: `LSTM`, `GRU`, `SimpleRNN`, or `RNN` around a cell of your own. */
export interface RecurrentLayer {
  /** What it repeats at each step. */
  readonly cell: {
    /** Size of the state. */
    readonly units: number;
    /** Names of the gates, in the order of their blocks in the weights [., G·H]. */
    readonly gates: readonly string[];
    /** Names of the states; the first is the output. */
    readonly states: readonly string[];
  };
  /** The trainable arrays, once built. */
  readonly parameters: CheckedParameters;
  /** Makes the parameters. */
  build(inputSize: number): unknown;
  /** The call made: `forward(x, { initialState, returnState: true })`. */
  forward(x: NdArrayLike, options: never): unknown;
  /** The call made: `backward(dy, { dState })`. */
  backward(dy: NdArrayLike, options: never): unknown;
}

/** What a new layer is asked to be. */
export interface RecurrentLayerOptions {
  /** Size of the state. */
  readonly units: number;
  /** Features of the input. */
  readonly inputSize: number;
  /** Seed of the starting values. */
  readonly seed: number;
  /** Element type. */
  readonly dtype: DType;
  /** Whether the output is that of every step. */
  readonly returnSequences: boolean;
}

/** Makes a new layer; extra options of its own are up to the function. */
export type MakeRecurrentLayer = (options: RecurrentLayerOptions) => RecurrentLayer;

/** Arrays by name: states, gradients. */
export type Named = Readonly<Record<string, Tensor>>;

/** The methods as they are called; their types in `RecurrentLayer` only have to accept every layer. */
export interface CallableRecurrentLayer {
  forward(x: NdArrayLike, options: { initialState: Named; returnState: true }): { output: Tensor; state: Named };
  backward(dy: NdArrayLike, options: { dState: Named }): { dx: Tensor; dInitialState: Named };
}
