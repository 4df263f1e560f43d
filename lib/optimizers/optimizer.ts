import { refuse, requireNumber } from '../checks.ts';
import { StateError } from '../errors.ts';
import { Parameters } from '../tensor/parameters.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** η, finite and at least 0; the default depends on the optimizer. */
  readonly learningRate?: number;
}

/**
 * Turns gradients into steps. An optimizer belongs to the first parameters it steps: its state lies beside them in their
 * arena.
 */
export abstract class Optimizer {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** Arrays of state it keeps, each as large as the parameters. */
  protected abstract readonly slots: number;
  #learningRate: number;
  #parameters: Parameters | undefined;
  #state: readonly number[] = [];
  #iterations = 0;

  constructor(where: string, learningRate: number) {
    this.#learningRate = requireNumber(where, 'learningRate', learningRate, { min: 0 });
  }

  /** One update with the gradients at hand; `state` are the places of the slots, `t` counts from 1. */
  protected abstract update(parameters: Parameters, state: readonly number[], t: number): void;

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
      this.#state = arena.keepAll((take) => Array.from({ length: this.slots }, () => take(size)));
      this.#parameters = parameters;
    }
    this.#iterations++;
    this.update(parameters, this.#state, this.#iterations);
    parameters.arena.endPass(); // a tape of the old values is no use to backward
  }
}
