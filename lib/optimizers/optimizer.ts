// The base class of optimizers.

import type { ParameterRun } from '../parameters/parameter-run.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { requireParametersList } from '../parameters/require-parameters.ts';
import type { ParameterFacts } from '../parameters/selector.ts';
import { rateAt, requireRate, type Schedule } from '../schedules/schedule.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Bounds, HALF_LAST_PLACE } from './bounds.ts';
import { type Member, Members, refuseOthers } from './members.ts';
import { stepOf, type UpdateStep } from './optimizer-options.ts';
import type { ParameterGroups, Part } from './parameter-groups.ts';
import { type Overflow, stepOnTrial, withRestored } from './trial.ts';

/**
 * Updates parameters from their gradients. An optimizer belongs to the first parameters that it updates: those of a
 * model, or a subset of them. Its state consists of slots, such as the means of Adam. Each slot has one entry per
 * parameter element, and is stored in the arena of the parameters.
 *
 * @example
 * ```ts
 * new SGD({ learningRate: 0.1 }) instanceof Optimizer; // true; for one of your own, see adding-an-optimizer.md
 * ```
 */
export abstract class Optimizer extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** Names of the arrays of the state, each as large as the parameters and 0 before the first step: `['m', 'v']`. */
  protected abstract readonly slots: readonly string[];
  /** λ, if λw is added to the gradient that enters the state; default 0. */
  protected readonly coupledDecay: number = 0;
  #learningRate: number | Schedule;
  readonly #groups: ParameterGroups | undefined;
  readonly #members: Members;
  /** The model that was compiled with this optimizer. */
  #model: object | undefined;
  #iterations = 0;
  readonly #bounds = new Bounds();

  /**
   * @param where - class name, as in error messages
   * @param learningRate - a number, or a function of the step
   * @param groups - of `parameterGroups`; default none
   * @throws ArgumentError for a rate that is not finite or below 0
   */
  constructor(where: string, learningRate: number | Schedule, groups?: ParameterGroups) {
    super();
    this.#learningRate = requireRate(where, 'learningRate', learningRate);
    this.#groups = groups;
    this.#members = new Members(groups);
  }

  /**
   * Updates one run of neighbouring parameters from their gradients, once or more in each step.
   *
   * @param run - where values and gradients lie in `run.arena.data`
   * @param state - offset in `run.arena.data` of the first element of the run in each slot
   * @param step - number of the step, learning rate, factor of the weight decay
   */
  protected abstract update(run: ParameterRun, state: readonly number[], step: UpdateStep): void;

  /**
   * Upper bound of the growth of |w| in one update, if |g| was at most `largest` in all steps so far. Infinity, the default,
   * if no bound is known or the state could overflow. An update with a bound below `limit` cannot make a finite parameter
   * infinite; any other update is tried and, if a value overflows, undone.
   */
  protected growth(_largest: number, _limit: number, _step: UpdateStep): number {
    return Infinity;
  }

  /** Class name, learning rate and number of steps. */
  override toString(): string {
    const rate = this.#learningRate;
    return `${this.kind}, learning rate ${typeof rate === 'number' ? rate : 'scheduled'}, ${this.iterations} iterations`;
  }

  /** @internal */
  protected override compared(): object {
    const state = [...this.#members].map(({ slots }) => slots.tensors);
    return { learningRate: this.#learningRate, iterations: this.iterations, state };
  }

  /**
   * Learning rate η of the next step; with a schedule, its value at `iterations`. Between steps it may be set to a number or
   * another schedule, which replaces the old one.
   *
   * @throws ArgumentError if the schedule throws or returns no finite number of at least 0
   */
  get learningRate(): number {
    const rate = this.#learningRate;
    return typeof rate === 'number' ? rate : rateAt(this.kind, 'learningRate', rate, this.#iterations);
  }

  /** @throws ArgumentError for a number that is not finite or below 0; then the rate does not change */
  set learningRate(value: number | Schedule) {
    this.#learningRate = requireRate(this.kind, 'learningRate', value);
  }

  /** The schedule of the learning rate; undefined if the rate is a number. */
  get schedule(): Schedule | undefined {
    return typeof this.#learningRate === 'function' ? this.#learningRate : undefined;
  }

  /** Number of steps so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /**
   * Updates the parameters from their gradients, which do not change. Invalidates the current pass: `backward` then
   * needs a new `forward`.
   *
   * @param parameters - of a model, layer or cell, or a subset, or an array of these; the same in every step
   * @throws ArgumentError if they are not parameters, or named twice; StateError if they differ from those of the first
   *   step. In these cases nothing changes
   */
  step(parameters: Parameters | readonly Parameters[]): void {
    const learningRate = this.learningRate;
    const where = `${this.kind}.step`;
    this.#members.claim(where, requireParametersList(where, 'parameters', parameters), this.slots.length);
    this.#bounds.forget(); // the size of these gradients is unknown
    this.#update(learningRate);
  }

  /**
   * @internal Updates the parameters from finite gradients with a known norm. If the update would write NaN or an
   *   infinity, it changes nothing and returns the first such entry.
   */
  stepWithin(parameters: Parameters, gradientNorm: number): Overflow | undefined {
    const learningRate = this.learningRate;
    this.claim(parameters);
    const member = this.#members.first!;
    const limit = HALF_LAST_PLACE[parameters.arena.dtype];
    const decay = this.coupledDecay * member.parts.reduce((most, each) => Math.max(most, each.decayFactor), 0);
    const growthOf = (largest: number): number => this.#largestGrowth(member, largest, limit, learningRate);
    const bound = this.#bounds.of(member, gradientNorm, decay, growthOf);
    const update = (): void => this.#update(learningRate);
    const trial = (): Overflow | undefined => stepOnTrial(member.trained, this.slots, member.slots.places, update);
    const overflow = bound.growth < limit ? update() : trial();
    if (overflow !== undefined) {
      this.#iterations--;
      return overflow;
    }
    this.#bounds.keep(bound, member, decay);
    return undefined;
  }

  /** The largest bound of all groups. */
  #largestGrowth({ parts }: Member, largest: number, limit: number, rate: number): number {
    const growthOf = (part: Part): number => this.growth(largest, limit, stepOf(part, this.#iterations + 1, rate));
    return parts.reduce((most, part) => Math.max(most, growthOf(part)), 0);
  }

  /**
   * @internal Assigns the optimizer to a model, which may be unbuilt. Throws if it belongs to another, or if a group has
   *   none of its parameters.
   */
  serve(where: string, model: object, parameters: Parameters | undefined): void {
    const same = parameters !== undefined && this.#members.are([parameters]);
    const mine = this.#members.first === undefined ? (this.#model ?? model) === model : same;
    if (!mine) refuseOthers(where, 'optimizer', 'be new, or belong to this model', 'one');
    if (parameters !== undefined) this.#groups?.require([...parameters]);
    this.#model = model;
  }

  /** @internal Number of slots still to be allocated; undefined once they are allocated. */
  get slotsToClaim(): number | undefined {
    return this.#members.first?.slots.inside ? undefined : this.slotCount;
  }

  /** @internal */
  get slotCount(): number {
    return this.slots.length;
  }

  /** @internal Whether a parameter is trained; undefined if all are. */
  get trains(): ((parameter: ParameterFacts) => boolean) | undefined {
    return this.#groups && ((parameter) => this.#groups!.trains(parameter));
  }

  /** @internal All but the frozen ones. */
  trained(parameters: Parameters): Parameters {
    return this.#members.partition(parameters).trained;
  }

  /** @internal Allocates the state in the arena if it is not there yet. */
  claim(parameters: Parameters): void {
    this.#members.claim(`${this.kind}.step`, [parameters], this.slots.length);
  }

  /** @internal Moves the state out of the arena until the next step. If memory runs out, nothing changes. */
  moveOut(where: string): void {
    for (const { slots } of this.#members) slots.moveOut(where);
  }

  /** @internal The slots in order; none before they are allocated. */
  get slotTensors(): Tensor[] {
    return this.#members.first?.slots.tensors ?? [];
  }

  /** @internal Continues from a state, after so many steps; `write` writes a slot. If memory runs out, nothing changes. */
  restore(parameters: Parameters, iterations: number, write: (slot: FloatArray, k: number) => void): void {
    this.claim(parameters);
    this.#members.first!.slots.write(write);
    this.#iterations = iterations;
    this.#bounds.forget(); // the size of these values is unknown
  }

  /** @internal Returns a function that restores rate, steps and state as they are now. */
  remember(): () => void {
    const [rate, iterations] = [this.#learningRate, this.#iterations];
    const restore = this.#members.remember();
    return () => {
      restore();
      [this.#learningRate, this.#iterations] = [rate, iterations];
      this.#bounds.forget();
    };
  }

  /** @internal Runs the next step, calls `look`, and restores parameters and state. */
  preview(parameters: Parameters, look: () => void): void {
    const { learningRate } = this;
    const { parts, trained, state } = this.#members.stateFor(`${this.kind}.step`, parameters, this.slots.length);
    const { size, runs } = trained;
    withRestored(parameters.arena, [...state.map((at) => ({ at, size })), ...runs], () => {
      this.#updateParts(parts, state, this.#iterations + 1, learningRate);
      look();
    });
  }

  #update(learningRate: number): void {
    for (const { parameters, parts, slots } of this.#members) {
      this.#updateParts(parts, slots.places, this.#iterations + 1, learningRate);
      parameters.arena.endPass(); // the tape belongs to the old values
    }
    this.#iterations++; // not if an update of one's own throws
  }

  #updateParts(parts: readonly Part[], state: readonly number[], t: number, learningRate: number): void {
    for (const part of parts) {
      const step = stepOf(part, t, learningRate);
      for (const run of part.runs) {
        const own = state.map((at) => at + run.start);
        this.update(run, own, step);
      }
    }
  }
}
