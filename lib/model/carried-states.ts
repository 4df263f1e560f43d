import type { StackPass } from '../layers/stack.ts';
import type { StackState } from '../layers/stream-state.ts';
import { StreamStates } from '../layers/stream-state.ts';
import type { Traversal } from '../layers/traversal.ts';
import type { Arena } from '../tensor/arena.ts';

/** The states with which a pass begins, and those after `until` of its steps. */
export function carriedStates(arena: Arena, traversal: Traversal<StackPass>, until: number): StreamStates<StackState> {
  const after = traversal.statesAfter(until);
  const places = traversal.pass.states.map(({ layer, cell, at }, i) => ({
    layer,
    cell,
    previous: at,
    next: after[i]!,
  }));
  return new StreamStates(arena, places, traversal.input.B);
}
