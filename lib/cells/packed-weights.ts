// The weights of a cell in the layout that `matmul` reads, for each direction.

import { type Kernels, packedSize } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { CellDescription } from './description.ts';
import { type Places, placesOf } from './places.ts';

/** Where the parameters that every cell has lie in its arena, and their gradients. */
export interface CellWeights {
  /** Features of the input. */
  readonly I: number;
  /** G·H */
  readonly N: number;
  /** Features of the first state. */
  readonly K: number;
  /** W_x [I, N] */
  readonly kernel: number;
  readonly dKernel: number;
  /** W_h [K, N] */
  readonly recurrentKernel: number;
  readonly dRecurrentKernel: number;
  /** b [N] */
  readonly bias: number | undefined;
  readonly dBias: number | undefined;
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

/** Where the parameters of a cell lie. */
export function cellWeights(cell: CellDescription, parameters: Parameters, inputSize: number): CellWeights {
  const [kernel, recurrentKernel] = [parameters.get('kernel'), parameters.get('recurrentKernel')];
  const bias = parameters.names.includes('bias') ? parameters.get('bias') : undefined;
  return {
    I: inputSize,
    N: cell.gateWidth,
    K: cell.outputWidth,
    kernel: kernel.at,
    dKernel: kernel.gradientAt,
    recurrentKernel: recurrentKernel.at,
    dRecurrentKernel: recurrentKernel.gradientAt,
    bias: bias?.at,
    dBias: bias?.gradientAt,
    columns: productColumns(cell),
  };
}

/** Where the packed weights of one direction lie. */
export interface PackedWeights {
  /** W_x; in the backward pass its transpose. */
  readonly input: number;
  /** W_h, one matrix for each product in `Cell.products`; in the backward pass their transposes. */
  readonly recurrent: Places;
}

/** The columns of each recurrent product of a cell. */
function productColumns({ products, gates, units }: CellDescription): readonly ProductColumns[] {
  return Object.entries(products).map(([name, list]) => {
    return { name, first: gates.indexOf(list[0]!) * units, count: list.length * units };
  });
}

/** Takes room for the weights of the forward pass, for inputs of I features. */
export function takeWeights(cell: CellDescription, I: number, take: Take): PackedWeights {
  const { gateWidth: N, outputWidth: K } = cell;
  const recurrent = productColumns(cell).map(({ name, count }) => [name, take(packedSize(K, count))] as const);
  return { input: take(packedSize(I, N)), recurrent: placesOf(recurrent) };
}

/** Takes room for the transposed weights of the backward pass, for inputs of I features. */
export function takeTransposed(cell: CellDescription, I: number, take: Take): PackedWeights {
  const { gateWidth: N, outputWidth: K } = cell;
  const recurrent = productColumns(cell).map(({ name, count }) => [name, take(packedSize(count, K))] as const);
  return { input: take(packedSize(N, I)), recurrent: placesOf(recurrent) };
}

/** Packs the weights for the forward pass. */
export function packWeights(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { I, N, K, kernel, recurrentKernel, columns } = weights;
  kernels.pack(input, kernel, N, 1, I, N);
  for (const { name, first, count } of columns) {
    kernels.pack(recurrent[name]!, recurrentKernel + first, N, 1, K, count);
  }
}

/** Packs the transposed weights for the backward pass. */
export function packTransposed(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { I, N, K, kernel, recurrentKernel, columns } = weights;
  kernels.pack(input, kernel, 1, N, N, I);
  for (const { name, first, count } of columns) {
    kernels.pack(recurrent[name]!, recurrentKernel + first, 1, N, count, K);
  }
}
