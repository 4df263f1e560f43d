// The input side of a cell: products with x for any number of rows at once, before and after the time loop.

import type { Kernels } from '../kernels/contract.ts';
import type { CellParts } from './sizes.ts';

/** The inputs of all time steps, and what they add to the gates. */
export interface InputForward {
  /** Kernels of the arena that all positions refer to. */
  readonly kernels: Kernels;
  /** T·B, or B for a single step. */
  rows: number;
  /** [rows, I], the input. */
  readonly x: number;
  /** [rows, G·H], pre-activations; `inputForward` writes them. */
  readonly gates: number;
  /** [rows, inputSavedSize], whatever else `inputBackward` needs. */
  readonly inputSaved: number;
  /** W_x, packed; in the backward pass its transpose. */
  readonly weights: number;
}

/** The gradients of the inputs, and of what they went through. */
export interface InputBackward extends InputForward {
  /** [rows, G·H], gradients of the pre-activations; `inputBackward` may overwrite them. */
  readonly dGates: number;
  /** [rows, I], gradient of the input; `inputBackward` writes it. */
  readonly dx: number;
  /** Room for `matmulGradient`. */
  readonly scratch: number;
}

/** gates = b + x · W_x. */
export function affineForward(cell: CellParts, { kernels, rows, x, gates, weights }: InputForward): void {
  const { gateWidth: N, inputSize, bias } = cell;
  const I = inputSize!;
  if (bias !== undefined) kernels.repeatRow(gates, bias.at, rows, N);
  kernels.matmul(gates, N, x, I, weights, rows, N, I, bias !== undefined);
}

/** dx = dGates · W_xᵀ; dW_x += xᵀ · dGates; db += Σ dGates. */
export function affineBackward(
  cell: CellParts,
  { kernels, rows, x, dGates, dx, weights, scratch }: InputBackward,
): void {
  const { gateWidth: N, inputSize, bias, kernel } = cell;
  const I = inputSize!;
  kernels.matmulGradient(kernel.gradientAt, N, x, I, dGates, N, scratch, I, N, rows);
  if (bias !== undefined) kernels.columnSums(bias.gradientAt, dGates, N, rows, N);
  kernels.matmul(dx, I, dGates, N, weights, rows, I, N, false);
}
