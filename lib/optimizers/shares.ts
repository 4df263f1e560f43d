// What an optimizer keeps apart: parameters that are stepped together, with their state and their number of steps.

import type { Parameters } from '../parameters/parameters.ts';
import { Bounds } from './bounds.ts';
import { Members, refuseOthers } from './members.ts';
import type { ParameterGroups } from './parameter-groups.ts';

/** A model, which may have no parameters yet. */
export interface Served {
  readonly built: boolean;
  readonly parameters: Parameters;
}

/** Parameters that are stepped together: those of one model, or all that one call of `step` names. */
export class Share {
  readonly members: Members;
  readonly bounds: Bounds = new Bounds();
  /** Number of steps so far. */
  iterations = 0;
  /** The model that was compiled with the optimizer. */
  model: Served | undefined;

  constructor(groups: ParameterGroups | undefined) {
    this.members = new Members(groups);
  }

  /** Whether these are its parameters. */
  holds(list: readonly Parameters[]): boolean {
    if (this.members.first !== undefined) return this.members.are(list);
    return list.length === 1 && this.model?.built === true && this.model.parameters.sameElements(list[0]!);
  }

  /** Whether it has taken no step, so that a step by hand may be one of other parameters. */
  get open(): boolean {
    return this.members.first === undefined;
  }
}

/** The shares of an optimizer: one, or one for each model that was compiled with it. */
export class Shares implements Iterable<Share> {
  readonly #groups: ParameterGroups | undefined;
  #list: Share[] = [];
  #current: Share | undefined;

  constructor(groups: ParameterGroups | undefined) {
    this.#groups = groups;
  }

  [Symbol.iterator](): Iterator<Share> {
    return this.#list[Symbol.iterator]();
  }

  /** The one that was used last; undefined before the first. */
  get current(): Share | undefined {
    return this.#current;
  }

  /** That of a model; without one the current share. */
  of(model?: Served): Share | undefined {
    return model === undefined ? this.#current : this.#list.find((each) => each.model === model);
  }

  /** All but the frozen ones. */
  trained(parameters: Parameters): Parameters {
    const share = this.#list.find((each) => each.holds([parameters])) ?? new Share(this.#groups);
    return share.members.partition(parameters).trained;
  }

  /** That of these parameters, or one to be kept; throws if all belong to others. */
  find(where: string, list: readonly Parameters[]): Share {
    const found = this.#list.find((each) => each.holds(list));
    if (found !== undefined) return found;
    if (this.#list.length === 0) return new Share(this.#groups);
    const [only] = this.#list;
    if (this.#list.length > 1 || !only!.open) refuseOthers(where, 'parameters', 'be those of the first step', 'those');
    return only!;
  }

  /** Keeps a share with room for the state of its parameters. If memory runs out, nothing changes. */
  claim(where: string, share: Share, list: readonly Parameters[], slots: number): void {
    share.members.claim(where, list, slots);
    this.keep(share);
  }

  /** Keeps a share, as the one that is used. */
  keep(share: Share): void {
    if (!this.#list.includes(share)) this.#list.push(share);
    this.#current = share;
  }

  /** Uses the share of a model. */
  attend(model: Served): void {
    this.#current = this.of(model) ?? this.#current;
  }

  /**
   * Keeps a share for a model, which may be unbuilt. Throws if the optimizer was stepped by hand with other parameters. Other
   * models have shares of their own.
   */
  serve(where: string, model: Served): void {
    const own = model.built ? [model.parameters] : undefined;
    const found = this.of(model) ?? this.#list.find((each) => own !== undefined && each.holds(own));
    const fits =
      found === undefined
        ? this.#list.every((each) => each.model !== undefined)
        : found.members.first === undefined || (own !== undefined && found.holds(own));
    if (!fits) refuseOthers(where, 'optimizer', 'be new, or belong to this model', 'one');
    if (own !== undefined) this.#groups?.require([...own[0]!]);
    const share = found ?? new Share(this.#groups);
    share.model = model;
    this.keep(share);
  }

  /** Returns a function that restores all shares as they are now. */
  remember(): () => void {
    const current = this.#current;
    const before = this.#list.map((share) => {
      return { share, iterations: share.iterations, restore: share.members.remember() };
    });
    return () => {
      for (const { share, iterations, restore } of before) {
        restore();
        share.iterations = iterations;
        share.bounds.forget();
      }
      this.#current = current;
    };
  }
}
