// The parameters that an optimizer trains, those of one or several models or subsets, with its state for them.

import { StateError } from '../errors.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { requireParameters } from '../parameters/require-parameters.ts';
import type { ParameterGroups, Part, Partition } from './parameter-groups.ts';
import { Slots } from './slots.ts';

/** Parameters, divided into groups, and the state of the optimizer for them. */
export interface Member extends Partition {
  /** All of them, with the frozen ones. */
  readonly parameters: Parameters;
  readonly slots: Slots;
}

/** Divides parameters into groups; without groups all are one part. */
function partitionOf(parameters: Parameters, groups: ParameterGroups | undefined): Partition {
  if (groups !== undefined) return groups.partition(parameters);
  return {
    trained: parameters,
    get parts(): readonly Part[] {
      return [{ group: -1, rateFactor: 1, decayFactor: 1, runs: parameters.runs }]; // rows that are used may decide
    },
  };
}

/** What an optimizer trains: nothing before its first step, then always the same. */
export class Members implements Iterable<Member> {
  readonly #groups: ParameterGroups | undefined;
  #list: readonly Member[] = [];

  constructor(groups: ParameterGroups | undefined) {
    this.#groups = groups;
  }

  /** The parameters of the first model, with their state; undefined before the first step. */
  get first(): Member | undefined {
    return this.#list[0];
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#list[Symbol.iterator]();
  }

  /** Those of a model, divided into groups. */
  partition(parameters: Parameters): Partition {
    return this.first?.parameters === parameters ? this.first : partitionOf(parameters, this.#groups);
  }

  /** Whether these are the parameters. */
  are(list: readonly Parameters[]): boolean {
    return (
      this.#list.length === list.length &&
      this.#list.every(({ parameters }, k) => parameters === list[k] || parameters.sameElements(list[k]!))
    );
  }

  /** Throws unless these are parameters, and, after the first step, those of the first step. */
  require(where: string, list: readonly Parameters[]): void {
    for (const each of list) requireParameters(where, 'parameters', each);
    if (this.#list.length > 0 && !this.are(list)) {
      refuseOthers(where, 'parameters', 'be those of the first step', 'those');
    }
  }

  /** Allocates `count` slots for each of the parameters, unless they have them. If memory runs out, nothing changes. */
  claim(where: string, list: readonly Parameters[], count: number): void {
    this.require(where, list);
    if (this.#list.length > 0) {
      for (const { slots } of this.#list) slots.moveIn(where);
      return;
    }
    this.#groups?.require(list.flatMap((each) => [...each]));
    const members: Member[] = [];
    let complete = false;
    try {
      for (const parameters of list) {
        const partition = partitionOf(parameters, this.#groups);
        const slots = new Slots(partition.trained, count, where);
        members.push(Object.assign(partition, { parameters, slots }));
      }
      complete = true;
    } finally {
      if (!complete) for (const { slots } of members) slots.release();
    }
    this.#list = members;
  }

  /** The state before the next step: before the first one zeros, in room that the next pass may take. */
  stateFor(where: string, parameters: Parameters, count: number): Partition & { readonly state: readonly number[] } {
    this.require(where, [parameters]);
    const { first } = this;
    first?.slots.moveIn(where);
    const { parts, trained } = first ?? partitionOf(parameters, this.#groups);
    if (first !== undefined) return { parts, trained, state: first.slots.places };
    const { arena } = parameters;
    const { size } = trained;
    const state = arena.layOut((take) => Array.from({ length: count }, () => take(size)), where);
    for (const at of state) arena.data.fill(0, at, at + size);
    return { parts, trained, state };
  }

  /** Copies the state, and returns a function that restores it, also to none. */
  remember(): () => void {
    const before = this.#list;
    const copies = before.map(({ slots }) => slots.tensors.map((each) => each.copy().data));
    return () => {
      if (before.length === 0) for (const { slots } of this.#list) slots.release();
      this.#list = before;
      before.forEach(({ slots }, i) => {
        slots.tensors.forEach(({ data, offset }, k) => {
          data.set(copies[i]![k]!, offset);
        });
      });
    };
  }
}

/** Throws the StateError for parameters of another model. */
export function refuseOthers(where: string, argument: string, expected: string, received: string): never {
  throw new StateError({
    where,
    argument,
    expected,
    received: `${received} of another model, layer or subset`,
    remedy: 'Create an optimizer for each model or subset of parameters, or give one step all of them: step([a, b])',
  });
}
