// The input of a convolution with the time steps before and after it, one after the other.

import { activationKinds } from '../cells/activations.ts';
import { eachLength, rowsBefore, type StepRange, type StepRows } from '../engine/packing.ts';
import type { Signal } from '../engine/signal.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Arena, Take } from '../memory/arena.ts';
import type { FramePadding } from './conv1d-shape.ts';

/**
 * Room for [before + T + after] time steps of B rows, time-major. In a packed sequence the steps of the input have fewer
 * rows; those before it have all.
 */
export class Frame {
  /** Where it begins. */
  readonly at: number;
  /** Where the input, or its gradient, begins in it. */
  readonly input: number;
  /** Elements. */
  readonly size: number;
  readonly #kernels: Kernels;
  readonly #padding: FramePadding;
  readonly #B: number;
  readonly #I: number;

  /** Takes room. An input that nothing surrounds may be used `inPlace`. */
  constructor(
    kernels: Kernels,
    take: Take,
    { T = 1, B, F: I }: Omit<Signal, 'at'>,
    padding: FramePadding,
    kept: 'tape' | undefined,
    inPlace?: number,
  ) {
    const { before, after } = padding;
    this.#kernels = kernels;
    this.#padding = padding;
    this.#B = B;
    this.#I = I;
    this.size = (before + T + after) * B * I;
    this.at = inPlace !== undefined && before + after === 0 ? inPlace : take(this.size, kept);
    this.input = this.at + before * B * I;
  }

  /** Writes zeros. */
  clear({ data }: Arena): void {
    data.fill(0, this.at, this.at + this.size);
  }

  /** Writes the input of a run, and what surrounds it: zeros, or the window before the first step, [B, carried·I]. */
  fill(arena: Arena, { steps, rows }: StepRange, x: number, window: number): void {
    if (this.input === x) return;
    const { before, after, carried } = this.#padding;
    const [B, I] = [this.#B, this.#I];
    const count = rowsBefore(rows, steps);
    if (carried > 0) this.#copy(window, carried * I, I, this.at, B, carried, false);
    else arena.data.fill(0, this.at, this.at + before * B * I);
    this.#kernels.activationForward(activationKinds.linear, this.input, I, x, I, count, I);
    const end = this.input + count * I;
    if (after > 0) arena.data.fill(0, end, end + after * B * I);
  }

  /** Where the time step before + t begins, for t from −before. */
  step(rows: StepRows, t: number): number {
    return this.input + (t < 0 ? t * this.#B : rowsBefore(rows, t)) * this.#I;
  }

  /** Copies the inputs before each row's next step to its window, [B, carried·I], the oldest first; or the other way. */
  copyWindow(rows: StepRows, steps: number, window: number, reversed = false): void {
    const { carried } = this.#padding;
    const [B, I] = [this.#B, this.#I];
    const width = carried * I;
    if (rows.starts === undefined) {
      this.#copy(window, width, I, this.step(rows, steps - carried), B, carried, !reversed);
      return;
    }
    eachLength(rows, steps, (row, length, count) => {
      for (let j = 0; j < carried; j++) {
        const inFrame = this.step(rows, length - carried + j) + row * I;
        const inWindow = window + row * width + j * I;
        const [to, ldTo, from, ldFrom] = reversed ? [inFrame, I, inWindow, width] : [inWindow, width, inFrame, I];
        this.#kernels.activationForward(activationKinds.linear, to, ldTo, from, ldFrom, count, I);
      }
    });
  }

  /** Copies `steps` time steps of B rows between a window [B, width] and the frame; `out`: out of the frame. */
  #copy(window: number, width: number, I: number, frame: number, B: number, steps: number, out: boolean): void {
    const byRow = B <= steps;
    for (let k = 0; k < (byRow ? B : steps); k++) {
      const inWindow = window + k * (byRow ? width : I);
      const inFrame = frame + k * (byRow ? I : B * I);
      const [ldWindow, ldFrame] = byRow ? [I, B * I] : [width, I];
      const count = byRow ? steps : B;
      const linear = activationKinds.linear;
      if (out) this.#kernels.activationForward(linear, inWindow, ldWindow, inFrame, ldFrame, count, I);
      else this.#kernels.activationForward(linear, inFrame, ldFrame, inWindow, ldWindow, count, I);
    }
  }
}
