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
  /** η, finite and at least 0; the default depends on the optimizer. */
  readonly learningRate?: number;
}

/** Half of the last place of the largest finite number, 2¹⁰³ and 2⁹⁷⁰: a smaller addend is rounded away. */
const HALF_LAST_PLACE: Readonly<Record<DType, number>> = { float32: 2 ** 103, float64: 2 ** 970 };

/** Upper bound of the factor by which rounding enlarges a sum of two float32. */
const ROUNDING = 1 + 2 ** -23;

/**
 * Updates parameters from their gradients. An optimizer belongs to the first parameters that it updates, those of a
 * model or a subset of them. Each slot of its state has one entry for each of their elements, in their order, and lies
 * in their arena.
 */
export abstract class Optimizer extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** @internal Names of the arrays of its state, each as large as the parameters: `['m', 'v']`. */
  protected abstract readonly slots: readonly string[];
  /** @internal λ, if λw is added to the gradient that enters the state. */
  protected readonly coupledDecay: number = 0;
  #learningRate: number;
  #parameters: Parameters | undefined;
  /** The model that is compiled with it. */
  #model: object | undefined;
  #slots: Slots | undefined;
  #iterations = 0;
  /** Upper bound of all entries of gradients so far, with λw; it bounds the state. */
  #largest = 0;
  /** Upper bound of the entries of the parameters, as of `#version`; only if λ > 0. */
  #weights = 0;
  /** Version of the arena after the last step. */
  #version = -1;

  constructor(where: string, learningRate: number) {
    super();
    this.#learningRate = requireNumber(where, 'learningRate', learningRate, { min: 0 });
  }

  /**
   * @internal Updates one run of parameters. `state`: positions of the run's part of each slot; `t`: number of the
   *   step, from 1.
   */
  protected abstract update(run: ParameterRun, state: readonly number[], t: number): void;

  /**
   * @internal Upper bound of how much an update can enlarge an entry of the parameters, if no entry of a gradient so
   *   far is above `largest`. Infinity if the state could overflow, and by default. An update with a bound below
   *   `limit` makes no finite parameter infinite; any other update is taken on trial.
   */
  protected growth(_largest: number, _limit: number, _t: number): number {
    return Infinity;
  }

  /** Learning rate and steps taken. */
  override toString(): string {
    return `${this.kind}, learning rate ${this.learningRate}, ${this.iterations} iterations`;
  }

  /** @internal */
  protected override compared(): object {
    const { learningRate, iterations } = this;
    return { learningRate, iterations, state: this.#slots?.tensors ?? [] };
  }

  /** η; may be set between steps, to follow a schedule. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** @throws ArgumentError unless it is a finite number of at least 0; then the rate does not change */
  set learningRate(value: number) {
    this.#learningRate = requireNumber(this.kind, 'learningRate', value, { min: 0 });
  }

  /** Steps taken so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /**
   * Takes one step along the gradients, which do not change. Invalidates the current pass, so `backward` needs a new
   * `forward`.
   *
   * @param parameters - of a model, layer or cell, or a subset; the same elements at every step
   * @throws ArgumentError if they are not parameters, StateError if they are others than before; then nothing changes
   */
  step(parameters: Parameters): void {
    this.claim(parameters);
    this.#largest = Infinity; // these gradients are not measured
    this.#update(parameters);
  }

  /**
   * @internal Takes one step along finite gradients of a known norm. If it would write NaN or an infinity, nothing
   *   changes, and the first such entry is returned.
   */
  stepWithin(parameters: Parameters, gradientNorm: number): Overflow | undefined {
    this.claim(parameters);
    const limit = HALF_LAST_PLACE[parameters.arena.dtype];
    const { coupledDecay: decay } = this;
    const bounds = (): readonly [largest: number, growth: number] => {
      const largest = Math.max(this.#largest, gradientNorm + decay * this.#weights);
      return [largest, this.growth(largest, limit, this.#iterations + 1)];
    };
    let [largest, growth] = bounds();
    const unknown = this.#largest === Infinity || (decay > 0 && this.#version !== parameters.arena.version);
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
    this.#version = parameters.arena.version;
    return undefined;
  }

  /** Bounds parameters and state by their norms, as if the state came from gradients of at most this size. */
  #measure({ arena: { kernels }, runs, size }: Parameters): void {
    this.#weights = Math.sqrt(runs.reduce((sum, run) => sum + kernels.sumOfSquares(run.at, run.size), 0));
    const largest = this.#slots!.places.reduce((most, place) => Math.max(most, kernels.sumOfSquares(place, size)), 0);
    this.#largest = Math.sqrt(largest);
  }

  /**
   * @internal Assigns the optimizer to a model, whose parameters may not exist yet. Throws if it belongs to another
   *   one.
   */
  serve(where: string, model: object, parameters: Parameters | undefined): void {
    const mine =
      this.#parameters === undefined
        ? (this.#model ?? model) === model
        : parameters !== undefined && this.#parameters.sameElements(parameters);
    if (!mine) this.#refuse(where, 'optimizer', 'be new, or the one of this model', 'one');
    this.#model = model;
  }

  /** @internal Number of arrays of state that need room; undefined once they have it. */
  get slotsToClaim(): number | undefined {
    return this.#slots?.inside ? undefined : this.slots.length;
  }

  /** @internal Takes room for the state, at the first call and after `moveOut`. */
  claim(parameters: Parameters): void {
    this.#requireOwn(parameters);
    const where = `${this.kind}.step`;
    this.#slots ??= new Slots(parameters, this.slots.length, where);
    this.#slots.moveIn(where);
    this.#parameters ??= parameters;
  }

  /**
   * @internal Moves the state out of the arena until the next step, and releases its room, because the model was
   *   compiled with another optimizer. If there is no memory for that, nothing changes.
   */
  moveOut(where: string): void {
    this.#slots?.moveOut(where);
  }

  /**
   * @internal Takes the next step, calls `look`, and restores parameters and state.
   */
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
    if (this.#parameters?.sameElements(parameters) === false) {
      this.#refuse(where, 'parameters', 'be the ones of the first step', 'those');
    }
  }

  #refuse(where: string, argument: string, expected: string, received: string): never {
    const remedy = 'Make an optimizer for each model or subset of parameters';
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
