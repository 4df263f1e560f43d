// The pass of a bidirectional layer: one layer over the sequence, another over the reversed one.

import { activationKinds } from '../cells/activations.ts';
import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import { eachReversed } from '../engine/reversal.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Layer } from './layer.ts';

/** How the outputs y of the forward direction and z of the backward direction become one. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'average';

/** Names of the two layers. */
export const DIRECTIONS = ['forward', 'backward'] as const;

export class BidirectionalPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #kernels: Kernels;
  readonly #mode: MergeMode;
  readonly #input: Signal;
  /** The reversed input. */
  readonly #reversed: Signal;
  readonly #forward: Pass;
  readonly #backward: Pass;
  /** Output of the backward direction, in the order of the input. */
  readonly #natural: Signal;
  /** Gradient of the output of the forward direction. */
  readonly #dForward: number;
  /** Gradient of the output of the backward direction, in the order of the input and in that of the layer. */
  readonly #dNatural: number;
  readonly #dBackward: number;

  constructor(layers: readonly [Layer, Layer], mode: MergeMode, workspace: Workspace, x: Signal) {
    const { kernels, take, purpose } = workspace;
    const tape = purpose === 'train' ? 'tape' : undefined;
    this.#kernels = kernels;
    this.#mode = mode;
    this.#input = x;
    this.#reversed = { ...x, at: take(signalSize(x), tape) };
    const { random } = workspace;
    this.#forward = layers[0].layOut({ ...workspace, random: random.fork(0) }, x);
    this.#backward = layers[1].layOut({ ...workspace, random: random.fork(1) }, this.#reversed);
    const [y, z] = [this.#forward.output, this.#backward.output];
    this.#natural = z.T === undefined ? z : { ...z, at: take(signalSize(z), tape) };
    this.output = { ...y, F: mode === 'concat' ? y.F + z.F : y.F, at: 0 };
    this.output = { ...this.output, at: take(signalSize(this.output), tape) };
    const gradients = purpose === 'train' ? 1 : 0;
    this.#dForward = take(gradients * signalSize(y));
    this.#dBackward = take(gradients * signalSize(z));
    this.#dNatural = z.T === undefined ? this.#dBackward : take(gradients * signalSize(z));
    this.dInput = this.#forward.dInput;
    this.states = [this.#forward, this.#backward].flatMap(({ states }, i) =>
      states.map((state) => ({ ...state, path: [DIRECTIONS[i]!, ...state.path] })),
    );
  }

  pack(): void {
    this.#forward.pack();
    this.#backward.pack();
  }

  forward(run: Run): void {
    this.#copyReversed(this.#reversed.at, this.#input, run);
    this.#forward.forward(within(run, 0));
    this.#backward.forward(within(run, 1));
    const z = this.#backward.output;
    if (z.T !== undefined) this.#copyReversed(this.#natural.at, z, run);
    if (run.output) this.#merge(rowsIn(this.output, run));
  }

  /** (B1) to (B4) */
  #merge(rows: number): void {
    const kernels = this.#kernels;
    const { at, F } = this.output;
    const [y, z] = [this.#forward.output, this.#natural];
    if (this.#mode === 'concat') {
      // (B1)
      this.#copy(at, F, y.at, y.F, rows, y.F);
      this.#copy(at + y.F, F, z.at, z.F, rows, z.F);
    } else if (this.#mode === 'mul')
      kernels.multiply(at, F, y.at, F, z.at, F, rows, F); // (B3)
    else {
      this.#copy(at, F, y.at, F, rows, F);
      kernels.accumulate(at, z.at, rows * F); // (B2)
      if (this.#mode === 'average') kernels.scale(at, 0.5, rows * F); // (B4)
    }
  }

  backward(run: Run, dOutput: number | undefined): void {
    if (dOutput !== undefined) this.#split(run, dOutput);
    // The later layer of the forward pass comes first.
    this.#backward.backward(within(run, 1), dOutput === undefined ? undefined : this.#dBackward);
    this.#forward.backward(within(run, 0), dOutput === undefined ? undefined : this.#dForward);
    const { F } = this.#input;
    const [dx, dReversed] = [this.dInput, this.#backward.dInput];
    eachReversed(run, (row, reversed, count) => {
      this.#kernels.accumulate(dx + row * F, dReversed + reversed * F, count * F);
    });
  }

  /** (B1′) to (B4′): the gradients of both outputs. */
  #split(run: Run, dy: number): void {
    const kernels = this.#kernels;
    const { F } = this.output;
    const [y, z] = [this.#forward.output, this.#natural];
    const rows = rowsIn(this.output, run);
    const [dForward, natural] = [this.#dForward, this.#dNatural];
    if (this.#mode === 'concat') {
      // (B1′)
      this.#copy(dForward, y.F, dy, F, rows, y.F);
      this.#copy(natural, z.F, dy + y.F, F, rows, z.F);
    } else if (this.#mode === 'mul') {
      // (B3′)
      kernels.multiply(dForward, F, dy, F, z.at, F, rows, F);
      kernels.multiply(natural, F, dy, F, y.at, F, rows, F);
    } else {
      for (const d of [dForward, natural]) {
        this.#copy(d, F, dy, F, rows, F); // (B2′)
        if (this.#mode === 'average') kernels.scale(d, 0.5, rows * F); // (B4′)
      }
    }
    if (z.T !== undefined) this.#copyReversed(this.#dBackward, { ...z, at: natural }, run);
  }

  #copyReversed(to: number, { at, F }: Signal, run: Run): void {
    eachReversed(run, (row, reversed, count) => {
      this.#kernels.repeatRow(to + reversed * F, at + row * F, 1, count * F);
    });
  }

  /** Copies a block [M, N] between rows of other lengths. */
  #copy(to: number, ldTo: number, from: number, ldFrom: number, M: number, N: number): void {
    this.#kernels.activationForward(activationKinds.linear, to, ldTo, from, ldFrom, M, N);
  }
}

/** The run of a direction. */
function within({ steps, from, rows, output, draw, visit }: Run, direction: 0 | 1): Run {
  const reversed = direction === 1 ? steps : undefined;
  const named: Visit | undefined =
    visit && ((values) => visit(inLayer({ ...values, reversed }, DIRECTIONS[direction])));
  return { steps, from, rows, output, draw, visit: named };
}
