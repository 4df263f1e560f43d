// Vector-Jacobian products of a step, computed by the cell's backward step.

import type { Cell } from '../../cells/cell.ts';
import type { StepValues } from '../../cells/facts.ts';
import { packTransposed, takeTransposed } from '../../cells/packed-weights.ts';
import { type BackwardStep, firstStep, takeGradients, takeSteps } from '../../cells/step.ts';

/**
 * Computes vector-Jacobian products of one step by the cell's `backwardStep`, for several vectors at once: each vector
 * is a batch row, and all rows hold the values of the same step. It computes no weight gradients. It reuses the memory
 * of the current pass, and so invalidates that pass.
 */
export class StepBack {
  readonly #cell: Cell;
  readonly #rows: number;
  readonly #step: BackwardStep<string, string>;

  constructor(cell: Cell, rows: number) {
    const { arena } = cell.parameters;
    const { kernels } = arena;
    this.#cell = cell;
    this.#rows = rows;
    const { weights, steps, gradients } = arena.layOut((take) => ({
      weights: takeTransposed(cell, cell.inputSize!, take),
      steps: takeSteps(cell, take, rows, 1),
      gradients: takeGradients(cell, take, rows, 1),
    }));
    this.#step = firstStep(cell, kernels, rows, steps, weights.recurrent, gradients).step;
    packTransposed(cell.weights, kernels, weights);
  }

  /** Replaces each row v of `vectors` [rows, S·H] by Jᵀ·v, where J = ∂next/∂previous at these values. */
  run({ gates, saved, previous, next }: StepValues, vectors: Float64Array): void {
    const step = this.#step;
    const { data } = this.#cell.parameters.arena;
    const { units: H, states } = this.#cell;
    const n = states.length * H;
    const repeat = (values: Float64Array, at: number): void => {
      for (let row = 0; row < this.#rows; row++) data.set(values, at + row * values.length);
    };
    repeat(gates, step.gates);
    repeat(saved, step.saved);
    states.forEach((state, k) => {
      repeat(previous[k]!, step.previous[state]!);
      repeat(next[k]!, step.next[state]!);
      const at = step.dStates[state]!;
      for (let row = 0; row < this.#rows; row++) {
        data.set(vectors.subarray(row * n + k * H, row * n + (k + 1) * H), at + row * H);
      }
    });
    this.#cell.backwardStep(step);
    states.forEach((state, k) => {
      const at = step.dStates[state]!;
      for (let row = 0; row < this.#rows; row++) {
        vectors.set(data.subarray(at + row * H, at + (row + 1) * H), row * n + k * H);
      }
    });
  }
}
