// The pass of dropout: it multiplies its input by random masks.

import { dropoutNumbers } from '../random/dropout.ts';
import type { Random } from '../random/random.ts';
import { rowsBefore, rowsOf } from './packing.ts';
import type { Pass, Run, Workspace } from './pass.ts';
import { type MaskScope, RandomMasks } from './random-masks.ts';
import { type Signal, signalSize } from './signal.ts';
import { visitSteps } from './visit.ts';

/** Dropout with one rate. It is for training only: at inference, the output of dropout is its input. */
export class DropoutPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #workspace: Workspace;
  readonly #masks: RandomMasks;
  readonly #x: Signal;

  /** Lays out dropout of `x`; the masks come from `random`. */
  constructor(rate: number, scope: MaskScope, random: Random, workspace: Workspace, x: Signal) {
    const { take } = workspace;
    this.#workspace = workspace;
    this.#masks = new RandomMasks(workspace, random, dropoutNumbers(rate), scope, x);
    this.#x = x;
    this.output = { ...x, at: take(signalSize(x), 'tape') };
    this.dInput = take(signalSize(x));
  }

  pack(): void {}

  /** (O1) */
  forward(run: Run): void {
    this.#masks.draw(run);
    this.#multiply(run, this.output.at, this.#x.at);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (O1′) */
  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    this.#multiply(run, this.dInput, dy);
    if (run.visit !== undefined) visitSteps('input', { ...this.#x, at: this.dInput }, run, run.visit);
  }

  /** Multiplies the rows of a run by their masks. */
  #multiply(run: Run, to: number, from: number): void {
    const { kernels } = this.#workspace;
    const masks = this.#masks;
    const { T, B, F } = this.#x;
    if (T === undefined) {
      const n = B * F;
      kernels.multiply(to, n, from, n, masks.at(run.rows, 0), n, 1, n);
      return;
    }
    for (let t = 0; t < run.steps; t++) {
      const [first, n] = [rowsBefore(run.rows, t) * F, rowsOf(run.rows, t) * F];
      kernels.multiply(to + first, n, from + first, n, masks.at(run.rows, t), n, 1, n);
    }
  }
}
