// Runs a sequence of any length through a pass of a fixed length, segment by segment.

import type { Arena, Take } from '../memory/arena.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Pass, PassPurpose, Workspace } from './pass.ts';
import { batchFirst, type Signal, type SignalShape, signalSize, stepsOf, timeSlice } from './signal.ts';
import type { Visit } from './visit.ts';

/** What lays out a pass: a layer. */
export interface PassPlanner {
  layOut(workspace: Workspace, input: Signal): Pass;
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
  /** Slot of the tape that holds the current states. */
  #slot = 0;

  /** Takes room for segments of `length` time steps. */
  constructor(
    planner: PassPlanner,
    purpose: PassPurpose,
    arena: Arena,
    take: Take,
    shape: SignalShape,
    length: number,
  ) {
    const segment = { ...shape, T: shape.T === undefined ? undefined : length };
    this.#arena = arena;
    this.T = shape.T ?? 1;
    this.input = { ...segment, at: take(signalSize(segment), 'tape') };
    this.pass = planner.layOut({ purpose, kernels: arena.kernels, take, takeWeights: take }, this.input);
  }

  /** Slot of the tape that holds the current states. */
  get slot(): number {
    return this.#slot;
  }

  /** Begins a sequence with states of zeros in slot 0, which the caller may replace. */
  start(source: NdArrayLike): void {
    const { data } = this.#arena;
    this.#source = source;
    this.#slot = 0;
    this.pass.pack();
    for (const { at, size } of this.pass.states) data.fill(0, at, at + size);
  }

  /** Drops the reference to the caller's sequence, once no segment needs it. */
  release(): void {
    this.#source = undefined;
  }

  /** Continues from states that were copied to slot 0. */
  restart(): void {
    this.#slot = 0;
  }

  /** Runs time steps [from, to) forward, from the current states. */
  forward(from: number, to: number, output: boolean, visit: Visit | undefined): void {
    const { pass, input } = this;
    const { data } = this.#arena;
    if (this.#slot > 0) {
      const slot = this.#slot;
      for (const { at, size } of pass.states) data.copyWithin(at, at + slot * size, at + (slot + 1) * size);
    }
    const source = this.#source!;
    const steps = to - from;
    copyInto(
      batchFirst(this.#arena, stepsOf(input, 0, steps)),
      input.T === undefined ? source : timeSlice(source, from, to),
    );
    pass.forward({ steps, from, output, visit });
    this.#slot = steps;
  }
}
