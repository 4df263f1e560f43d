// Recurrent dropout: the recurrent products of a cell see h'⊙m in place of h'. The state itself is not dropped.

import type { Cell } from '../cells/cell.ts';
import type { MovableStep } from '../cells/step.ts';
import type { Kernels } from '../kernels/contract.ts';
import { dropoutNumbers } from '../random/dropout.ts';
import { rowsBefore, rowsOf, type StepRows, slotBefore } from './packing.ts';
import type { Run, StateTape, Workspace } from './pass.ts';
import { type MaskScope, RandomMasks } from './random-masks.ts';

/**
 * Recurrent dropout of one layer in training (Gal and Ghahramani 2016). If the cell reads `recurrent`, its `previous` are
 * the states themselves. Otherwise `previous` has the masked copy of h', for cells that use h' in products alone.
 */
export class RecurrentDropout {
  /** [B, K]: gradient of h'⊙m; undefined unless the cell reads `recurrent`. */
  readonly dRecurrent: number | undefined;
  readonly #kernels: Kernels;
  readonly #masks: RandomMasks;
  readonly #slot: StateTape;
  /** [T, B, K]: h'⊙m before each step. */
  readonly #masked: number;
  /** [B, K]: zeros. */
  readonly #zeros: number;

  /** @param slot - the first state, which the products multiply */
  constructor(
    { readsRecurrent }: Cell,
    workspace: Workspace,
    rate: number,
    scope: MaskScope,
    T: number,
    slot: StateTape,
  ) {
    const { kernels, take } = workspace;
    const { size, width } = slot;
    this.#kernels = kernels;
    this.#masks = new RandomMasks(workspace, workspace.random.fork(1), dropoutNumbers(rate), scope, {
      T,
      B: size / width,
      F: width,
    });
    this.#slot = slot;
    this.#masked = take(T * size, 'tape');
    this.dRecurrent = readsRecurrent ? take(size) : undefined;
    this.#zeros = readsRecurrent ? take(size) : -1;
  }

  /** Draws the masks of a run. */
  draw(run: Run): void {
    this.#masks.draw(run);
    if (this.dRecurrent !== undefined) this.#kernels.dropoutMask(this.#zeros, 0, 0, 0, 0, 0, 0, this.#slot.size);
  }

  /** Moves the masked h' of a record to step t. */
  move({ step, before }: MovableStep, rows: StepRows, t: number): void {
    step.recurrent = this.#masked + rowsBefore(rows, t) * this.#slot.width;
    if (this.dRecurrent === undefined) before[0] = step.recurrent;
  }

  /** (O2) before step t. */
  forward(rows: StepRows, t: number): void {
    const { at, width } = this.#slot;
    const n = rowsOf(rows, t) * width;
    const h = at + slotBefore(rows, t) * width;
    this.#kernels.multiply(this.#masked + rowsBefore(rows, t) * width, n, h, n, this.#masks.at(rows, t), n, 1, n);
  }

  /** Before the backward step t: products add to the gradient of h'⊙m. */
  beforeBackward(rows: StepRows, t: number): void {
    const { dRecurrent } = this;
    if (dRecurrent === undefined) return;
    this.#kernels.repeatRow(dRecurrent, this.#zeros, 1, rowsOf(rows, t) * this.#slot.width);
  }

  /** (O2′) after the backward step t. */
  backward(rows: StepRows, t: number, dh: number): void {
    const { dRecurrent } = this;
    const n = rowsOf(rows, t) * this.#slot.width;
    const mask = this.#masks.at(rows, t);
    if (dRecurrent === undefined) this.#kernels.multiply(dh, n, dh, n, mask, n, 1, n);
    else this.#kernels.multiplyAdd(dh, n, dRecurrent, n, mask, n, 1, n);
  }
}
