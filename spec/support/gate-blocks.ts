import type { Cell } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { float64 } from './compare.ts';

/** The gates of a peer in the order of its blocks of H rows. Our weights are `sign` times the peer's. */
export type Blocks = readonly (readonly [gate: string, sign: 1 | -1])[];

/** A peer's weights: W [G·H, I] on x, U [G·H, H] on h, b [G·H]. */
export interface BlockWeights {
  readonly W: Tensor;
  readonly U: Tensor;
  readonly b?: Tensor | undefined;
}

function scaled(array: Tensor, sign: number): Tensor {
  const copy = float64(array);
  copy.data.forEach((value, j) => {
    copy.data[j] = sign * value;
  });
  return copy;
}

/** Rows of one block. */
export function rows(array: Tensor, k: number, H: number): Tensor {
  const rest = array.shape.slice(1).map(() => null);
  return array.lo(k * H, ...rest.map(() => 0)).hi(H, ...rest);
}

/** Writes a peer's weights into the gates of a cell. */
export function writeGates(cell: Cell, blocks: Blocks, { W, U, b }: BlockWeights): void {
  const H = cell.units;
  blocks.forEach(([gate, sign], k) => {
    const ours = cell.gate(gate);
    assign(ours.W.hi(H, H), scaled(rows(U, k, H), sign));
    assign(ours.W.lo(0, H), scaled(rows(W, k, H), sign));
    if (b !== undefined) assign(ours.b!, scaled(rows(b, k, H), sign));
  });
}

/** The gradients of a cell in the layout of a peer. */
export function gateGradients(
  cell: Cell,
  blocks: Blocks,
): { readonly W: Tensor; readonly U: Tensor; readonly b: Tensor } {
  const [H, I, G] = [cell.units, cell.inputSize!, blocks.length];
  const empty = (shape: number[]): Tensor => {
    return new Tensor({ data: new Float64Array(shape.reduce((a, n) => a * n, 1)) }, shape);
  };
  const result = { W: empty([G * H, I]), U: empty([G * H, H]), b: empty([G * H]) };
  blocks.forEach(([gate, sign], k) => {
    const { dW, db } = cell.gate(gate);
    assign(rows(result.U, k, H), scaled(dW.hi(H, H), sign));
    assign(rows(result.W, k, H), scaled(dW.lo(0, H), sign));
    if (db !== undefined) assign(rows(result.b, k, H), scaled(db, sign));
  });
  return result;
}
