// Copies of the carried states of a pass, apart from its tape: what checkpoints restart from.

import { type Arena, roomFor, type Take } from '../memory/arena.ts';
import type { StateTape } from './pass.ts';

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

  /** Copies a slot of the tape into a room. */
  save(slot: number, room: number): void {
    const { data } = this.#arena;
    this.places(room).forEach((to, k) => {
      const { at, size } = this.#states[k]!;
      data.copyWithin(to, at + slot * size, at + (slot + 1) * size);
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
