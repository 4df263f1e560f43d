import { type Arena, roomFor, type Take } from '../memory/arena.ts';
import type { StateTape } from './pass.ts';

/** Keeps states of a pass apart from its tape: one room holds those of all its recurrent layers after some step. */
export class StateRooms {
  readonly #arena: Arena;
  readonly #states: readonly StateTape[];
  readonly #first: number;
  readonly #stride: number;

  /** Takes `count` rooms. */
  constructor(arena: Arena, take: Take, states: readonly StateTape[], count: number) {
    const size = states.reduce((sum, each) => sum + each.at.length * each.size, 0);
    this.#arena = arena;
    this.#states = states;
    this.#stride = roomFor(size);
    this.#first = take(count * this.#stride, 'tape'); // side by side: there may be as many as half of all steps
  }

  /** Keeps the states in a slot of the tape. */
  save(slot: number, room: number): void {
    const { data } = this.#arena;
    this.#each(room, (place, kept, size) => data.copyWithin(kept, place + slot * size, place + (slot + 1) * size));
  }

  /** Puts kept states into slot 0. */
  load(room: number): void {
    const { data } = this.#arena;
    this.#each(room, (place, kept, size) => data.copyWithin(place, kept, kept + size));
  }

  /** Where kept states lie, for each recurrent layer. */
  places(room: number): number[][] {
    const places = this.#states.map((): number[] => []);
    this.#each(room, (_place, kept, _size, layer) => places[layer]!.push(kept));
    return places;
  }

  #each(room: number, does: (place: number, kept: number, size: number, layer: number) => void): void {
    let kept = this.#first + room * this.#stride;
    this.#states.forEach(({ at, size }, layer) => {
      for (const place of at) {
        does(place, kept, size, layer);
        kept += size;
      }
    });
  }
}
