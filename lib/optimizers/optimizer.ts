// The base class of optimizers.

import { requireInstance, requireNumber } from '../checks.ts';
import { StateError } from '../errors.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { Parameters } from '../parameters/parameters.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { DType } from '../tensor/storage.ts';
import { Slots } from './slots.ts';
import { type Overflow, stepOnTrial, withRestored } from './trial.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Learning rate η, finite and at least 0; the default depends on the optimizer. */
  readonly learningRate?: number;
}

/** Half a unit in the last place of the largest finite number: adding less to it does not overflow. */
const HALF_LAST_PLACE: Readonly<Record<DType, number>> = { float32: 2 ** 103, float64: 2 ** 970 };

/** Upper bound of the factor by which rounding enlarges a sum of two float32. */
const ROUNDING = 1 + 2 ** -23;

/**
 * Updates parameters from their gradients. An optimizer belongs to the first parameters that it updates: those of a
 * model, or a subset of them. Its state consists of slots, such as the means of Adam. Each slot has one entry per
 * parameter element, and is stored in the arena of the parameters.
 */
export abstract class Optimizer extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** @internal Names of the slots: `['m', 'v']`. */
  protected abstract readonly slots: readonly string[];
  /** @internal λ, if λw is added to the gradient that enters the state. */
  protected readonly coupledDecay: number = 0;
  #learningRate: number;
  #parameters: Parameters | undefined;
  /** The model that was compiled with this optimizer. */
  #model: object | undefined;
  #slots: Slots | undefined;
  #iterations = 0;
  /** Upper bound of |g + λw| over all entries and steps so far; it bounds the state. */
  #largest = 0;
  /** Upper bound of |w| over all parameters at `#version`; used only if λ > 0. */
  #weights = 0;
  /** Version of the arena after the last step. */
  #version = -1;

  constructor(where: string, learningRate: number) {
    super();
    this.#learningRate = requireNumber(where, 'learningRate', learningRate, { min: 0 });
  }

  /**
   * @internal Updates one run of parameters. `state`: offset of the run in each slot; `t`: number of the step, from 1.
   */
  protected abstract update(run: ParameterRun, state: readonly number[], t: number): void;

  /**
   * @internal Upper bound of the growth of |w| in one update, if |g| was at most `largest` in all steps so far.
   *   Infinity, the default, if no bound is known or the state could overflow. An update with a bound below `limit`
   *   cannot make a finite parameter infinite; any other update is tried and, if a value overflows, undone.
   */
  protected growth(_largest: number, _limit: number, _t: number): number {
    return Infinity;
  }

  /** Class name, learning rate and number of steps. */
  override toString(): string {
    return `${this.kind}, learning rate ${this.learningRate}, ${this.iterations} iterations`;
  }

  /** @internal */
  protected override compared(): object {
    const { learningRate, iterations } = this;
    return { learningRate, iterations, state: this.#slots?.tensors ?? [] };
  }

  /** Learning rate η. It may be set between steps, to follow a schedule. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** @throws ArgumentError unless it is a finite number of at least 0; then the rate does not change */
  set learningRate(value: number) {
    this.#learningRate = requireNumber(this.kind, 'learningRate', value, { min: 0 });
  }

  /** Number of steps so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /**
   * Updates the parameters from their gradients, which do not change. Invalidates the current pass: `backward` then
   * needs a new `forward`.
   *
   * @param parameters - of a model, layer or cell, or a subset of them; the same in every step
   * @throws ArgumentError if they are not parameters; StateError if they differ from those of the first step. In both
   *   cases nothing changes
   */
  step(parameters: Parameters): void {
    this.claim(parameters);
    this.#largest = Infinity; // the size of these gradients is unknown
    this.#update(parameters);
  }

  /**
   * @internal Updates the parameters from finite gradients with a known norm. If the update would write NaN or an
   *   infinity, it changes nothing and returns the first such entry.
   */
  stepWithin(parameters: Parameters, gradientNorm: number): Overflow | undefined {
    this.claim(parameters);
    const { arena } = parameters;
    const limit = HALF_LAST_PLACE[arena.dtype];
    const { coupledDecay: decay } = this;
    const bounds = (): readonly [largest: number, growth: number] => {
      const largest = Math.max(this.#largest, gradientNorm + decay * this.#weights);
      return [largest, this.growth(largest, limit, this.#iterations + 1)];
    };
    let [largest, growth] = bounds();
    const unknown = this.#largest === Infinity || (decay > 0 && this.#version !== arena.version);
    if (unknown || (decay > 0 && !(growth < limit))) {
      this.#measure(parameters);
      [largest, growth] = bounds();
    }
    const update = (): void => this.#update(parameters);
    if (growth < limit) update();
    else {
      const overflow = stepOnTrial(parameters, this.slots, this.#slots!.places, update);
      if (overflow !== undefined) {
        this.#iterations--;
        return overflow;
      }
    }
    this.#largest = largest;
    if (decay > 0) this.#weights = (this.#weights + growth) * ROUNDING;
    this.#version = arena.version;
    return undefined;
  }

  /** Derives `#weights` and `#largest` from the norms of the parameters and of the state. */
  #measure({ arena: { kernels }, extents, size }: Parameters): void {
    this.#weights = Math.sqrt(extents.reduce((sum, each) => sum + kernels.sumOfSquares(each.at, each.size), 0));
    const largest = this.#slots!.places.reduce((most, place) => Math.max(most, kernels.sumOfSquares(place, size)), 0);
    this.#largest = Math.sqrt(largest);
  }

  /**
   * @internal Assigns the optimizer to a model, whose parameters may not exist yet. Throws if it belongs to another
   *   model.
   */
  serve(where: string, model: object, parameters: Parameters | undefined): void {
    const mine =
      this.#parameters === undefined
        ? (this.#model ?? model) === model
        : parameters !== undefined && this.#parameters.sameElements(parameters);
    if (!mine) this.#refuse(where, 'optimizer', 'be new, or belong to this model', 'one');
    this.#model = model;
  }

  /** @internal Number of slots still to be allocated; undefined once they are allocated. */
  get slotsToClaim(): number | undefined {
    return this.#slots?.inside ? undefined : this.slots.length;
  }

  /** @internal Allocates the state in the arena if it is not there yet. */
  claim(parameters: Parameters): void {
    this.#requireOwn(parameters);
    const where = `${this.kind}.step`;
    this.#slots ??= new Slots(parameters, this.slots.length, where);
    this.#slots.moveIn(where);
    this.#parameters ??= parameters;
  }

  /**
   * @internal Moves the state out of the arena and frees its room, when the model is compiled with another optimizer.
   *   The next step moves it back. If memory runs out, nothing changes.
   */
  moveOut(where: string): void {
    this.#slots?.moveOut(where);
  }

  /** @internal Runs the next step, calls `look`, and restores parameters and state. */
  preview(parameters: Parameters, look: () => void): void {
    this.#requireOwn(parameters);
    const { arena, runs, size } = parameters;
    const own = this.#parameters !== undefined;
    if (own) this.claim(parameters);
    const state = own
      ? this.#slots!.places
      : arena.layOut((take) => this.slots.map(() => take(size)), `${this.kind}.step`);
    if (!own) for (const place of state) arena.data.fill(0, place, place + size);
    withRestored(arena, [...state.map((at) => ({ at, size })), ...runs], () => {
      this.#updateRuns(parameters, state, this.#iterations + 1);
      look();
    });
  }

  #requireOwn(parameters: Parameters): void {
    const where = `${this.kind}.step`;
    requireInstance(where, 'parameters', parameters, Parameters, 'be the parameters of a model');
    if (this.#parameters !== parameters && this.#parameters?.sameElements(parameters) === false) {
      this.#refuse(where, 'parameters', 'be those of the first step', 'those');
    }
  }

  #refuse(where: string, argument: string, expected: string, received: string): never {
    const remedy = 'Create an optimizer for each model or subset of parameters';
    throw new StateError({
      where,
      argument,
      expected,
      received: `${received} of another model, layer or subset`,
      remedy,
    });
  }

  #update(parameters: Parameters): void {
    this.#iterations++;
    this.#updateRuns(parameters, this.#slots!.places, this.#iterations);
    parameters.arena.endPass(); // the tape belongs to the old values
  }

  #updateRuns({ runs }: Parameters, state: readonly number[], t: number): void {
    for (const run of runs) {
      this.update(
        run,
        state.map((at) => at + run.start),
        t,
      );
    }
  }
}
