// A layer that looks up a row of a table for each index.

import { requireBoolean, requireFunction } from '../checks.ts';
import type { Mask } from '../engine/packing.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import {
  integer,
  optional,
  readOptions,
  required,
  type Schema,
  type Settings,
  saved,
  savedIfSet,
  savedOptions,
} from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { Parameter, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { uniform } from '../random/initializers.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { NoState } from './dense.ts';
import { EmbeddingPass } from './embedding-pass.ts';
import { Layer, type LayerConfig } from './layer.ts';

/** Indices above it are not exact in float32. */
const MOST_INDICES = 2 ** 24;

/** Options of an embedding. */
export interface EmbeddingOptions extends Omit<BuildOptions, 'inputSize'> {
  /** Number of indices, 0 to inputDim − 1; from 1 to 2²⁴. */
  readonly inputDim: number;
  /** Features of the output, at least 1. */
  readonly outputDim: number;
  /** Whether time steps with index 0 do not count, as padding; default false. */
  readonly maskZero?: boolean;
  /** Initializer of the table [inputDim, outputDim]; default uniform from −0.05 to 0.05. */
  readonly embeddingsInitializer?: Initializer;
}

const { inputSize: _inputSize, ...PLACE_OPTIONS } = BUILD_OPTIONS;
const OPTIONS: Schema<EmbeddingOptions, Exclude<keyof BuildOptions, 'inputSize'>> = {
  ...PLACE_OPTIONS,
  inputDim: saved(required(integer(1, MOST_INDICES))),
  outputDim: saved(required(integer())),
  maskZero: savedIfSet(optional(requireBoolean, false)),
  embeddingsInitializer: optional(requireFunction<Initializer>, uniform({ low: -0.05, high: 0.05 })),
};

/**
 * A table of rows: (EM1) y = W[x], for indices x [B, T], such as numbers of words or characters; backward dW[x] += dy. It is
 * the first layer of a network. The parameter is `embeddings` [inputDim, outputDim].
 *
 * **Only the rows that a batch uses have a gradient**, and take memory for it. Norms and clipping are those of the dense
 * gradient, whose other rows are zeros. Optimizers change the rows used only: means of Adam and momentum of other rows stay
 * as they are, and so do the rows themselves, also with weight decay; the number of steps, for Adam's corrections, is that
 * of all steps (PyTorch's SparseAdam). `parameter.gradient` is a copy.
 *
 * To load a saved model with this layer, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const embedding = new Embedding({ inputDim: 1000, outputDim: 16, maskZero: true });
 * const model = new Sequential([embedding, new GRU({ units: 8 }), new Dense({ units: 2 })]);
 * model.predict(tensor([[5, 17, 999], [3, 0, 0]])).shape; // [2, 2]: the second row has one time step
 * ```
 */
export class Embedding extends Layer<NoState> {
  /** Name in saved files. */
  static readonly kind = 'Embedding';
  readonly kind = 'Embedding';
  /** @internal */
  readonly needsTime = true;
  /** @internal */
  override readonly indexCount: number;
  /** @internal */
  override readonly masks: boolean;
  /** Number of indices. */
  readonly inputDim: number;
  /** Features of the output. */
  readonly outputDim: number;
  /** Whether time steps with index 0 do not count. */
  readonly maskZero: boolean;
  readonly #initializer: Settings<EmbeddingOptions>['embeddingsInitializer'];
  #table!: Parameter;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: EmbeddingOptions) {
    const { inputDim, outputDim, maskZero, embeddingsInitializer, ...build } = readOptions(
      'Embedding',
      options,
      OPTIONS,
    );
    super({ ...build, inputSize: 1 });
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.maskZero = maskZero;
    this.indexCount = inputDim;
    this.masks = maskZero;
    this.#initializer = embeddingsInitializer;
  }

  /** @internal */
  override maskOf({ data, shape, stride, offset }: NdArrayLike): Mask | undefined {
    if (!this.maskZero) return undefined;
    const [B, T] = shape as [number, number];
    const offsets = new Int32Array(B + 1);
    const times = new Int32Array(B * T);
    let k = 0;
    for (let row = 0; row < B; row++) {
      for (let t = 0; t < T; t++) if (data[offset + row * stride[0]! + t * stride[1]!] !== 0) times[k++] = t;
      offsets[row + 1] = k;
    }
    return { T, offsets, times: times.slice(0, k) };
  }

  /** @internal */
  parameterSpecs(_inputSize: number): readonly ParameterSpec[] {
    const { inputDim, outputDim } = this;
    return [{ name: 'embeddings', shape: [inputDim, outputDim], initializer: this.#initializer, sparse: true }];
  }

  /** @internal */
  protected attached(parameters: Parameters): void {
    this.#table = parameters.get('embeddings');
  }

  /** @internal The table, once it exists. */
  get table(): Parameter {
    return this.#table;
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return { ...input, F: this.outputDim };
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return savedOptions(OPTIONS, this);
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new EmbeddingPass(this, workspace, input);
  }
}
