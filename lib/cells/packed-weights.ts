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
  /** The matrices that a step multiplies, and their positions. */
  readonly factors: readonly (Factor & { readonly at: number })[];
}

/** A matrix that a step multiplies: some columns of W_h, or a further parameter. */
interface Factor {
  /** Name of the product, or of the parameter. */
  readonly name: string;
  readonly parameter: string;
  /** First column in the parameter. */
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
  /** Columns of the parameter. */
  readonly width: number;
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
    factors: factorsOf(cell, inputSize).map((factor) => {
      return { ...factor, at: parameters.get(factor.parameter).at + factor.first };
    }),
  };
}

/** Where the packed weights of one direction lie. */
export interface PackedWeights {
  /** W_x; in the backward pass its transpose. */
  readonly input: number;
  /** One matrix for each product in `Cell.products` and for each of `Cell.matrices`; in the backward pass transposes. */
  readonly recurrent: Places;
}

/** The matrices that a step of a cell multiplies. */
function factorsOf(cell: CellDescription, inputSize: number): readonly Factor[] {
  const { products, matrices, gates, units, gateWidth: width, outputWidth: rows } = cell;
  const ofGates = Object.entries(products).map(([name, list]) => {
    const first = gates.indexOf(list[0]!) * units;
    return { name, parameter: 'recurrentKernel', first, rows, columns: list.length * units, width };
  });
  if (matrices.length === 0) return ofGates;
  const shapes = new Map(cell.parameterSpecs(inputSize).map(({ name, shape }) => [name, shape]));
  const further = matrices.map((name) => {
    const [rows, columns] = shapes.get(name) as [number, number];
    return { name, parameter: name, first: 0, rows, columns, width: columns };
  });
  return [...ofGates, ...further];
}

/** Takes room for the weights of the forward pass, for inputs of I features. */
export function takeWeights(cell: CellDescription, I: number, take: Take): PackedWeights {
  const recurrent = factorsOf(cell, I).map(({ name, rows, columns }) => {
    return [name, take(packedSize(rows, columns))] as const;
  });
  return { input: take(packedSize(I, cell.gateWidth)), recurrent: placesOf(recurrent) };
}

/** Takes room for the transposed weights of the backward pass, for inputs of I features. */
export function takeTransposed(cell: CellDescription, I: number, take: Take): PackedWeights {
  const recurrent = factorsOf(cell, I).map(({ name, rows, columns }) => {
    return [name, take(packedSize(columns, rows))] as const;
  });
  return { input: take(packedSize(cell.gateWidth, I)), recurrent: placesOf(recurrent) };
}

/** Packs the weights for the forward pass. */
export function packWeights(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { I, N, kernel, factors } = weights;
  kernels.pack(input, kernel, N, 1, I, N);
  for (const { name, at, rows, columns, width } of factors) {
    kernels.pack(recurrent[name]!, at, width, 1, rows, columns);
  }
}

/** Packs the transposed weights for the backward pass. */
export function packTransposed(weights: CellWeights, kernels: Kernels, { input, recurrent }: PackedWeights): void {
  const { I, N, kernel, factors } = weights;
  kernels.pack(input, kernel, 1, N, N, I);
  for (const { name, at, rows, columns, width } of factors) {
    kernels.pack(recurrent[name]!, at, 1, width, columns, rows);
  }
}
