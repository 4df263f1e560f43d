// The base class of optimizers.

import type { ParameterRun } from '../parameters/parameter-run.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { requireParametersList } from '../parameters/require-parameters.ts';
import type { ParameterFacts } from '../parameters/selector.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { HALF_LAST_PLACE } from './bounds.ts';
import { stepOf, type UpdateStep, updateParts } from './optimizer-options.ts';
import type { ParameterGroups } from './parameter-groups.ts';
import { type Served, type Share, Shares } from './shares.ts';
import { namedRates, ratesAt, type StepRates } from './step-rates.ts';
import { type Overflow, stepOnTrial, withRestored } from './trial.ts';

/** Writes the k-th slot of all parameters. */
type WriteSlot = (slot: FloatArray, k: number) => void;

/**
 * Updates parameters from their gradients. An optimizer belongs to the first parameters that it updates: those of a
 * model, or a subset of them, or to the models that were compiled with it, each with its own state and steps. Its state
 * consists of slots, such as the means of Adam. Each slot has one entry per
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
  readonly #shares: Shares;

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
    this.#shares = new Shares(groups);
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
    const state = [...this.#shares].flatMap(({ members }) => [...members].map(({ slots }) => slots.tensors));
    return { learningRate: this.#learningRate, iterations: this.iterations, state };
  }

  /**
   * Learning rate η of the next step; with a schedule, its value at `iterations`. Between steps it may be set to a number or
   * another schedule, which replaces the old one. Models that share the optimizer have the same number or schedule, each with its
   * own step; the getter returns the rate of the one that was trained last.
   *
   * @throws ArgumentError if the schedule throws or returns no finite number of at least 0
   */
  get learningRate(): number {
    return this.#ratesAt(this.iterations).base;
  }

  /** @throws ArgumentError for a number that is not finite or below 0; then the rate does not change */
  set learningRate(value: number | Schedule) {
    this.#learningRate = requireRate(this.kind, 'learningRate', value);
  }

  /** The schedule of the learning rate; undefined if the rate is a number. */
  get schedule(): Schedule | undefined {
    return typeof this.#learningRate === 'function' ? this.#learningRate : undefined;
  }

  /** Number of steps so far; of several models that share the optimizer, those of the one that was trained last. */
  get iterations(): number {
    return this.#shares.current?.iterations ?? 0;
  }

  /** @internal Learning rates of groups that have their own, in the next step, by index; undefined without any. */
  get groupRates(): Readonly<Record<string, number>> | undefined {
    return namedRates(this.#ratesAt(this.iterations));
  }

  #ratesAt(iterations: number): StepRates {
    return ratesAt(this.kind, this.#learningRate, this.#groups, iterations);
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
    const where = `${this.kind}.step`;
    const list = requireParametersList(where, 'parameters', parameters);
    const share = this.#shares.find(where, list);
    const rates = this.#ratesAt(share.iterations);
    this.#shares.claim(where, share, list, this.slots.length);
    share.bounds.forget(); // the size of these gradients is unknown
    this.#update(share, rates);
  }

  /**
   * @internal Updates the parameters from finite gradients with a known norm. If the update would write NaN or an
   *   infinity, it changes nothing and returns the first such entry.
   */
  stepWithin(parameters: Parameters, gradientNorm: number): Overflow | undefined {
    const share = this.claim([parameters]);
    const rates = this.#ratesAt(share.iterations);
    const member = share.members.first!;
    const limit = HALF_LAST_PLACE[parameters.arena.dtype];
    const decay = this.coupledDecay * member.parts.reduce((most, each) => Math.max(most, each.decayFactor), 0);
    const growthOf = (largest: number): number =>
      member.parts.reduce((most, part) => {
        return Math.max(most, this.growth(largest, limit, stepOf(part, share.iterations + 1, rates)));
      }, 0);
    const bound = share.bounds.of(member, gradientNorm, decay, growthOf);
    const update = (): void => this.#update(share, rates);
    const trial = (): Overflow | undefined => stepOnTrial(member.trained, this.slots, member.slots.places, update);
    const overflow = bound.growth < limit ? update() : trial();
    if (overflow !== undefined) {
      share.iterations--;
      return overflow;
    }
    share.bounds.keep(bound, member, decay);
    return undefined;
  }

  /** @internal Assigns it to a model, which may be unbuilt, beside others. Throws if it was stepped with something else. */
  serve(where: string, model: Served): void {
    this.#shares.serve(where, model);
  }

  /** @internal Makes a model that it serves the one whose rate and steps it tells. */
  attend(model: Served): void {
    this.#shares.attend(model);
  }

  /** @internal Number of slots of a model, by default the current one, to be allocated; undefined once they are. */
  slotsToClaim(model?: Served): number | undefined {
    return this.#shares.of(model)?.members.first?.slots.inside ? undefined : this.slotCount;
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
    return this.#shares.trained(parameters);
  }

  /** @internal Allocates the state in the arena if it is not there yet. */
  claim(list: readonly Parameters[], where: string = `${this.kind}.step`): Share {
    const share = this.#shares.find(where, list);
    this.#shares.claim(where, share, list, this.slots.length);
    return share;
  }

  /** @internal Moves the state of a model out of its arena until the next step. If memory runs out, nothing changes. */
  moveOut(where: string, model?: Served): void {
    for (const { slots } of this.#shares.of(model)?.members ?? []) slots.moveOut(where);
  }

  /** @internal The slots in order; none before they are allocated. */
  get slotTensors(): Tensor[] {
    return this.#shares.current?.members.first?.slots.tensors ?? [];
  }

  /** @internal Continues after so many steps; `write` writes the k-th slot of all. If memory runs out, nothing changes. */
  restore(list: readonly Parameters[], iterations: number, write: WriteSlot, where?: string): void {
    const share = this.claim(list, where);
    const count = this.slots.length;
    for (const [i, { slots }] of [...share.members].entries()) slots.write((slot, k) => write(slot, i * count + k));
    share.iterations = iterations;
    share.bounds.forget(); // the size of these values is unknown
  }

  /** @internal Returns a function that restores rate, steps and state as they are now. */
  remember(): () => void {
    const [rate, restore] = [this.#learningRate, this.#shares.remember()];
    return () => {
      restore();
      this.#learningRate = rate;
    };
  }

  /** @internal Runs the next step, calls `look`, and restores parameters and state. */
  preview(parameters: Parameters, look: () => void): void {
    const where = `${this.kind}.step`;
    const { members, iterations } = this.#shares.find(where, [parameters]);
    const rates = this.#ratesAt(iterations);
    const { parts, trained, state } = members.stateFor(where, parameters, this.slots.length);
    const spans = [...state.map((at) => ({ at, size: trained.size })), ...trained.runs];
    withRestored(parameters.arena, spans, () => {
      updateParts(parts, state, iterations + 1, rates, (...each) => this.update(...each));
      look();
    });
  }

  #update(share: Share, rates: StepRates): void {
    for (const { parameters, parts, slots } of share.members) {
      updateParts(parts, slots.places, share.iterations + 1, rates, (...each) => this.update(...each));
      parameters.arena.endPass(); // the tape belongs to the old values
    }
    share.iterations++; // not if an update of one's own throws
  }
}
