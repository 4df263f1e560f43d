// The pass of an activation layer.

import { activationKinds } from '../cells/activations.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { DenseActivation } from './dense-pass.ts';

export class ActivationPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #activation: DenseActivation;
  readonly #kernels: Kernels;
  readonly #x: Signal;

  constructor(activation: DenseActivation, { kernels, take, purpose }: Workspace, x: Signal) {
    const trains = purpose === 'train';
    this.#activation = activation;
    this.#kernels = kernels;
    this.#x = x;
    this.output = { ...x, at: take(signalSize(x), trains ? 'tape' : undefined) };
    this.dInput = trains ? take(signalSize(x)) : -1;
  }

  pack(): void {}

  /** (A1) to (A6), (D2) */
  forward(run: Run): void {
    const { at: x, F } = this.#x;
    const { at: y } = this.output;
    const rows = rowsIn(this.#x, run);
    const softmax = this.#activation === 'softmax';
    const kind = this.#activation === 'softmax' ? activationKinds.linear : activationKinds[this.#activation];
    this.#kernels.activationForward(kind, y, F, x, F, rows, F);
    if (softmax) this.#kernels.softmaxForward(y, rows, F);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (A1′) to (A6′), (D2′) */
  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    const { F } = this.#x;
    const { at: y } = this.output;
    const dx = this.dInput;
    const rows = rowsIn(this.#x, run);
    if (this.#activation === 'softmax') this.#kernels.softmaxBackward(dx, y, dy, rows, F);
    else this.#kernels.activationBackward(activationKinds[this.#activation], dx, F, y, F, dy, F, rows, F);
    if (run.visit !== undefined) visitSteps('input', { ...this.#x, at: dx }, run, run.visit);
  }
}
