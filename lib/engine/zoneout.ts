// Zoneout: states keep their values of the step before, each element at random in training, and in part otherwise.

import type { Places } from '../cells/places.ts';
import type { MovableStep } from '../cells/step.ts';
import type { Kernels } from '../kernels/contract.ts';
import { dropoutNumbers } from '../random/dropout.ts';
import { rowsBefore, rowsOf, type StepRows, slotBefore } from './packing.ts';
import type { Run, StateTape, Workspace } from './pass.ts';
import { RandomMasks } from './random-masks.ts';

/** Zoneout of one state of a layer (Krueger et al. 2016). The cell writes its new state apart from the tape of states. */
export class Zoneout {
  readonly #kernels: Kernels;
  readonly #rate: number;
  /** Index of the state in the cell. */
  readonly #index: number;
  readonly #slot: StateTape;
  /** [T, B, width]: what the cell computed in each step. */
  readonly #fresh: number;
  /** Which elements are kept; undefined outside training. */
  readonly #masks: RandomMasks | undefined;
  /** [width]: the share that is kept outside training. */
  readonly #share: number;
  /** [B, width] each, in training: gradient of the state before the step, and scratch. */
  readonly #dKept: number;
  readonly #scratch: number;

  constructor(workspace: Workspace, rate: number, index: number, T: number, slot: StateTape) {
    const { kernels, take, purpose, random } = workspace;
    const { size, width } = slot;
    const trains = purpose === 'train';
    const kept = { ...dropoutNumbers(1 - rate), scale: 1 }; // 1 with probability `rate`, otherwise 0
    const shape = { T, B: size / width, F: width };
    this.#kernels = kernels;
    this.#rate = rate;
    this.#index = index;
    this.#slot = slot;
    this.#fresh = take(T * size, trains ? 'tape' : undefined);
    this.#masks = trains ? new RandomMasks(workspace, random.fork(2 + index), kept, 'step', shape) : undefined;
    this.#share = trains ? -1 : take(width);
    this.#dKept = trains ? take(size) : -1;
    this.#scratch = trains ? take(size) : -1;
  }

  /** Writes the share that is kept outside training. */
  pack(): void {
    if (this.#masks === undefined) this.#kernels.dropoutMask(this.#share, 0, this.#rate, 0, 0, 0, 0, this.#slot.width);
  }

  /** Draws the masks of a run. */
  draw(run: Run): void {
    this.#masks?.draw(run);
  }

  /** Moves the new state of a record to step t. */
  move({ after }: MovableStep, rows: StepRows, t: number): void {
    after[this.#index] = this.#fresh + rowsBefore(rows, t) * this.#slot.width;
  }

  /** (O3) after step t; outside training (O4). */
  forward(rows: StepRows, t: number): void {
    const { at, width: F } = this.#slot;
    const B = rowsOf(rows, t);
    const next = at + slotBefore(rows, t + 1) * F;
    const fresh = this.#fresh + rowsBefore(rows, t) * F;
    const [share, stride] = this.#masks === undefined ? [this.#share, 0] : [this.#masks.at(rows, t), F];
    this.#kernels.interpolate(next, F, share, stride, fresh, F, at + slotBefore(rows, t) * F, F, B, F);
  }

  /** (O3′) before the backward step t: divides the gradient of the state between the new and the kept one. */
  beforeBackward(rows: StepRows, t: number, dStates: Places): void {
    const { at, width: F, path } = this.#slot;
    const n = rowsOf(rows, t) * F;
    const d = dStates[path[0]!]!;
    const [share, fresh] = [this.#masks!.at(rows, t), this.#fresh + rowsBefore(rows, t) * F];
    const kept = at + slotBefore(rows, t) * F;
    this.#kernels.interpolateBackward(this.#scratch, n, d, n, this.#dKept, n, share, n, fresh, n, kept, n, d, n, 1, n);
  }

  /** (O3′) after it: adds the gradient of the kept state. */
  backward(rows: StepRows, t: number, dStates: Places): void {
    const { width, path } = this.#slot;
    this.#kernels.accumulate(dStates[path[0]!]!, this.#dKept, rowsOf(rows, t) * width);
  }
}
