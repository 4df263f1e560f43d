// The pass of the layer that repeats its input over a new time axis.

import { activationKinds } from '../cells/activations.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { type Signal, signalSize } from '../engine/signal.ts';
import { visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';

export class RepeatVectorPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  /** A run over the new time steps. */
  readonly after: (run: Run) => Run;
  readonly #times: number;
  readonly #kernels: Kernels;
  readonly #x: Signal;

  constructor(times: number, { kernels, take, purpose }: Workspace, x: Signal) {
    const shape = { T: times, B: x.B, F: x.F };
    this.#times = times;
    this.#kernels = kernels;
    this.#x = x;
    this.after = (run) => ({ ...run, steps: times, from: 0 });
    this.output = { ...shape, at: take(signalSize(shape), purpose === 'train' ? 'tape' : undefined) };
    this.dInput = purpose === 'train' ? take(signalSize(x)) : -1;
  }

  pack(): void {}

  /** (RV1) */
  forward(run: Run): void {
    const { at: x, B, F } = this.#x;
    this.#kernels.repeatRow(this.output.at, x, this.#times, B * F);
    if (run.visit !== undefined) visitSteps('output', this.output, this.after(run), run.visit);
  }

  /** (RV1′) */
  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    const size = signalSize(this.#x);
    const last = dy + (this.#times - 1) * size;
    const kernels = this.#kernels;
    kernels.activationForward(activationKinds.linear, this.dInput, size, last, size, 1, size);
    kernels.columnSums(this.dInput, dy, size, this.#times - 1, size);
    if (run.visit !== undefined) visitSteps('input', { ...this.#x, at: this.dInput }, run, run.visit);
  }
}
