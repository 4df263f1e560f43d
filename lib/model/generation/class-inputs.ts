// The input of a model that reads classes: indices of an Embedding, or one-hot rows.

import type { Network } from '../../layers/network.ts';
import { Tensor } from '../../tensor/tensor.ts';

/** One input step of a model, [B, I], which is written in place. */
export class ClassInputs {
  readonly x: Tensor;
  readonly #data: Float64Array;
  readonly #width: number;
  readonly #indices: boolean;

  constructor({ indexCount, inputSize }: Network, B: number) {
    this.#indices = indexCount > 0;
    this.#width = inputSize!;
    this.#data = new Float64Array(B * this.#width);
    this.x = new Tensor({ data: this.#data }, [B, this.#width]);
  }

  /** Sets a row to a class. */
  setClass(row: number, of: number): void {
    const at = row * this.#width;
    if (this.#indices) this.#data[at] = of;
    else this.#data.fill(0, at, at + this.#width)[at + of] = 1;
  }

  /** Sets a row to time step t of a sequence: class numbers [T], or rows [T, I]. */
  setStep(row: number, { data, shape, offset }: Tensor, t: number): void {
    const width = this.#width;
    if (shape.length === 1) this.setClass(row, data[offset + t]!);
    else for (let j = 0; j < width; j++) this.#data[row * width + j] = data[offset + t * width + j]!;
  }
}
