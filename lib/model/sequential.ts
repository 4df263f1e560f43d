// `Sequential`: a network that has a trainer.

import type { PassRequest } from '../engine/passes.ts';
import type { Layer } from '../layers/layer.ts';
import { Network } from '../layers/network.ts';
import { classesOf } from '../layers/saved-layers.ts';
import { decodeNetwork, type LoadOptions } from '../layers/saved-network.ts';
import { type BuildOptions, computedBy } from '../parameters/build-options.ts';
import type { RowData } from '../tensor/row-data.ts';
import { type DType, requireDType } from '../tensor/storage.ts';
import type { AsyncBatches, Batches, Chunks, SyncBatches } from '../training/batches.ts';
import { type EvaluateOptions, type EvaluateReport, evaluateNetwork, type LossOnly } from '../training/evaluate.ts';
import type { Evaluated, Evaluation } from '../training/evaluator.ts';
import { fitNetwork, type History } from '../training/fit.ts';
import type { BatchFitOptions, FitOptions } from '../training/fit-options.ts';
import { type FitStreamOptions, fitOnStream, type StreamHistory } from '../training/fit-stream.ts';
import type { Memory, MemoryOptions } from '../training/memory.ts';
import type { SkippedSteps } from '../training/non-finite.ts';
import { type TrainStepResult, trainNetwork } from '../training/reported-step.ts';
import type { TrainStepOptions } from '../training/step-span.ts';
import type { CompileOptions } from '../training/train-step.ts';
import { Trainer } from '../training/trainer.ts';

/**
 * A network that can be trained: a sequence of layers, each with the output of the previous one as input. It is a layer.
 *
 * Parameters are named after the layers: `lstm1.kernel`, `lstm2.kernel`, `dense1.bias`.
 *
 * @example
 * ```ts
 * const net = new Sequential([new LSTM({ units: 64, returnSequences: true }), new LSTM({ units: 64 })]);
 * net.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 64]
 * ```
 */
export class Sequential<L extends readonly Layer[] = readonly Layer[]> extends Network<L> {
  override readonly kind = 'Sequential';
  /** @internal */
  readonly trainer: Trainer = new Trainer(this);

  /**
   * @param layers - at least one, none of them in use elsewhere
   * @param options - `seed` of all initial values, default 0; `dtype`, default `'float32'`; `inputSize`; `backend`
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(layers: readonly [...L], options: BuildOptions = {}) {
    super(layers, options, 'Sequential');
  }

  /** @internal Adds the compiled options, with the optimizer's state, and the epoch. */
  protected override compared(): object {
    return { ...super.compared(), trainer: undefined, compiled: this.trainer.compiled, nextEpoch: this.nextEpoch };
  }

  /** @internal Inference keeps within the memory budget of training. */
  protected override get inference(): PassRequest {
    return { purpose: 'infer', through: this.trainer.through };
  }

  /**
   * Sets how the model is trained. It may be called again, but not during `fit` and `fitStream`.
   *
   * @param options - see CompileOptions; a memory budget also applies to `evaluate` and `predict`
   * @throws ArgumentError, also for a loss from logits if the last layer has a bounded activation such as softmax,
   *   sigmoid or tanh; StateError for an optimizer of another model, and during a fit. Then nothing changes
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
   * model.trainStep(zeros([4, 10, 3]), zeros([4, 1])).loss; // 0
   * ```
   */
  compile(options: CompileOptions): this {
    this.trainer.compile('Sequential.compile', options);
    return this;
  }

  /**
   * Numbers of training steps that `onNonFinite: 'skip'` has skipped since `compile`.
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
    return this.trainer.skippedSteps;
  }

  /**
   * Runs one training step, synchronously: forward pass, loss, backward pass, clipping, update.
   *
   * @param x - [B, T, I], or [B, I] when no layer is recurrent
   * @param y - targets, in the shape of the output or as the loss documents
   * @param options - `state`: of a stream with B rows, updated in place after the step, default zeros; see TrainStepOptions
   * @returns loss, norms of the gradients, whether the step was skipped; on request metrics and outputs
   * @throws StateError before `compile`; ShapeError, ArgumentError for data that do not fit; by default NonFiniteError
   *   for NaN or infinities. In all these cases parameters, optimizer and state do not change
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 1 })], { inputSize: 1 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
   * const state = model.stream({ batchSize: 2 }).zeroState();
   * for (const chunk of [1, 2]) model.trainStep(randomNormal([2, 10, 1], { seed: chunk }), zeros([2, 10, 1]), { state });
   * state.lstm1.h.get(0, 0) === 0; // false: the third chunk would continue from here
   * ```
   */
  trainStep(x: RowData, y: RowData, options: TrainStepOptions = {}): TrainStepResult {
    return trainNetwork('Sequential.trainStep', this.trainer, x, y, options);
  }

  /**
   * Trains in mini-batches. Every 30 ms it lets the event loop run other tasks. It prints nothing; `progressBar()` is a
   * callback that does. Epochs are counted across calls: k calls of one epoch give the same bits as one of k epochs.
   *
   * @param x - [N, T, I], [N, I] when no layer is recurrent, or an array of N sequences; targets are N rows. Or batches of
   *   both, `[x, y]`: an iterable, or a function that returns one for each epoch
   * @param options - see FitOptions
   * @returns one log per epoch, and the index of the next epoch
   * @throws the errors of `trainStep`; the signal's reason after an abort. The model keeps the updates so far
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError() });
   * const { epochs } = await model.fit(randomNormal([64, 10, 1], { seed: 1 }), zeros([64, 1]), { epochs: 3 });
   * epochs.at(-1).loss < epochs[0].loss; // true
   * ```
   */
  fit(x: RowData, y: RowData, options?: FitOptions): Promise<History>;
  fit(batches: Batches, options?: BatchFitOptions): Promise<History>;
  async fit(x: RowData | Batches, y?: RowData | BatchFitOptions, options: FitOptions = {}): Promise<History> {
    const where = 'Sequential.fit';
    return this.trainer.alone(where, (compiled) => fitNetwork(where, this.trainer, compiled, x, y, options));
  }

  /**
   * Index of the first epoch of the next `fit`: the number of completed epochs, unless `initialEpoch` set another
   * number. 0 for a new or a loaded model.
   *
   * @example
   * ```ts
   * const model = new Sequential([new Dense({ units: 1 })]);
   * model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
   * await model.fit(randomNormal([8, 2], { seed: 1 }), zeros([8, 1]), { epochs: 3 });
   * model.nextEpoch; // 3
   * ```
   */
  get nextEpoch(): number {
    return this.trainer.nextEpoch;
  }

  /**
   * Trains on endless sequences, chunk by chunk. States are carried from chunk to chunk; each chunk gives one update.
   * With `truncate: { every, back }`, gradients flow back `back` time steps, also into earlier chunks; otherwise to the
   * start of the chunk.
   *
   * @param chunks - iterable, asynchronous or not, of pairs [x, y], where x is [B, T, I] with the same B in each
   * @param options - see FitStreamOptions
   * @returns the loss and the gradient norms of the whole stream
   * @throws the errors of `trainStep`; the signal's reason after an abort. The model keeps the updates so far
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8, returnSequences: true }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), truncate: { every: 20, back: 60 } });
   * async function* chunks() {
   *   for (let k = 0; k < 5; k++) yield [randomNormal([4, 20, 3], { seed: k }), zeros([4, 20, 1])];
   * }
   * (await model.fitStream(chunks())).timeSteps; // 100
   * ```
   */
  async fitStream(chunks: Chunks, options: FitStreamOptions = {}): Promise<StreamHistory> {
    const where = 'Sequential.fitStream';
    return this.trainer.alone(where, (compiled) => fitOnStream(where, this.trainer, compiled, chunks, options));
  }

  /**
   * Computes the loss without training: the mean over all rows or, with reduction `'sum'`, their sum.
   *
   * @param x - inputs and targets of N rows, or batches of them, see `fit`
   * @param options - see EvaluateOptions
   * @returns the loss; of batches, or if metrics or outputs are requested, an Evaluation
   * @throws StateError before `compile`; ShapeError, ArgumentError
   */
  evaluate(x: RowData, y: RowData, options?: LossOnly<EvaluateOptions>): number;
  evaluate(x: RowData, y: RowData, options: EvaluateOptions): Evaluation;
  evaluate(batches: SyncBatches, options?: EvaluateReport): Evaluation;
  evaluate(batches: AsyncBatches, options?: EvaluateReport): Promise<Evaluation>;
  evaluate(x: RowData | Batches, y?: RowData | object, options: object = {}): Evaluated {
    return evaluateNetwork('Sequential.evaluate', this.trainer, x, y, options);
  }

  /**
   * Reports how many bytes a training step needs, before anything is allocated, by purpose: parameters, gradients,
   * optimizer state, open streams, tape (with x, targets and snapshots) and scratch. In WebAssembly the total is rounded
   * up, to pages of 64 KiB or a power of two. Also reports how `checkpoint` and `truncate` divide the sequence.
   *
   * @param options - `B` rows of `T` time steps; default T: 1, or no time axis if no layer is recurrent
   * @throws ArgumentError, also if bytes or steps reach 2^53; StateError before the input size is known
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 128 }), new Dense({ units: 1 })], { inputSize: 8 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: { memory: 16e6 } });
   * const { total, segment, recomputed } = model.memory({ B: 1, T: 100_000 });
   * total <= 16e6; // true: the tape holds `segment` steps, and the backward pass recomputes `recomputed` steps
   * ```
   */
  memory(options: MemoryOptions): Memory {
    if (this.inputSize === undefined) this.requireParameters('memory');
    return this.trainer.memory('Sequential.memory', options, this.inputSize!);
  }

  /**
   * Loads a model saved by `toBytes`. It checks names, shapes and sizes before it builds anything.
   *
   * @param bytes - content of the file
   * @param options - `dtype`: default as saved; `backend`: default what `backend()` reports; `classes` that the file may
   *   name besides the usual ones, default none
   * @throws FormatError if the file is not a saved model
   */
  static override fromBytes(bytes: Uint8Array, options: LoadOptions = {}): Sequential {
    return decodeNetwork('Sequential.fromBytes', bytes, options, (layers, build) => new Sequential(layers, build));
  }

  /**
   * Copies the model to another element type: `'float64'` for gradient checks, for instance.
   *
   * @throws ArgumentError; StateError like `toBytes`
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4 })], { inputSize: 3 }).build();
   * model.astype('float64').parameters.get('lstm1.kernel').value.dtype; // 'float64'
   * ```
   */
  astype(dtype: DType): Sequential {
    requireDType('Sequential.astype', 'dtype', dtype);
    this.requireParameters('astype');
    const classes = classesOf('Sequential.astype', this.layers);
    const options = { ...computedBy(this.buildOptions), dtype, classes };
    return Object.assign(Sequential.fromBytes(this.toBytes(), options), { metadata: this.metadata });
  }
}
