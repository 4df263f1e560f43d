// Copies of the values of one batch row, for its Jacobians.

import type { Cell } from '../cells/cell.ts';
import type { StepValues } from '../cells/facts.ts';
import type { Values } from '../engine/visit.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { shownAs } from './facts.ts';

/** Copies of all values of a layer for one batch row, in float64. */
export class RowTrace {
  /** Index of the row in the batch. */
  readonly row: number;
  /** Entry t has the values of the step from slot t to slot t + 1. */
  readonly steps: readonly StepValues[];
  readonly #cell: Cell;
  /** Rows of the batch. */
  readonly #B: number;
  /** Its row within the pass. */
  readonly #packed: number;
  readonly #seen = new Set<string>();

  constructor(cell: Cell, T: number, B: number, row: number, packed: number) {
    const { units: H, gateWidth, savedWidth, states } = cell;
    this.#cell = cell;
    this.row = row;
    this.#B = B;
    this.#packed = packed;
    const slots = Array.from({ length: T + 1 }, () => states.map(() => new Float64Array(H)));
    this.steps = Array.from({ length: T }, (_, t) => ({
      gates: new Float64Array(gateWidth),
      saved: new Float64Array(savedWidth),
      previous: slots[t]!,
      next: slots[t + 1]!,
    }));
  }

  /** Copies the values of the row. */
  keep(data: FloatArray, { kind, name, step, at, shape, rowStride = shape[1]! }: Values): void {
    const { gates, states, units: H } = this.#cell;
    const values = this.steps[step!]!;
    const begin = at + this.#packed * rowStride;
    const state = states.indexOf(name);
    this.#seen.add(name);
    if (kind === 'gate') values.gates.set(data.subarray(begin, begin + H), gates.indexOf(name) * H);
    else if (state < 0) values.saved.set(data.subarray(begin, begin + shape[1]!));
    else {
      values.next[state]!.set(data.subarray(begin, begin + H));
      if (step === 0) {
        const before = begin - this.#B * H; // slot 0 lies before slot 1
        values.previous[state]!.set(data.subarray(before, before + H));
      }
    }
  }

  /** Names of the cell's values that the pass did not report, although the backward step may read them. */
  get missing(): string[] {
    const { gates, states, savedWidth } = this.#cell;
    const shown = gates.map((gate) => shownAs(this.#cell, gate));
    const needed = [...shown, ...states, ...(savedWidth > 0 ? ['saved'] : [])];
    return needed.filter((name) => !this.#seen.has(name));
  }
}
