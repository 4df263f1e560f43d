// The interfaces that `gradcheck` can check.

import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Any function with a hand-written backward pass, in float64: its variables, its outputs, and the gradients of the
 * variables.
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
  /** The variables. `gradcheck` changes their elements in place and restores them. */
  readonly variables: Readonly<Record<string, FloatNdArrayLike>>;
  /** Computes the outputs for the current variables, always with the same names and shapes. */
  forward(): Readonly<Record<string, NdArrayLike>>;
  /**
   * Computes the gradient of Σ upstream·output with respect to every variable, for the last `forward`.
   *
   * @param upstream - gradient of every output, in its shape; must not be changed
   */
  backward(upstream: Readonly<Record<string, Tensor>>): Readonly<Record<string, NdArrayLike>>;
}

/** A trainable array with its gradient. */
export interface CheckedParameter {
  /** Name in reports. */
  readonly name: string;
  /** The values that `forward` reads. */
  readonly value: Tensor;
  /** The gradient that `backward` accumulates. */
  readonly gradient: Tensor;
}

/** The trainable arrays of a layer or model. */
export interface CheckedParameters extends Iterable<CheckedParameter> {
  /** Sets every gradient to zero. */
  zeroGradients(): void;
}

/**
 * The interface of a layer or model: `Dense`, `LSTM`, `RNN` around your own cell, `Sequential`, or your own class with
 * the same methods. A layer whose `cell` has named `states` counts as recurrent: `gradcheck` then calls `forward` with
 * `{ initialState, returnState: true }` and `backward` with `{ dState }`.
 */
export interface DifferentiableLayer {
  /** The trainable arrays, after `forward` was called. */
  readonly parameters: CheckedParameters;
  /** Returns the output for x, or `{ output, state }` with `returnState`. */
  forward(x: NdArrayLike, ...options: never[]): unknown;
  /** Adds to the parameters' gradients. Returns `{ dx }`, and `dInitialState` for a recurrent layer. */
  backward(dy: NdArrayLike, ...options: never[]): unknown;
}
