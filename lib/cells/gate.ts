// Views of the weights and gradients of one gate.

import type { Parameter } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { Tensor } from '../tensor/tensor.ts';

/** The weights and gradients of a gate as in the equations, as live views. */
export interface Gate {
  /** W [H, K + I], on the concatenation [h, x]: columns 0 to K−1 act on h, the rest on x; K is the width of h, usually H. */
  readonly W: Tensor;
  /** b [H]; missing without bias. */
  readonly b?: Tensor;
  /** ∂L/∂W [H, K + I]. */
  readonly dW: Tensor;
  /** ∂L/∂b [H]; missing without bias. */
  readonly db?: Tensor;
  /** p [H], the peephole weights of a gate of an LSTM with `peepholes`. */
  readonly p?: Tensor;
  /** ∂L/∂p [H]. */
  readonly dp?: Tensor;
  /** b_u [H], only for the candidate of a GRU with `resetAfter`. */
  readonly bu?: Tensor;
  /** ∂L/∂b_u [H]. */
  readonly dbu?: Tensor;
}

/** Returns the views of the gate of H units whose block begins at column `block`. */
export function gateViews(parameters: Parameters, block: number, H: number): Gate {
  const { names } = parameters;
  const weights = parameters.get('recurrentKernel'); // the kernel lies directly below it
  const [K, N] = weights.value.shape as [number, number];
  const [I] = parameters.get('kernel').value.shape as [number];
  const { storage } = weights.value;
  const matrix = (at: number): Tensor => new Tensor(storage, [H, K + I], [1, N], at + block);
  const row = (at: number): Tensor => new Tensor(storage, [H], [1], at + block);
  const W = matrix(weights.at);
  const dW = matrix(weights.gradientAt);
  if (!names.includes('bias')) return { W, dW };
  const bias: Parameter = parameters.get('bias');
  return { W, b: row(bias.at), dW, db: row(bias.gradientAt) };
}
