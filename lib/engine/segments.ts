// Runs a sequence of any length through a pass of a fixed length, segment by segment.

import type { Arena, Take } from '../memory/arena.ts';
import { PackedVersion } from '../memory/packed-version.ts';
import type { Random } from '../random/random.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Beginning } from './hooks.ts';
import type { Packing, StepRows } from './packing.ts';
import type { Draw, Pass, PassPurpose, Workspace } from './pass.ts';
import { copyIn, partOf, type Signal, type SignalShape, signalSize, stepRows } from './signal.ts';
import { copyLatest } from './snapshots.ts';
import type { Visit } from './visit.ts';

/** What lays out a pass: a layer. */
export interface PassPlanner {
  layOut(workspace: Workspace, input: Signal): Pass;
  /** Where its random masks come from. */
  readonly maskSource: Random;
}

/**
 * A pass, and the sequence that it computes segment by segment. The last states of a segment become slot 0 of the next.
 */
export class Segments {
  /** Laid out for `length` time steps. */
  readonly pass: Pass;
  /** Where the pass reads its input. */
  readonly input: Signal;
  /** Time steps of the whole sequence; 1 without a time axis. */
  readonly T: number;
  readonly #arena: Arena;
  #source: NdArrayLike | undefined;
  #packing: Packing | undefined;
  /** What random masks of the sequence depend on. */
  #draw: Draw = { trainingStep: 0, order: undefined };
  /** Time steps of the last run, after which the states are current; 0 if slot 0 has them. */
  #steps = 0;
  /** The rows of these steps. */
  #rows: StepRows;

  /** The version of the packed weights of this pass. */
  readonly #packed = new PackedVersion();

  /** Takes room for segments of `length` time steps. */
  constructor(
    planner: PassPlanner,
    purpose: PassPurpose,
    arena: Arena,
    take: Take,
    shape: SignalShape,
    length: number,
    packed: boolean,
  ) {
    const segment = { ...shape, T: shape.T === undefined ? undefined : length };
    this.#arena = arena;
    this.T = shape.T ?? 1;
    this.input = { ...segment, at: take(signalSize(segment), 'tape') };
    this.#rows = { B: shape.B, starts: undefined };
    const [{ kernels }, random] = [arena, planner.maskSource];
    this.pass = planner.layOut({ purpose, packed, kernels, random, take, takeWeights: take }, this.input);
  }

  /** Time steps of the last run, after which the states are current; 0 if slot 0 has them. */
  get steps(): number {
    return this.#steps;
  }

  /** The rows of the last run. */
  get rows(): StepRows {
    return this.#rows;
  }

  /** Which rows have which time steps; undefined if all have all. */
  get packing(): Packing | undefined {
    return this.#packing;
  }

  /** Begins a sequence with the trained initial states or zeros in slot 0, which the caller may replace. */
  start(source: NdArrayLike, { packing, trainingStep = 0, firstRow = 0 }: Beginning): void {
    const { data, kernels } = this.#arena;
    this.#source = source;
    this.#packing = packing;
    this.#draw = { trainingStep, firstRow, order: packing?.order };
    this.#steps = 0;
    if (!this.#packed.isCurrent(this.#arena)) this.pass.pack();
    for (const { at, size, width, initial } of this.pass.states) {
      if (initial === undefined) data.fill(0, at, at + size);
      else kernels.repeatRow(at, initial.at, size / width, width);
    }
  }

  /** Drops the reference to the caller's sequence, once no segment needs it. */
  release(): void {
    this.#source = undefined;
  }

  /** Copies the current states to slot 0, from where the next run continues. */
  settle(): void {
    for (const state of this.pass.states) copyLatest(this.#arena, state, this.#rows, this.#steps, state.at);
    this.#steps = 0;
  }

  /** Continues from states that were copied to slot 0. */
  restart(): void {
    this.#steps = 0;
  }

  /** Runs time steps [from, to) forward, from the current states. */
  forward(from: number, to: number, output: boolean, visit: Visit | undefined): void {
    const { pass, input } = this;
    const packing = this.#packing;
    if (this.#steps > 0) this.settle();
    copyIn(this.#arena, partOf(input, packing, from, from, to), this.#source!);
    this.#rows = stepRows(input.B, packing, from, to);
    this.#steps = to - from;
    pass.forward({ steps: this.#steps, from, rows: this.#rows, output, draw: this.#draw, visit });
  }

  /** Runs the time steps of the last run backward. */
  backward(from: number, dOutput: number | undefined, visit: Visit | undefined): void {
    const draw = this.#draw;
    this.pass.backward({ steps: this.#steps, from, rows: this.#rows, output: true, draw, visit }, dOutput);
  }
}
