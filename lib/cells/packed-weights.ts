// The weights of a cell, packed for its matrix products, and the products over inputs.

import { type Kernels, packedSize } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { Parameter, Parameters } from '../parameters/parameters.ts';

/** Offsets of the weights, packed for the matrix products of the forward or the backward pass. */
export interface PackedWeights {
  /** W_x; in the backward pass its transpose. */
  readonly input: number;
  /** W_h, one matrix per product of `Cell.products`; in the backward pass their transposes. */
  readonly recurrent: readonly number[];
}

/** Sizes of a cell: units H, gate width N = G·H, and first gate and number of gates of each recurrent product. */
interface CellSizes {
  readonly units: number;
  readonly gateWidth: number;
  readonly products: readonly (readonly [gate: number, count: number])[];
}

/** Allocates the packed weights of the forward pass, for inputs of I features. */
export function takeForward({ units: H, gateWidth: N, products }: CellSizes, I: number, take: Take): PackedWeights {
  return {
    input: take(packedSize(I, N)),
    recurrent: products.map(([, count]) => take(packedSize(H, count * H))),
  };
}

/** Allocates the packed transposed weights of the backward pass. */
export function takeBackward({ units: H, gateWidth: N, products }: CellSizes, I: number, take: Take): PackedWeights {
  return {
    input: take(packedSize(N, I)),
    recurrent: products.map(([, count]) => take(packedSize(count * H, H))),
  };
}

/** Packs the weights of a cell, and computes the matrix products over inputs. */
export class CellWeights {
  readonly #kernel: Parameter;
  readonly #recurrentKernel: Parameter;
  readonly #bias: Parameter | undefined;
  readonly #cell: CellSizes;
  readonly #I: number;

  constructor(parameters: Parameters, cell: CellSizes, inputSize: number) {
    this.#kernel = parameters.get('kernel');
    this.#recurrentKernel = parameters.get('recurrentKernel');
    this.#bias = parameters.names.includes('bias') ? parameters.get('bias') : undefined;
    this.#cell = cell;
    this.#I = inputSize;
  }

  /** Packs the weights for the forward pass. */
  packForward(kernels: Kernels, { input, recurrent }: PackedWeights): void {
    const { units: H, gateWidth: N, products } = this.#cell;
    kernels.pack(input, this.#kernel.at, N, 1, this.#I, N);
    products.forEach(([gate, count], k) => {
      kernels.pack(recurrent[k]!, this.#recurrentKernel.at + gate * H, N, 1, H, count * H);
    });
  }

  /** Packs the transposed weights for the backward pass. */
  packBackward(kernels: Kernels, { input, recurrent }: PackedWeights): void {
    const { units: H, gateWidth: N, products } = this.#cell;
    kernels.pack(input, this.#kernel.at, 1, N, N, this.#I);
    products.forEach(([gate, count], k) => {
      kernels.pack(recurrent[k]!, this.#recurrentKernel.at + gate * H, 1, N, count * H, H);
    });
  }

  /** gates [rows, G·H] = b + x · W_x, for any number of rows at once. */
  inputForward(kernels: Kernels, gates: number, x: number, { input }: PackedWeights, rows: number): void {
    const { gateWidth: N } = this.#cell;
    const I = this.#I;
    if (this.#bias !== undefined) kernels.repeatRow(gates, this.#bias.at, rows, N);
    kernels.matmul(gates, N, x, I, input, rows, N, I, this.#bias !== undefined);
  }

  /** dx [rows, I] = dGates · W_xᵀ; adds the gradients of W_x and b. */
  inputBackward(
    kernels: Kernels,
    dx: number,
    x: number,
    dGates: number,
    { input }: PackedWeights,
    scratch: number,
    rows: number,
  ): void {
    const { gateWidth: N } = this.#cell;
    const I = this.#I;
    kernels.matmulGradient(this.#kernel.gradientAt, N, x, I, dGates, N, scratch, I, N, rows);
    if (this.#bias !== undefined) kernels.columnSums(this.#bias.gradientAt, dGates, N, rows, N);
    kernels.matmul(dx, I, dGates, N, input, rows, I, N, false);
  }
}
