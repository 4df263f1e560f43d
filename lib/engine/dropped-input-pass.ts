// The pass of a layer whose input is dropped out.

import type { DropoutPass } from './dropout-pass.ts';
import type { Pass, Run, StateTape } from './pass.ts';
import type { Signal } from './signal.ts';

/** Dropout, then a layer that reads its output. */
export class DroppedInputPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #dropout: DropoutPass;
  readonly #layer: Pass;

  constructor(dropout: DropoutPass, layer: Pass) {
    this.output = layer.output;
    this.dInput = dropout.dInput;
    this.states = layer.states;
    this.#dropout = dropout;
    this.#layer = layer;
  }

  pack(): void {
    this.#layer.pack();
  }

  forward(run: Run): void {
    this.#dropout.forward(run);
    this.#layer.forward(run);
  }

  backward(run: Run, dOutput: number | undefined): void {
    this.#layer.backward(run, dOutput);
    this.#dropout.backward(run, this.#layer.dInput);
  }
}
