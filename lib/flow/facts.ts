// Checks and reads what a cell declares for `bptt/flow`.

import { type ActivationName, activationKinds } from '../cells/activations.ts';
import type { Cell } from '../cells/cell.ts';
import { refuse, requireOneOf } from '../checks.ts';

const ACTIVATIONS = Object.keys(activationKinds);

/** Throws if the declarations name gates or states that the cell does not have, or if a state's width is not H. */
export function requireFacts(where: string, layer: string, cell: Cell): void {
  const { gates, states, activations, gateStates, memory, units } = cell;
  const other = states.find((state) => cell.widthOf(state) !== units);
  if (other !== undefined) {
    refuse(where, `${layer}.cell.widthOf('${other}')`, `be ${units}, as its units`, cell.widthOf(other));
  }
  const check = (fact: string, name: string, known: readonly string[]): void => {
    requireOneOf(where, `${layer}.cell.${fact}`, name, known);
  };
  for (const [name, activation] of Object.entries(activations)) {
    check('activations', name, [...gates, ...states]);
    check(`activations.${name}`, activation, ACTIVATIONS);
  }
  for (const [gate, state] of Object.entries(gateStates)) {
    check('gateStates', gate, gates);
    check(`gateStates.${gate}`, state, states);
  }
  if (memory === undefined) return;
  check('memory.state', memory.state, states);
  if (memory.keep !== undefined) check('memory.keep', memory.keep, gates);
  if (memory.write !== undefined) check('memory.write', memory.write, gates);
}

/** The name under which a pass reports the activation of a gate. */
export function shownAs({ gateStates }: Cell, gate: string): string {
  return gateStates[gate] ?? gate;
}

/** φ of a simple recurrent cell, h = φ(W[h', x] + b); undefined for other cells. */
export function simpleActivation({ gates, states, gateStates, activations }: Cell): ActivationName | undefined {
  const [gate, state] = [gates[0]!, states[0]];
  const simple = gates.length === 1 && states.length === 1 && gateStates[gate] === state;
  return simple ? activations[gate] : undefined;
}

/** The memory state, if the cell reads it through tanh, so that it can drift to where tanh is flat. */
export function driftingState({ activations, memory }: Cell): string | undefined {
  return memory !== undefined && activations[memory.state] === 'tanh' ? memory.state : undefined;
}
