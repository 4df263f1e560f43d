// The pass of a recurrent layer: a cell over time.

import type { Cell } from '../cells/cell.ts';
import { packTransposed, packWeights } from '../cells/packed-weights.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { backpropagate, UNOBSERVED } from './backpropagate.ts';
import { backwardObserver, visitForward } from './observe.ts';
import { eachLatest, type StepRows } from './packing.ts';
import type { Pass, Run, StateTape, Workspace } from './pass.ts';
import type { Signal } from './signal.ts';
import { type GradientTape, layGradients, layTape, type RecurrentNoise, type Tape } from './tape.ts';
import { unroll } from './unroll.ts';

export class RecurrentPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #cell: Cell;
  readonly #tape: Tape;
  readonly #gradients: GradientTape | undefined;
  /** Whether the output is a copy of the last state. */
  readonly #copied: boolean;

  /**
   * @param everyStep - whether the output is that of every time step, or of the last one alone
   * @param initial - the trained initial states, in the order of `cell.states`
   * @param noise - what the layer draws at random; default nothing
   */
  constructor(
    cell: Cell,
    everyStep: boolean,
    workspace: Workspace,
    x: Signal,
    initial?: readonly Parameter[],
    noise?: RecurrentNoise,
  ) {
    const tape = layTape(cell, workspace, x, noise);
    const gradients = workspace.purpose === 'train' ? layGradients(cell, tape, workspace, x) : undefined;
    const { T = 1, B } = x;
    const { at, size } = tape.slots[0]!;
    // The last output lies in slot T of a run, which differs from run to run unless there is one time step only.
    const copied = !everyStep && (T > 1 || workspace.packed);
    const output = { T: everyStep ? T : undefined, B, F: cell.outputWidth };
    this.output = { ...output, at: copied ? workspace.take(size) : at + size };
    this.#copied = copied;
    this.dInput = gradients?.input.dx ?? -1;
    this.states = tape.slots.map((slot, k) => {
      return { ...slot, gradient: gradients?.dStates[slot.path[0]!] ?? -1, initial: initial?.[k] };
    });
    this.#cell = cell;
    this.#tape = tape;
    this.#gradients = gradients;
  }

  pack(): void {
    const { kernels, weights, zoneouts } = this.#tape;
    for (const zoneout of zoneouts) zoneout.pack();
    packWeights(this.#cell.weights, kernels, weights);
    if (this.#gradients !== undefined) packTransposed(this.#cell.weights, kernels, this.#gradients.weights);
  }

  forward(run: Run): void {
    const { rows, steps: T } = run;
    const { dropout, zoneouts } = this.#tape;
    dropout?.draw(run);
    for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.draw(run);
    unroll(this.#cell, this.#tape, rows, T);
    if (this.#copied) this.#copyLast(rows, T);
    if (run.visit !== undefined) visitForward(this.#cell, this.#tape, run, run.visit);
  }

  /** Copies the last output of each row. Apart from `forward`, in which the closure would allocate at each step. */
  #copyLast(rows: StepRows, T: number): void {
    const { kernels, slots } = this.#tape;
    const { at, width } = slots[0]!;
    eachLatest(rows, T, (row, from, count) => {
      kernels.repeatRow(this.output.at + row * width, at + from * width, 1, count * width);
    });
  }

  backward(run: Run, dOutput: number | undefined): void {
    const gradients = this.#gradients!;
    const dy = dOutput === undefined ? undefined : { at: dOutput, everyStep: this.output.T !== undefined };
    const observer =
      run.visit === undefined ? UNOBSERVED : backwardObserver(this.#cell, this.#tape, gradients, run, run.visit);
    backpropagate(this.#cell, this.#tape, gradients, run.rows, run.steps, dy, observer);
  }
}
