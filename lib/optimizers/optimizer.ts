// The base class of optimizers.

import { requireInstance, requireNumber } from '../checks.ts';
import { StateError } from '../errors.ts';
import { type ParameterRun, Parameters } from '../parameters/parameters.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import type { DType } from '../tensor/storage.ts';
import { Slots } from './slots.ts';
import { type Overflow, stepOnTrial, withRestored } from './trial.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** η, finite and at least 0; the default depends on the optimizer. */
  readonly learningRate?: number;
}

/** Half of the last place of the largest finite number, 2¹⁰³ and 2⁹⁷⁰: what is added below that is rounded away. */
const HALF_LAST_PLACE: Readonly<Record<DType, number>> = { float32: 2 ** 103, float64: 2 ** 970 };

/** More than a sum of two float32 gains by rounding. */
const ROUNDING = 1 + 2 ** -23;

/**
 * Turns gradients into steps. An optimizer belongs to the first parameters it steps, be they all of a model or a subset:
 * its state holds one entry of each slot for each of their elements, in their order, and lies beside them in their arena.
 */
export abstract class Optimizer extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** @internal Names of the arrays of state it keeps, each as large as the parameters: `['m', 'v']`. */
  protected abstract readonly slots: readonly string[];
  /** @internal λ where λw enters the state with the gradient. */
  protected readonly coupledDecay: number = 0;
  #learningRate: number;
  #parameters: Parameters | undefined;
  /** The model that was compiled with it. */
  #model: object | undefined;
  #slots: Slots | undefined;
  #iterations = 0;
  /** At least the largest entry of any gradient so far, λw with it: what bounds the state. */
  #largest = 0;
  /** At least the largest entry of the parameters while they are those of `#version`; kept where λ > 0. */
  #weights = 0;
  /** The arena's, after the last step. */
  #version = -1;

  constructor(where: string, learningRate: number) {
    super();
    this.#learningRate = requireNumber(where, 'learningRate', learningRate, { min: 0 });
  }

  /**
   * @internal One update of a run of parameters; `state` are the places of its part of each slot, `t` counts steps
   * from 1.
   */
  protected abstract update(run: ParameterRun, state: readonly number[], t: number): void;

  /**
   * @internal By how much an update can enlarge an entry of the parameters, as long as no entry of a gradient, now or
   * before, is above `largest`: told from scalars alone. Infinity where the state could overflow or it cannot be told;
   * `limit` or more makes the update be taken on trial, less makes no finite parameter infinite, by rounding.
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

  /** @throws ArgumentError for what is no finite number of at least 0; the rate stays as it was */
  set learningRate(value: number) {
    this.#learningRate = requireNumber(this.kind, 'learningRate', value, { min: 0 });
  }

  /** Steps taken so far. */
  get iterations(): number {
    return this.#iterations;
  }

  /**
   * One step along the gradients; they are left as they are. The pass they came from is over: backward needs a new
   * forward.
   *
   * @param parameters - of a model, layer or cell, or a subset; the same elements at every step
   * @throws ArgumentError for what are no parameters, StateError for others than before; nothing changes
   */
  step(parameters: Parameters): void {
    this.claim(parameters);
    this.#largest = Infinity; // nobody has looked at these gradients
    this.#update(parameters);
  }

  /**
   * @internal The same for finite gradients of a known norm, but refused where it would write anything that is not finite:
   * nothing changes then, and the first such entry is returned.
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

  /** Bounds parameters and state by their norms: a state is like one that came from gradients no larger. */
  #measure({ arena: { kernels }, runs, size }: Parameters): void {
    this.#weights = Math.sqrt(runs.reduce((sum, run) => sum + kernels.sumOfSquares(run.at, run.size), 0));
    const largest = this.#slots!.places.reduce((most, place) => Math.max(most, kernels.sumOfSquares(place, size)), 0);
    this.#largest = Math.sqrt(largest);
  }

  /**
   * @internal Serves a model, whose parameters may not exist yet, from now on; refused when it serves another
   * already.
   */
  serve(where: string, model: object, parameters: Parameters | undefined): void {
    const mine =
      this.#parameters === undefined
        ? (this.#model ?? model) === model
        : parameters !== undefined && this.#parameters.sameElements(parameters);
    if (!mine) this.#refuse(where, 'optimizer', 'be new, or the one of this model', 'one');
    this.#model = model;
  }

  /** @internal Arrays of state that it needs room for; undefined once it has it. */
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
   * @internal Moves the state out of the arena until the next step, and releases its room: a model has been compiled
   * with another optimizer. Without memory for it, nothing changes.
   */
  moveOut(where: string): void {
    this.#slots?.moveOut(where);
  }

  /**
   * @internal Takes the next step, lets `look` see the values, and takes all of it back; no part of it is remembered.
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
    parameters.arena.endPass(); // a tape of the old values is no use to backward
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
