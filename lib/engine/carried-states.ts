import type { Arena } from '../memory/arena.ts';
import type { StateTape } from './pass.ts';
import { type StackState, StreamStates } from './stream-state.ts';

/** The states of `B` rows with which a pass begins; `after` are the places of those that it ends with. */
export function carriedStates(
  arena: Arena,
  states: readonly StateTape[],
  after: readonly (readonly number[])[],
  B: number,
): StreamStates<StackState> {
  const places = states.map(({ layer, cell, at }, i) => ({ layer, cell, previous: at, next: after[i] ?? at }));
  return new StreamStates(arena, places, B);
}
