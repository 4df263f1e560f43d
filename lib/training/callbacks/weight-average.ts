// A moving average of weights.

import { reading, refuse, refuseUnreadable, requireBoolean, requireFunction, requireNumber } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import { integer, number, optional, readOptions, required, type Schema } from '../../options.ts';
import type { Parameters } from '../../parameters/parameters.ts';
import { requireParameters } from '../../parameters/require-parameters.ts';
import { copyOf } from '../../tensor/ndarray-like.ts';
import { allocate } from '../../tensor/storage.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { BatchLog, CallbackState, Callbacks, TrainingRun } from '../callbacks.ts';
import type { Run, WeightLender } from '../training-run.ts';
import { copyWeights, requireTensorCopy, requireWeights, restoreWeights } from './weights.ts';

/** Options of `WeightAverage`. */
export interface WeightAverageOptions {
  /** Decay d of the average, from 0 to below 1, or a function of the number of updates before; default 0.999. */
  readonly decay?: number | ((update: number) => number);
  /**
   * Whether `fit` computes the loss and metrics of the validation data with the average, and `EarlyStopping` keeps the average as
   * its best weights; default false. The training itself goes on with the weights.
   */
  readonly validate?: boolean;
}

const OPTIONS: Schema<WeightAverageOptions> = {
  decay: optional(requireDecay, 0.999),
  validate: optional(requireBoolean, false),
};

const BELOW_1 = { min: 0, max: 1, maxOpen: true };

function requireDecay(where: string, argument: string, value: unknown): number | ((update: number) => number) {
  return typeof value === 'function'
    ? requireFunction(where, argument, value)
    : requireNumber(where, argument, value, BELOW_1);
}

interface Memory {
  readonly updates: number;
  readonly product: number;
  readonly weights?: Tensor;
  readonly raw?: Tensor;
}

const STATE: Schema<Memory, 'weights' | 'raw'> = {
  updates: required(integer(0)),
  product: required(number({ min: 0, max: 1 })),
  weights: optional(requireTensorCopy),
  raw: optional(requireTensorCopy),
};

/**
 * The exponential moving average of the weights of a model, with bias correction: (U13) a ← a + (1−d)/(1−P)·(w − a) with
 * P ← P·d, P = 1 at first, so that the first average is the weights themselves. It is the average a = m/(1−dᵗ) of optax'
 * `ema`, in float64. As a callback it averages after each training step that was not skipped; by hand, call `add`.
 * `swap` exchanges weights and average, and back, bit for bit.
 *
 * With a function for d you choose other averages: `(t) => t / (t + 1)` is the mean of all weights, `(t) => (t === 0 ? 0 :
 * 0.9)` the average of PyTorch's `AveragedModel`, which begins with a copy.
 *
 * @example
 * ```ts
 * const model = new Sequential([new Dense({ units: 1 })]);
 * model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
 * const average = new WeightAverage({ decay: 0.9 });
 * const [x, y] = [randomNormal([64, 3]), zeros([64, 1])];
 * await model.fit(x, y, { callbacks: [average] });
 * average.updates;                                                // 2
 * average.use(model.parameters, () => model.evaluate(x, y)) > 0;  // true: with the averaged weights
 * ```
 */
export class WeightAverage implements Callbacks {
  /** @internal */
  readonly lends: boolean;
  readonly #decay: number | ((update: number) => number);
  #memory: Memory = { updates: 0, product: 1 };

  /**
   * @param options - `decay`: d, default 0.999; `validate`: whether validation uses the average, default false
   * @throws ArgumentError
   */
  constructor(options: WeightAverageOptions = {}) {
    const { decay, validate } = readOptions('WeightAverage', options, OPTIONS);
    this.#decay = decay;
    this.lends = validate;
  }

  /** Number of updates so far. */
  get updates(): number {
    return this.#memory.updates;
  }

  /** Whether the model has the averaged weights at present. */
  get swapped(): boolean {
    return this.#memory.raw !== undefined;
  }

  /**
   * What it remembers: the number of updates, the product P, the average in float64, and, while swapped, the weights
   * themselves.
   */
  get state(): CallbackState {
    return { ...this.#memory };
  }

  /** @throws ArgumentError for anything else than such a state; then it keeps its own */
  set state(state: CallbackState) {
    const { updates, product, weights, raw } = readOptions('WeightAverage', state as never, STATE, 'state');
    const average = weights && copyOf('WeightAverage', 'state.weights', weights, 'float64');
    this.#memory = { updates, product, ...(average && { weights: average }), ...(raw && { raw }) };
  }

  /**
   * Averages the weights. Training calls it as a callback; call it after each step of your own loop.
   *
   * @param parameters - those of the model, the same at each call
   * @throws ArgumentError, ShapeError; StateError while swapped. Then nothing changes
   */
  add(parameters: Parameters): void {
    const where = 'WeightAverage.add';
    requireParameters(where, 'parameters', parameters);
    const { size } = parameters;
    const { updates, product, weights } = this.#memory;
    this.#requireRaw(where);
    if (weights !== undefined) requireWeights(where, 'parameters', parameters, weights);
    const decay = typeof this.#decay === 'number' ? this.#decay : this.#decayAt(updates);
    const next = product * decay;
    const average = weights ?? new Tensor({ data: allocate('float64', size, where, 'parameters') }, [size]);
    approach(average.data, parameters, (1 - decay) / (1 - next)); // 1 at first
    this.#memory = { updates: updates + 1, product: next, weights: average };
  }

  /**
   * Exchanges the weights of the model and their average. The next call exchanges them back, bit for bit. Invalidates the
   * current pass.
   *
   * @param parameters - those of the model
   * @throws ArgumentError, ShapeError; StateError before the first update. Then nothing changes
   */
  swap(parameters: Parameters): void {
    this.#swap('WeightAverage.swap', parameters);
  }

  #swap(where: string, parameters: Parameters): void {
    requireParameters(where, 'parameters', parameters);
    const { weights, raw, ...rest } = this.#memory;
    if (weights === undefined) {
      const remedy = 'Give it to fit as a callback, or call add after each step';
      throw new StateError({ where, expected: 'follow add', received: 'an average of nothing', remedy });
    }
    const copy = raw === undefined ? copyWeights(where, parameters) : undefined;
    restoreWeights(where, parameters, raw ?? weights);
    this.#memory = { ...rest, weights, ...(copy && { raw: copy }) };
  }

  /**
   * Calls a function while the model has the averaged weights, then restores the weights, also if it throws. A promise is
   * awaited.
   *
   * @param parameters - those of the model
   * @param call - for example `() => model.evaluate(x, y)`
   * @returns what the function returns
   * @throws as `swap`; StateError while swapped
   */
  use<R>(parameters: Parameters, call: () => R): R {
    const where = 'WeightAverage.use';
    requireFunction(where, 'call', call);
    this.#requireRaw(where);
    this.#swap(where, parameters);
    let waits = false;
    try {
      const result = call();
      waits = reading(where, 'call', () => typeof (result as { then?: unknown } | null)?.then === 'function');
      return waits ? (Promise.resolve(result).finally(() => this.#swap(where, parameters)) as R) : result;
    } finally {
      if (!waits) this.#swap(where, parameters);
    }
  }

  /** @internal The average as weights of the model. */
  lent(where: string, { arena, size }: Parameters): Tensor {
    const data = allocate(arena.dtype, size, where, 'weights');
    data.set(this.#memory.weights!.data);
    return new Tensor({ data }, [size]);
  }

  /** @internal */
  onTrainBegin(run: TrainingRun): void {
    this.#requireRaw('WeightAverage');
    if (this.lends) requireValidation(run as Partial<Run>);
  }

  /** @internal */
  onBatchEnd({ skipped }: BatchLog, { parameters }: TrainingRun): void {
    if (!skipped) this.add(parameters);
  }

  #requireRaw(where: string): void {
    if (!this.swapped) return;
    const received = 'a model with the averaged weights';
    throw new StateError({
      where,
      expected: 'be called with the weights themselves',
      received,
      remedy: 'Call swap first',
    });
  }

  #decayAt(updates: number): number {
    const argument = `decay(${updates})`;
    let value: unknown;
    try {
      value = (this.#decay as (update: number) => number)(updates);
    } catch (error) {
      return refuseUnreadable('WeightAverage', argument, error);
    }
    return requireNumber('WeightAverage', argument, value, BELOW_1);
  }
}

/** Throws if the training validates nothing, or several averages. A run that is not of `fit` says nothing of both. */
function requireValidation({ validates, callbacks = [] }: Partial<Run>): void {
  const where = 'WeightAverage';
  if (validates === false) refuse(where, 'validate', 'be used with validationData or validationSplit', true);
  const lenders = callbacks.filter((each) => (each as Partial<WeightLender>).lends === true).length;
  if (lenders > 1) refuse(where, 'validate', 'be true for one callback of a training', `true for ${lenders}`);
}

/** a ← a + share·(w − a) */
function approach(average: { [k: number]: number }, { arena: { data }, extents }: Parameters, share: number): void {
  let k = 0;
  for (const { at, size } of extents) {
    for (let j = at; j < at + size; j++, k++) average[k]! += share * (data[j]! - average[k]!);
  }
}
