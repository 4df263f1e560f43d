import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Anything with a hand-written backward pass: numbers that go in, numbers that come out, and how the gradient of the
 * latter becomes that of the former. All of it in float64.
 *
 * @example
 * ```ts
 * const x = tensor([1, 2, 3], { dtype: 'float64' });
 * const square: Differentiable = {
 *   variables: { x },
 *   forward: () => ({ y: tensor(x.data.map((v) => v * v), { dtype: 'float64' }) }),
 *   backward: ({ y }) => ({ x: tensor(x.data.map((v, k) => 2 * v * y.get(k)), { dtype: 'float64' }) }),
 * };
 * gradcheck(square).passed; // true
 * ```
 */
export interface Differentiable {
  /** What the outputs depend on; `gradcheck` changes elements in place and puts them back. */
  readonly variables: Readonly<Record<string, FloatNdArrayLike>>;
  /** The outputs for the present variables, always of the same names and shapes. */
  forward(): Readonly<Record<string, NdArrayLike>>;
  /**
   * The gradient of Σ upstream·output with respect to every variable, for the last `forward`.
   *
   * @param upstream - gradient of every output, in its shape; not to be changed
   */
  backward(upstream: Readonly<Record<string, Tensor>>): Readonly<Record<string, NdArrayLike>>;
}

/** A trainable array with its gradient, as layers and models list them. */
export interface CheckedParameter {
  /** As reports show it. */
  readonly name: string;
  /** The values, which forward reads. */
  readonly value: Tensor;
  /** Accumulated by `backward`. */
  readonly gradient: Tensor;
}

/** The trainable arrays of a layer or model. */
export interface CheckedParameters extends Iterable<CheckedParameter> {
  /** Sets every gradient to zero. */
  zeroGradients(): void;
}

/**
 * A layer or model, seen from outside: `Dense`, `LSTM`, `RNN` around a cell of your own, `Sequential`, or a class of
 * yours that works like them. It is taken for a recurrent one when it has a `cell` with named `states`: `forward` is then
 * called with `{ initialState, returnState: true }` and `backward` with `{ dState }`.
 */
export interface DifferentiableLayer {
  /** The trainable arrays, once `forward` was called. */
  readonly parameters: CheckedParameters;
  /** Output for x, or `{ output, state }` when asked for the state. */
  forward(x: NdArrayLike, ...options: never[]): unknown;
  /** Adds to the parameters' gradients; returns `{ dx }`, and `dInitialState` of a recurrent one. */
  backward(dy: NdArrayLike, ...options: never[]): unknown;
}
