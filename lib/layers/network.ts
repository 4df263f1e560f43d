// A network: named layers in one arena, each taking the output of the previous one. It has no training code.

import type { State } from '../cells/cell.ts';
import { refuse } from '../checks.ts';
import type { Mask } from '../engine/packing.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { PassRequest } from '../engine/passes.ts';
import { zerosOf } from '../engine/sequence-buffer.ts';
import { type Signal, type SignalShape, shapeOf } from '../engine/signal.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { StateTree } from '../memory/states.ts';
import { readOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { type BatchSource, mapData } from '../tensor/batches.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import { type RowData, requireRows } from '../tensor/row-data.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { masksOfRows } from './any-lengths.ts';
import { batchesOf, PREDICT_OPTIONS, type PredictOptions, sliceMask, sliceRows } from './batches.ts';
import { CompositeLayer } from './composite-layer.ts';
import type { Layer, LayerConfig } from './layer.ts';
import type { OutputRange, Part } from './layer-description.ts';
import { namesOf, requireLayers, timeOf, withInputSize } from './network-layers.ts';
import { NetworkPass } from './network-pass.ts';

import { decodeNetwork, encodeNetwork, type LoadOptions } from './saved-network.ts';
import { inputShapeOf } from './shape-in-words.ts';
import { summaryOf } from './summary.ts';

/** The states of the recurrent layers of a network, by name. */
export type NetworkState = Readonly<Record<string, State>>;

/**
 * Layers in sequence: each takes the output of the previous one, in place. A network runs, streams, and is saved and
 * loaded; `Sequential` is a network that can be trained. Parameters are named after the layers: `lstm1.kernel`,
 * `lstm2.kernel`. A network is a layer itself.
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
 * const network = Network.fromBytes(model.toBytes()); // without anything that trains
 * network.predict(zeros([5, 10, 3])).shape;           // [5, 1]
 * ```
 */
export class Network<L extends readonly Layer[] = readonly Layer[]> extends CompositeLayer<NetworkState> {
  readonly kind: string = 'Network';
  /** @internal */
  override readonly masks: boolean;
  /** @internal */
  override readonly indexCount: number;
  /** @internal */
  override readonly readsBackwards: boolean;
  /** @internal */
  override readonly needsTime: boolean;
  /** @internal */
  override readonly timeAxis: 'kept' | 'changed' | 'made';
  /** The layers, first to last. */
  readonly layers: Readonly<L>;
  /** The name of each layer: its kind and a number, from 1 for each kind. */
  readonly layerNames: readonly string[];
  /**
   * What travels with the model in its file: JSON, scalers, a vocabulary, by name. Set it at any time; `toBytes` checks and
   * stores it, at most 512 KiB. After `fromBytes`, scalers and vocabularies are there again if `classes` has their classes.
   */
  metadata: Metadata = {};
  #trainingStep = 0;

  /**
   * @param layers - at least one, none of them in use elsewhere
   * @param options - `seed`: default 0; `dtype`: default `'float32'`; `inputSize`; `backend`
   * @param where - name in error messages
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(layers: readonly [...L], options: BuildOptions = {}, where = 'Network') {
    const checked = requireLayers(where, layers);
    super(withInputSize(where, checked[0]!, readOptions(where, options, BUILD_OPTIONS)), checked);
    this.layers = checked as unknown as L;
    this.layerNames = namesOf(checked);
    ({ needsTime: this.needsTime, timeAxis: this.timeAxis } = timeOf(checked));
    this.masks = checked[0]!.masks;
    this.indexCount = checked[0]!.indexCount;
    this.readsBackwards = checked.some((layer) => layer.readsBackwards);
  }

  /** The table that `summary` returns. */
  override toString(): string {
    return this.summary();
  }

  /**
   * A table of the layers: name, kind, shape of the output, number of parameters, and the states that are carried over
   * time, by name and width. Rows of layers within a layer are indented below it; its number of parameters is theirs. The
   * last line has the number of all parameters, and their memory without gradients.
   *
   * @returns text of several lines; a size that is not known is a letter: I for the input size
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 });
   * model.summary().split('\n').at(-1); // '393 parameters, float32, 1572 bytes'
   * ```
   */
  summary(): string {
    return summaryOf(this, this.parts(inputShapeOf(this, this.inputSize)));
  }

  /**
   * Number of training steps that updated the parameters; it determines the random masks of the next step. `toBytes`
   * saves it with the seed if the network has random masks.
   */
  get trainingStep(): number {
    return this.#trainingStep;
  }

  /** @internal */
  setTrainingStep(step: number): void {
    this.#trainingStep = step;
  }

  /** @internal */
  override parts(input: SignalShape): readonly Part[] {
    let next = input;
    return this.layers.map((layer, i) => {
      const part = { path: [this.layerNames[i]!], layer, input: next };
      next = layer.outputShape(next);
      return part;
    });
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return this.layers.reduce((shape, layer) => layer.outputShape(shape), input);
  }

  /** @internal */
  override leastSteps(steps: number): number {
    return this.layers.reduceRight((least, layer) => layer.leastSteps(least), steps);
  }

  /** @internal */
  override maskOf(source: NdArrayLike): Mask | undefined {
    return this.layers[0]!.maskOf(source);
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return this.layers.at(-1)!.outputRange;
  }

  /** @internal */
  config(where: string): LayerConfig {
    return refuse(where, 'layers', 'be plain layers, not models, to be saved', this);
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new NetworkPass(this.layers, this.layerNames, workspace, input);
  }

  /** @internal */
  protected get inference(): PassRequest {
    return { purpose: 'infer' };
  }

  /**
   * Computes outputs in batches. It keeps no tape: apart from the output, memory does not grow with N or T.
   * @param x - [N, T, I], or [N, I] when no layer is recurrent; an array of N sequences; or an iterable of such data
   * @param options - `batchSize`: default 32; `lengths`, `mask`, `zeroOutputForMask`: see MaskedOptions; `out`: OutOption;
   *   `state`: goes on from there, and is updated in place: chunks of a sequence give the bits of the whole
   * @returns a copy, or `out`, with sequences padded to the longest; of an iterable, an iterable of outputs
   * @throws ShapeError, ArgumentError; StateError for a state of layers that read backwards in time; then nothing changes
   *
   * @example
   * ```ts
   * new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })]).predict(zeros([100, 10, 1])).shape; // [100, 1]
   * ```
   */
  predict(x: RowData, options?: PredictOptions): Tensor;
  predict(x: RowData, options: PredictOptions<FloatNdArrayLike>): FloatNdArrayLike;
  predict(x: Iterable<RowData> | (() => Iterable<RowData>), options?: PredictOptions): Iterable<Tensor>;
  predict(x: AsyncIterable<RowData> | (() => AsyncIterable<RowData>), options?: PredictOptions): AsyncIterable<Tensor>;
  predict(x: RowData | BatchSource<RowData>, options: PredictOptions<FloatNdArrayLike> = {}): unknown {
    const where = `${this.kind}.predict`;
    return mapData(where, 'x', x, (each) => this.#predict(where, each, options));
  }

  #predict(where: string, x: RowData, options: PredictOptions<FloatNdArrayLike>): FloatNdArrayLike {
    const { batchSize, zeroOutputForMask, out, state, ...masking } = readOptions(where, options, PREDICT_OPTIONS);
    const rows = requireRows(where, 'x', x);
    const masks = masksOfRows(where, 'x', rows, this, masking);
    const source = this.requireInput(where, 'x', rows.whole(where));
    const mask = this.requireMask(where, masks, source);
    if (!this.built) this.parameterSpecs(source.shape.at(-1)!); // throws for layers that do not fit each other or the input
    const shape = this.outputShape(shapeOf(source));
    const F = source.shape.at(-1)!;
    const given = state === undefined ? undefined : this.#readState(where, state, this.states(shape.B, F));
    if (state === undefined) this.requireEqualBatches(where, shape.B, batchSize);
    const outputs = this.requireOut(where, out, source) ?? zerosOf(shape, this.dtype, where, 'x');
    for (const range of batchesOf(shape.B, batchSize)) {
      const { start, end } = range;
      const packing = this.pack(sliceMask(mask, range), !zeroOutputForMask);
      const kept = given?.rows(start, end) ?? this.keptState(where, end - start, F);
      const traversal = this.beginKept(where, sliceRows(source, start, end), this.inference, packing, kept);
      this.write(traversal, sliceRows(outputs, start, end));
      if (kept !== undefined) this.storeState(where, kept, traversal);
      if (kept !== undefined && given === undefined) this.keep(kept);
    }
    return out ?? outputs;
  }

  /** Checks a state of B rows that is updated in place. */
  #readState(where: string, state: object, states: StateTree<NetworkState>): StateTree<NetworkState> {
    this.requireForwards(where);
    states.readWritable(where, 'state', state);
    return states;
  }

  /**
   * The network as a safetensors file: parameters by name; in the metadata the options of its layers, and `trainingStep` and
   * seed of random masks. It has no optimizer, loss and states of stateful layers.
   * @throws StateError before the parameters exist; ArgumentError for what could not be read again: your own cell without
   *   `config`, parameters that are not finite, more than 64 layers or 65,536 units
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
   * const copy = Sequential.fromBytes(model.toBytes());
   * ```
   */
  toBytes(): Uint8Array {
    const where = `${this.kind}.toBytes`;
    const parameters = this.requireParameters('toBytes');
    const { seed = 0 } = this.buildOptions;
    const masks = this.random ? { seed, trainingStep: this.trainingStep } : {};
    return encodeNetwork(where, parameters, { inputSize: this.inputSize!, ...masks }, this.layers, [], this.metadata);
  }

  /**
   * Loads a network that `toBytes` saved. Checks names, shapes and sizes before it builds anything.
   *
   * @param bytes - a whole file
   * @param options - `dtype`: default that of the file; `backend`: default what `backend()` reports; `classes` that the
   *   file may name besides the usual ones, default none
   * @throws FormatError for any other file
   */
  static fromBytes(bytes: Uint8Array, options: LoadOptions = {}): Network {
    return decodeNetwork('Network.fromBytes', bytes, options, (layers, build) => new Network(layers, build));
  }
}
