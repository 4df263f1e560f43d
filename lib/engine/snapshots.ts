// Copies of the carried states of a pass, apart from its tape: what checkpoints restart from.

import { type Arena, roomFor, type Take } from '../memory/arena.ts';
import { eachLatest, type StepRows } from './packing.ts';
import { type StateTape, stepsAfter } from './pass.ts';

/** Rooms for states: each holds those of all recurrent layers after some time step. */
export class Snapshots {
  readonly #arena: Arena;
  readonly #states: readonly StateTape[];
  readonly #first: number;
  readonly #stride: number;

  /** Takes `count` rooms. */
  constructor(arena: Arena, take: Take, states: readonly StateTape[], count: number) {
    this.#arena = arena;
    this.#states = states;
    this.#stride = roomFor(states.reduce((sum, { size }) => sum + size, 0));
    this.#first = take(count * this.#stride, 'tape'); // side by side: there may be as many as half of all steps
  }

  /** Copies the states after `steps` time steps of a run into a room. */
  save(rows: StepRows, steps: number, room: number): void {
    const places = this.places(room);
    this.#states.forEach((state, k) => {
      copyLatest(this.#arena, state, rows, steps, places[k]!);
    });
  }

  /** Copies a room into slot 0 of the tape. */
  load(room: number): void {
    const { data } = this.#arena;
    this.places(room).forEach((from, k) => {
      const { at, size } = this.#states[k]!;
      data.copyWithin(at, from, from + size);
    });
  }

  /** Where the states in a room lie. */
  places(room: number): number[] {
    let next = this.#first + room * this.#stride;
    return this.#states.map(({ size }) => {
      const at = next;
      next += size;
      return at;
    });
  }
}

/** Copies the state of each row after `steps` time steps of a run to a matrix [B, width]. */
export function copyLatest({ data }: Arena, state: StateTape, rows: StepRows, run: number, to: number): void {
  const { at, width, copyAfter } = state;
  const steps = stepsAfter(state, run);
  if (copyAfter !== undefined && steps > 0) {
    copyAfter(rows, steps, to);
    return;
  }
  eachLatest(rows, steps, (row, from, count) => {
    const begin = at + from * width;
    data.copyWithin(to + row * width, begin, begin + count * width);
  });
}
