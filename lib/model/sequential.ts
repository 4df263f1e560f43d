import { requireOneOf, requireOptions } from '../checks.ts';
import type { Layer } from '../layers/layer.ts';
import type { BuildOptions } from '../parameters/buildable.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type BatchOptions, concatenateRows, requireBatchSize, sliceRows } from '../training/batches.ts';
import { type EpochCount, fitModel, type History } from '../training/fit.ts';
import type { FitOptions } from '../training/fit-options.ts';
import { type Chunk, type FitStreamOptions, fitOnStream, type StreamHistory } from '../training/fit-stream.ts';
import { TrainableStack } from '../training/trainable-stack.ts';
import { decodeModel, encodeModel } from './saved-model.ts';

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
export class Sequential extends TrainableStack {
  readonly kind = 'Sequential';
  readonly #epochs: EpochCount = { next: 0 };

  /**
   * @param layers - at least one, none of them in use elsewhere
   * @param options - `seed` of all starting values, default 0; `dtype`, default `'float32'`; `inputSize`
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(layers: readonly Layer[], options: BuildOptions = {}) {
    super('Sequential', layers, options);
  }

  /** @internal With the epoch to go on with. */
  protected override compared(): object {
    return { ...super.compared(), nextEpoch: this.nextEpoch };
  }

  /**
   * Trains in mini-batches. Prints nothing: give it `progressBar()` as a callback to see it work. The event loop gets a
   * turn every few batches. Epochs count on from call to call: k calls of one epoch give the bits of one call of k epochs.
   *
   * @param x - [N, T, I], or [N, I] when no layer is recurrent
   * @param y - targets, N rows
   * @param options - see FitOptions
   * @returns one log for each epoch, and the number of the epoch to go on with
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
    const compiled = this.requireCompiled('fit');
    return this.fitAlone('Sequential.fit', () => fitModel(this, compiled, source, target, options, this.#epochs));
  }

  /**
   * Number of the epoch with which the next `fit` begins: how many epochs the model has been fitted for, unless
   * `initialEpoch` set it. 0 for a new model, and for one that was loaded.
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
    return this.#epochs.next;
  }

  /**
   * Trains on sequences without end, in chunks as they come: states go from chunk to chunk, each chunk is one step of the
   * optimizer. With `truncate: { every, back }` gradients go back `back` steps, into chunks before this one too; without
   * it they end where the chunk begins.
   *
   * @param chunks - pairs [x, y] with x [B, T, I], the same B rows in each, any T; asynchronous or not
   * @param options - see FitStreamOptions
   * @throws what `trainStep` throws; the signal's reason when aborted; the model keeps the steps that were finished
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8, returnSequences: true }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), truncate: { every: 20, back: 60 } });
   * async function* chunks() {
   *   for (let k = 0; k < 5; k++) yield [randomNormal([4, 20, 3], { seed: k }), zeros([4, 20, 1])];
   * }
   * (await model.fitStream(chunks())).steps; // 100
   * ```
   */
  async fitStream(
    chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
    options: FitStreamOptions = {},
  ): Promise<StreamHistory> {
    const compiled = this.requireCompiled('fitStream');
    return this.fitAlone('Sequential.fitStream', () => fitOnStream(this, compiled, chunks, options));
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
      const rows = sliceRows(source, start, Math.min(N, start + batchSize));
      parts.push(this.outputOf(this.beginForward('Sequential.predict', rows)));
    }
    return concatenateRows(parts);
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
    const where = 'Sequential.toBytes';
    const parameters = this.requireParameters('toBytes');
    return encodeModel(
      where,
      parameters,
      this.inputSize!,
      this.layers.map((layer) => layer.config(where)),
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
