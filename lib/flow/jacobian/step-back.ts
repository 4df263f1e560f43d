// Products with the transposed Jacobian of a step, by the cell's backward step.

import type { Cell } from '../../cells/cell.ts';
import type { StepValues } from '../../cells/facts.ts';
import { takeBackward } from '../../cells/packed-weights.ts';
import type { BackwardStep } from '../../cells/step.ts';

/**
 * Computes vector-Jacobian products of one step by the cell's `backwardStep`, for several vectors at once: each vector
 * is a batch row, and all rows hold the values of the same step. Reuses the memory of the current pass and therefore
 * invalidates it. Computes no weight gradients, which are separate matrix products.
 */
export class StepBack {
  readonly #cell: Cell;
  readonly #rows: number;
  readonly #step: BackwardStep;

  constructor(cell: Cell, rows: number) {
    const { arena } = cell.parameters;
    const { units: H, gateWidth, savedBlocks, gradientBlocks, states } = cell;
    this.#cell = cell;
    this.#rows = rows;
    const room = arena.layOut((take) => ({
      packed: takeBackward(cell, cell.inputSize!, take),
      gates: take(rows * gateWidth),
      saved: take(rows * savedBlocks * H),
      dGates: take(rows * gateWidth),
      dSaved: take(rows * gradientBlocks * H),
      previous: states.map(() => take(rows * H)),
      next: states.map(() => take(rows * H)),
      dStates: states.map(() => take(rows * H)),
    }));
    const { kernels } = arena;
    this.#step = { kernels, B: rows, weights: room.packed.recurrent, ...room };
    cell.weights.packBackward(kernels, room.packed);
  }

  /** `vectors` [rows, S·H]: v on entry, Jᵀ·v on return, J = ∂next/∂previous at `values`. */
  run({ gates, saved, previous, next }: StepValues, vectors: Float64Array): void {
    const step = this.#step;
    const { data } = this.#cell.parameters.arena;
    const { units: H } = this.#cell;
    const n = step.dStates.length * H;
    const repeat = (values: Float64Array, at: number): void => {
      for (let row = 0; row < this.#rows; row++) data.set(values, at + row * values.length);
    };
    repeat(gates, step.gates);
    repeat(saved, step.saved);
    step.dStates.forEach((at, k) => {
      repeat(previous[k]!, step.previous[k]!);
      repeat(next[k]!, step.next[k]!);
      for (let row = 0; row < this.#rows; row++) {
        data.set(vectors.subarray(row * n + k * H, row * n + (k + 1) * H), at + row * H);
      }
    });
    this.#cell.backwardStep(step);
    step.dStates.forEach((at, k) => {
      for (let row = 0; row < this.#rows; row++) {
        vectors.set(data.subarray(at + row * H, at + (row + 1) * H), row * n + k * H);
      }
    });
  }
}
