import { requireInteger, requireOneOf, requireOptions } from '../checks.ts';
import { StateError } from '../errors.ts';
import type { Layer } from '../layers/layer.ts';
import { type Signal, signalOf } from '../layers/pass.ts';
import { Stack } from '../layers/stack.ts';
import type { StackState } from '../layers/stream-state.ts';
import type { Work } from '../layers/traversal.ts';
import type { BuildOptions } from '../tensor/buildable.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { concatenateRows, sliceRows } from './batches.ts';
import { carriedStates } from './carried-states.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { type FitOptions, fitModel, type History } from './fit.ts';
import { LossPass, type Target } from './loss-pass.ts';
import { type Memory, type MemoryOptions, memoryOf } from './memory.ts';
import type { SkippedSteps } from './non-finite.ts';
import { decodeModel, encodeModel } from './saved-model.ts';
import {
  type Compiled,
  type CompileOptions,
  finishStep,
  requireCompileOptions,
  type StepResult,
} from './train-step.ts';

/** Options of `predict` and `evaluate`. */
export interface BatchOptions {
  /** Rows computed at once, at least 1; changes no bit of a prediction; default 32. */
  readonly batchSize?: number;
}

/** Options of `trainStep`. */
export interface TrainStepOptions {
  /** States before the first step, as `model.stream({ batchSize })` makes them; holds those after the last step then. */
  readonly state?: StackState;
}

/** Which part of a sequence a training step is about. */
export interface StepSpan extends TrainStepOptions {
  /** The first step with targets. */
  readonly lossFrom: number;
  /** The step after which `state` is taken. */
  readonly until: number;
}

/**
 * A stack of layers, each taking what the one before gives. Trainable as a whole, and itself a layer. All of it lies in
 * one arena, and the layers hand values on in place.
 *
 * Parameters are named after the layers: `lstm1.kernel`, `lstm2.kernel`, `dense1.bias`.
 *
 * @example
 * ```ts
 * const net = new Sequential([new LSTM({ units: 64, returnSequences: true }), new LSTM({ units: 64 })]);
 * net.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 64]
 * ```
 */
export class Sequential extends Stack {
  readonly kind = 'Sequential';
  #compiled: Compiled | undefined;
  #fitting = false;

  /**
   * @param layers - at least one, none of them in use elsewhere
   * @param options - `seed` of all starting values, default 0; `dtype`, default `'float32'`; `inputSize`
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(layers: readonly Layer[], options: BuildOptions = {}) {
    super('Sequential', layers, options);
  }

  /**
   * Sets how the model is trained; may be called again.
   *
   * @param options - `optimizer` and `loss`; `clip`: default none; `onNonFinite`: default `'throw'`; `skipLimit`: default 100
   * @throws ArgumentError; the model stays compiled as it was
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
   * model.trainStep(zeros([4, 10, 3]), zeros([4, 1])).loss; // 0
   * ```
   */
  compile(options: CompileOptions): this {
    this.#compiled = requireCompileOptions('Sequential.compile', options);
    return this;
  }

  /**
   * Steps that `onNonFinite: 'skip'` has left out since `compile`.
   *
   * @example
   * ```ts
   * const model = new Sequential([new Dense({ units: 1 })]);
   * model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip', skipLimit: 3 });
   * model.trainStep(tensor([[NaN]]), tensor([[0]])).skipped; // true
   * model.skippedSteps;                                      // { consecutive: 1, total: 1 }
   * ```
   */
  get skippedSteps(): SkippedSteps {
    return this.#compiled?.skipped ?? { consecutive: 0, total: 0 };
  }

  /** @internal How the model is trained. */
  requireCompiled(method: string): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new StateError({
      where: `Sequential.${method}`,
      expected: 'follow compile',
      received: 'a model without optimizer and loss',
      remedy: 'Call model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }) first',
    });
  }

  /** @internal Refuses inputs and targets that do not fit the model or each other. */
  requirePair(
    method: string,
    xName: string,
    x: NdArrayLike,
    yName: string,
    y: NdArrayLike,
  ): { readonly source: NdArrayLike; readonly target: NdArrayLike; readonly sparse: boolean } {
    const where = `Sequential.${method}`;
    const { loss } = this.requireCompiled(method);
    const source = this.requireInput(method, x, xName);
    const [B, ...rest] = source.shape as [number, ...number[]];
    const steps = this.outputRank(source.shape.length) === 3 ? [rest[0]!] : [];
    const prediction = [B, ...steps, this.outputSize(source.shape.at(-1)!)];
    const { source: target, sparse } = loss.requireTarget(where, yName, y, prediction);
    return { source, target, sparse };
  }

  /**
   * One training step, synchronously: forward, loss, backward, clip, update.
   *
   * @param x - [B, T, I], or [B, I] when no layer is recurrent
   * @param y - targets, in the output's shape or as the loss says
   * @param options - `state`: that of a stream with B rows, updated in place once the step is taken; default zeros
   * @throws StateError before `compile`; ShapeError, ArgumentError for data that do not fit; NonFiniteError for NaN or
   *   infinities unless told otherwise. Parameters, optimizer and state stay as they were
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 1 })], { inputSize: 1 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
   * const state = model.stream({ batchSize: 2 }).zeroState();
   * for (const chunk of [1, 2]) model.trainStep(randomNormal([2, 10, 1], { seed: chunk }), zeros([2, 10, 1]), { state });
   * state.lstm1.h.get(0, 0) === 0; // false: the third chunk would go on from here
   * ```
   */
  trainStep(x: NdArrayLike, y: NdArrayLike, options: TrainStepOptions = {}): StepResult {
    const where = 'Sequential.trainStep';
    requireOptions(where, options, ['state']);
    this.requireCompiled('trainStep');
    const { source, target, sparse } = this.requirePair('trainStep', 'x', x, 'y', y);
    return this.takeStep(
      where,
      source,
      { target, sparse },
      { lossFrom: 0, until: signalOf(source).T ?? 1, ...options },
    );
  }

  /** @internal One training step on checked data. Steps before `lossFrom` have no targets. */
  takeStep(where: string, source: NdArrayLike, target: Target, { state, lossFrom, until }: StepSpan): StepResult {
    const compiled = this.requireCompiled('trainStep');
    const { loss, optimizer, through } = compiled;
    this.build(source.shape.at(-1)!);
    const { parameters } = this;
    optimizer.claim(parameters);
    const traversal = this.begin(where, source, through, { stateSlots: optimizer.slotCount, lossFrom });
    const carried = state && carriedStates(parameters.arena, traversal, until);
    carried?.require(where, state!);
    const compute = (work: Work, onLoss?: (loss: number, prediction: Signal) => void): number => {
      const losses = new LossPass(loss, parameters.arena, traversal, target, lossFrom);
      traversal.start(source);
      carried?.load(state!);
      const writeGradient: Work['writeGradient'] = (from, to, window) => {
        const written = losses.writeGradient(from, to, window);
        if (written) onLoss?.(losses.loss, { ...traversal.pass.output, at: traversal.dOutput });
        return written;
      };
      traversal.run({ ...work, writeGradient }, until);
      return losses.loss;
    };
    parameters.zeroGradients();
    const total = compute({});
    const result = finishStep(where, parameters, compiled, total, (gradientNorm) =>
      firstNonFinite(parameters, source, compute, gradientNorm),
    );
    if (!result.skipped) carried?.store(state!);
    return result;
  }

  /**
   * Trains in mini-batches. Prints nothing: give it `progressBar()` as a callback to see it work. The event loop gets a
   * turn every few batches.
   *
   * @param x - [N, T, I], or [N, I] when no layer is recurrent
   * @param y - targets, N rows
   * @param options - see FitOptions
   * @returns one log for each epoch
   * @throws what `trainStep` throws; the signal's reason when aborted; the model keeps the steps that were finished
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError() });
   * const { epochs } = await model.fit(randomNormal([64, 10, 1], { seed: 1 }), zeros([64, 1]), { epochs: 3 });
   * epochs.at(-1).loss < epochs[0].loss; // true
   * ```
   */
  async fit(x: NdArrayLike, y: NdArrayLike, options: FitOptions = {}): Promise<History> {
    const { source, target } = this.requirePair('fit', 'x', x, 'y', y);
    if (this.#fitting) {
      throw new StateError({
        where: 'Sequential.fit',
        expected: 'wait for the fit before it',
        received: 'a model that is being fitted',
      });
    }
    this.#fitting = true;
    try {
      const { optimizer } = this.requireCompiled('fit');
      return await fitModel(this, optimizer, source, target, options);
    } finally {
      this.#fitting = false;
    }
  }

  /**
   * Outputs for inputs, in batches.
   *
   * @param x - [N, T, I], or [N, I] when no layer is recurrent
   * @param options - `batchSize`: default 32
   * @throws ShapeError, ArgumentError
   *
   * @example
   * ```ts
   * new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })]).predict(zeros([100, 10, 1])).shape; // [100, 1]
   * ```
   */
  predict(x: NdArrayLike, options: BatchOptions = {}): Tensor {
    const batchSize = requireBatchSize('predict', options);
    const source = this.requireInput('predict', x);
    const N = source.shape[0]!;
    const parts: Tensor[] = [];
    for (let start = 0; start < N; start += batchSize) {
      parts.push(this.forward(sliceRows(source, start, Math.min(N, start + batchSize))));
    }
    return concatenateRows(parts);
  }

  /**
   * Loss on data, without training.
   *
   * @param x - [N, T, I], or [N, I] when no layer is recurrent
   * @param y - targets, N rows
   * @param options - `batchSize`: default 32
   * @returns the loss as compiled: with reduction `'mean'` the mean over all rows
   * @throws StateError before `compile`; ShapeError, ArgumentError
   */
  evaluate(x: NdArrayLike, y: NdArrayLike, options: BatchOptions = {}): number {
    const batchSize = requireBatchSize('evaluate', options);
    const { source, target, sparse } = this.requirePair('evaluate', 'x', x, 'y', y);
    const mean = this.requireCompiled('evaluate').loss.reduction === 'mean';
    const N = source.shape[0]!;
    let sum = 0;
    for (let start = 0; start < N; start += batchSize) {
      const end = Math.min(N, start + batchSize);
      const loss = this.#lossOf(sliceRows(source, start, end), { target: sliceRows(target, start, end), sparse });
      sum += mean ? loss * (end - start) : loss;
    }
    return mean ? sum / N : sum;
  }

  #lossOf(source: NdArrayLike, target: Target): number {
    const { loss, through } = this.requireCompiled('evaluate');
    const traversal = this.begin('Sequential.evaluate', source, through);
    const losses = new LossPass(loss, this.parameters.arena, traversal, target, 0);
    traversal.start(source);
    traversal.forward(losses.forward);
    return losses.loss;
  }

  /**
   * Bytes that a training step takes, by purpose, before any of them is allocated: parameters, gradients, state of the
   * optimizer, open streams, tape (with x, targets and kept states) and scratch. What is allocated then is this, rounded
   * up to whole pages of 64 KiB where memory is WebAssembly's. Also says how `checkpoint` and `truncate` divide the
   * sequence. The caller's own arrays are not part of it.
   *
   * @param options - `B` rows of `T` steps; default of T: 1
   * @throws ArgumentError; StateError before the input's size is known
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 128 }), new Dense({ units: 1 })], { inputSize: 8 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: { memory: 16e6 } });
   * const { total, segment, recomputed } = model.memory({ B: 1, T: 100_000 });
   * total <= 16e6; // true, with `segment` steps on the tape and `recomputed` steps computed again
   * ```
   */
  memory(options: MemoryOptions): Memory {
    const where = 'Sequential.memory';
    const { B, T = 1 } = requireOptions(where, options, ['B', 'T']);
    requireInteger(where, 'B', B);
    requireInteger(where, 'T', T);
    if (this.inputSize === undefined) this.requireParameters('memory');
    const shape = { B, T: this.minimumRank === 3 ? T : undefined, F: this.inputSize! };
    const stateSlots = this.#compiled?.optimizer.slotCount ?? 0;
    const route = this.route(where, shape, this.#compiled?.through ?? {}, { stateSlots });
    return memoryOf(this.usage(shape, route, stateSlots), route);
  }

  /**
   * The model as a safetensors file: its parameters by name, and its layers' options in the metadata. Optimizer and loss
   * are not part of it.
   *
   * @throws StateError before the parameters exist; ArgumentError for layers around a cell of your own, parameters that
   *   are not finite, more than 64 layers or 65,536 units, none of which could be read again
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
   * const copy = Sequential.fromBytes(model.toBytes());
   * ```
   */
  toBytes(): Uint8Array {
    return encodeModel(
      'Sequential.toBytes',
      this.requireParameters('toBytes'),
      this.inputSize!,
      this.layers.map((layer) => layer.config()),
    );
  }

  /**
   * A model from what `toBytes` wrote. Names, shapes and sizes are checked before anything is made of them.
   *
   * @param bytes - a whole file
   * @param options - `dtype`: default that of the file
   * @throws FormatError for anything else than a saved model
   */
  static fromBytes(bytes: Uint8Array, options: { readonly dtype?: DType } = {}): Sequential {
    const { dtype } = requireOptions('Sequential.fromBytes', options, ['dtype']);
    return decodeModel('Sequential.fromBytes', bytes, dtype, (layers, build) => new Sequential(layers, build));
  }

  /**
   * The same model with its values in another element type; `'float64'` for a gradient check.
   *
   * @param dtype - of the copy
   * @throws ArgumentError, StateError as `toBytes`
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4 })], { inputSize: 3 }).build();
   * model.astype('float64').parameters.get('lstm1.kernel').value.dtype; // 'float64'
   * ```
   */
  astype(dtype: DType): Sequential {
    requireOneOf('Sequential.astype', 'dtype', dtype, ['float32', 'float64']);
    this.requireParameters('astype');
    return Sequential.fromBytes(this.toBytes(), { dtype });
  }
}

function requireBatchSize(method: string, options: BatchOptions): number {
  const where = `Sequential.${method}`;
  const { batchSize = 32 } = requireOptions(where, options, ['batchSize']);
  return requireInteger(where, 'batchSize', batchSize);
}
