import { refuse, requireNumber } from '../checks.ts';
import { StateError } from '../errors.ts';
import { Parameters } from '../tensor/parameters.ts';
import type { DType } from '../tensor/storage.ts';
import { type Overflow, stepOnTrial } from './trial.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** η, finite and at least 0; the default depends on the optimizer. */
  readonly learningRate?: number;
}

/** Half of the last place of the largest finite number, 2¹⁰³ and 2⁹⁷⁰: what is added below that is rounded away. */
const HALF_LAST_PLACE: Readonly<Record<DType, number>> = { float32: 2 ** 103, float64: 2 ** 970 };

/**
 * Turns gradients into steps. An optimizer belongs to the first parameters it steps: its state lies beside them in their
 * arena.
 */
export abstract class Optimizer {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** Names of the arrays of state it keeps, each as large as the parameters: `['m', 'v']`. */
  protected abstract readonly slots: readonly string[];
  /** λ where λw enters the state with the gradient. */
  protected readonly coupledDecay: number = 0;
  #learningRate: number;
  #parameters: Parameters | undefined;
  #state: readonly number[] = [];
  #iterations = 0;
  /** At least the largest entry of any gradient so far, λw with it: what bounds the state. */
  #largest = 0;

  constructor(where: string, learningRate: number) {
    this.#learningRate = requireNumber(where, 'learningRate', learningRate, { min: 0 });
  }

  /** One update with the gradients at hand; `state` are the places of the slots, `t` counts from 1. */
  protected abstract update(parameters: Parameters, state: readonly number[], t: number): void;

  /**
   * Whether no update can overflow as long as no entry of a gradient, now or before, is above `largest`: told from
   * scalars alone. No step of at most `limit` makes a finite parameter infinite, by rounding. Where it cannot be told,
   * false: each update is then taken on trial.
   */
  protected cannotOverflow(_largest: number, _limit: number, _t: number): boolean {
    return false;
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
   * @param parameters - of a model, layer or cell; the same at every step
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
    const { arena, at, size } = parameters;
    const weights = this.coupledDecay > 0 ? Math.sqrt(arena.kernels.sumOfSquares(at, size)) : 0;
    const largest = Math.max(this.#largest, gradientNorm + this.coupledDecay * weights);
    const update = (): void => this.#update(parameters);
    if (this.cannotOverflow(largest, HALF_LAST_PLACE[arena.dtype], this.#iterations + 1)) update();
    else {
      const overflow = stepOnTrial(parameters, this.slots, this.#state, update);
      if (overflow !== undefined) {
        this.#iterations--;
        return overflow;
      }
    }
    this.#largest = largest;
    return undefined;
  }

  /** @internal Arrays of state it keeps. */
  get slotCount(): number {
    return this.slots.length;
  }

  /** @internal Takes room for the state, at the first call. */
  claim(parameters: Parameters): void {
    const where = `${this.kind}.step`;
    if (!(parameters instanceof Parameters)) refuse(where, 'parameters', 'be the parameters of a model', parameters);
    if (this.#parameters !== undefined && this.#parameters !== parameters) {
      throw new StateError({
        where,
        argument: 'parameters',
        expected: 'be the ones of the first step',
        received: 'those of something else',
        remedy: 'Make an optimizer for each model',
      });
    }
    if (this.#parameters === undefined) {
      const { arena, size } = parameters;
      this.#state = arena.keepAll((take) => this.slots.map(() => take(size)), 'optimizer');
      this.#parameters = parameters;
    }
  }

  #update(parameters: Parameters): void {
    this.#iterations++;
    this.update(parameters, this.#state, this.#iterations);
    parameters.arena.endPass(); // a tape of the old values is no use to backward
  }
}
