// The weights of a cell in the layout that `matmul` reads, for each direction.

import { type Kernels, packedSize } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { CellDescription } from './description.ts';
import type { Places } from './places.ts';

/** The parameters that every cell has. */
export interface CellWeights {
  /** W_x [I, G·H] */
  readonly kernel: Parameter;
  /** W_h [K, G·H] */
  readonly recurrentKernel: Parameter;
  /** b [G·H] */
  readonly bias: Parameter | undefined;
  /** The columns of W_h that each product multiplies. */
  readonly columns: readonly ProductColumns[];
}

/** The columns of the recurrent weights that one product multiplies. */
interface ProductColumns {
  /** Name of the product. */
  readonly name: string;
  /** First column. */
  readonly first: number;
  /** Number of columns. */
  readonly count: number;
}

/** Where the packed weights of one direction lie. */
export interface PackedWeights {
  /** W_x; in the backward pass its transpose. */
  readonly input: number;
  /** W_h, one matrix for each product in `Cell.products`; in the backward pass their transposes. */
  readonly recurrent: Places;
}

/** The columns of each recurrent product of a cell. */
export function productColumns({ products, gates, units }: CellDescription): readonly ProductColumns[] {
  return Object.entries(products).map(([name, list]) => {
    return { name, first: gates.indexOf(list[0]!) * units, count: list.length * units };
  });
}

/** Takes room for the weights of the forward pass, for inputs of I features. */
export function takeWeights(cell: CellDescription, I: number, take: Take): PackedWeights {
  const { gateWidth: N, outputWidth: K } = cell;
  const recurrent = productColumns(cell).map(({ name, count }) => [name, take(packedSize(K, count))]);
  return { input: take(packedSize(I, N)), recurrent: Object.fromEntries(recurrent) };
}

/** Takes room for the transposed weights of the backward pass, for inputs of I features. */
export function takeTransposed(cell: CellDescription, I: number, take: Take): PackedWeights {
  const { gateWidth: N, outputWidth: K } = cell;
  const recurrent = productColumns(cell).map(({ name, count }) => [name, take(packedSize(count, K))]);
  return { input: take(packedSize(N, I)), recurrent: Object.fromEntries(recurrent) };
}

/** Packs the weights for the forward pass. */
export function packWeights(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { kernel, recurrentKernel, columns } = weights;
  const [I, N] = kernel.value.shape as [number, number];
  const K = recurrentKernel.value.shape[0]!;
  kernels.pack(input, kernel.at, N, 1, I, N);
  for (const { name, first, count } of columns) {
    kernels.pack(recurrent[name]!, recurrentKernel.at + first, N, 1, K, count);
  }
}

/** Packs the transposed weights for the backward pass. */
export function packTransposed(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { kernel, recurrentKernel, columns } = weights;
  const [I, N] = kernel.value.shape as [number, number];
  const K = recurrentKernel.value.shape[0]!;
  kernels.pack(input, kernel.at, 1, N, N, I);
  for (const { name, first, count } of columns) {
    kernels.pack(recurrent[name]!, recurrentKernel.at + first, 1, N, count, K);
  }
}
