// The base class of `EncoderDecoder`: an encoder and a decoder that run, without anything that trains them.

import { refuse, requireBoolean, requireShape } from '../checks.ts';
import { SequenceBuffer, zerosOf } from '../engine/sequence-buffer.ts';
import { copyIn, shapeOf } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import type { Values } from '../engine/visit.ts';
import type { Metadata } from '../formats/metadata.ts';
import { integer, optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { Buildable } from '../parameters/buildable.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CoupledNetworks } from './coupled-networks.ts';
import { CoupledPasses } from './coupled-passes.ts';
import type { Layer } from './layer.ts';
import type { OutputRange } from './layer-description.ts';
import {
  PAIR_MASK_OPTIONS,
  type PairInputs,
  type PairMaskOptions,
  requirePairInputs,
  requireStart,
  type Start,
} from './pair-inputs.ts';
import { attachParts, specsOf } from './parts.ts';
import { encodeNetwork } from './saved-network.ts';
import { summaryOf } from './summary.ts';

/** Options of an encoder-decoder. */
export interface EncoderDecoderOptions extends BuildOptions {
  /** Layers that read the source, first to last; new ones. */
  readonly encoder: readonly Layer[];
  /**
   * Layers that write the target, step by step; new ones. They begin with an `Embedding`, or have as many features at their
   * input as at their output.
   */
  readonly decoder: readonly Layer[];
  /**
   * Whether the decoder begins with the final state of the encoder; both then have equal recurrent layers. Default true.
   */
  readonly passState?: boolean;
  /** What the decoder reads first: a token, default 0; or the features of a time step, default zeros. */
  readonly start?: Start;
}

const OPTIONS: Schema<EncoderDecoderOptions, 'start' | keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  encoder: required(unchecked<readonly Layer[]>),
  decoder: required(unchecked<readonly Layer[]>),
  passState: optional(requireBoolean, true),
  start: optional(unchecked<Start>),
};

/** Options of `forward`. */
export interface PairPassOptions extends PairMaskOptions {
  /** Number of the training step, from 0, whose random masks dropout uses; default 0. */
  readonly trainingStep?: number;
}

const PASS_OPTIONS: Schema<PairPassOptions, keyof PairMaskOptions> = {
  ...PAIR_MASK_OPTIONS,
  trainingStep: optional(integer(0), 0),
};

/** What the backward pass of an encoder-decoder returns. */
export interface PairGradient {
  /** Gradient of the sources, in their shape; zeros if they are tokens. */ readonly dSource: Tensor;
}

/** An encoder and a decoder in one arena. */
export abstract class CoupledModel extends Buildable {
  /** @internal */
  readonly networks: CoupledNetworks;
  /** @internal */
  readonly passes: CoupledPasses;
  /** What the decoder reads first. */
  readonly start: Start;
  /** What travels with the model in its file, as in `Sequential`. */
  metadata: Metadata = {};
  #trainingStep = 0;

  /** @param options - see EncoderDecoderOptions */
  constructor(options: EncoderDecoderOptions, where: string) {
    const { encoder, decoder, passState, start, ...build } = readOptions(where, options, OPTIONS);
    const networks = new CoupledNetworks(where, encoder, decoder, passState);
    const { inputSize = networks.encoder.inputSize } = build;
    super(inputSize === undefined ? build : { ...build, inputSize });
    this.networks = networks;
    this.start = requireStart(where, start, networks);
    this.passes = new CoupledPasses(this, networks);
    networks.encoder.adopt();
    networks.decoder.adopt();
  }

  /** @internal Checkpoints, as compiled. */
  protected abstract get through(): ThroughTime;

  /** The table that `summary` returns. */
  override toString(): string {
    return this.summary();
  }

  /**
   * A table of the layers of the encoder and of the decoder, as `Sequential.summary` returns it.
   *
   * @example
   * ```ts
   * const layer = new GRU({ units: 4, returnSequences: true, inputSize: 2 });
   * const model = new EncoderDecoder({ encoder: [new GRU({ units: 4, inputSize: 3 })], decoder: [layer, new Dense({ units: 2 })] });
   * model.summary().split('\n').at(-1); // '190 parameters, float32, 760 bytes'
   * ```
   */
  summary(): string {
    return summaryOf(this, this.networks.parts(this.inputSize ?? Number.NaN));
  }

  /** @internal */
  protected override compared(): object {
    const { encoder, decoder, passState } = this.networks;
    return { ...super.compared(), parameters: undefined, encoder, decoder, passState, start: this.start };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return specsOf(this.networks.parts(inputSize));
  }

  /** @internal */
  protected override requireParts(where: string): void {
    this.networks.encoder.requireUnbuilt(where);
    this.networks.decoder.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    attachParts(this.networks.parts(inputSize), parameters);
  }

  /** @internal */
  get outputRange(): OutputRange {
    return this.networks.decoder.outputRange;
  }

  /** Number of training steps that updated the parameters. It determines the random masks of the next step. */
  get trainingStep(): number {
    return this.#trainingStep;
  }

  /** @internal Sets the number of the next training step. */
  setTrainingStep(step: number): void {
    this.#trainingStep = step;
  }

  /**
   * The model as a safetensors file, as `Sequential.toBytes` makes it.
   * @throws StateError before the parameters exist; ArgumentError for what could not be read again
   */
  toBytes(): Uint8Array {
    const where = `${this.kind}.toBytes`;
    const parameters = this.requireParameters('toBytes');
    const { encoder, decoder, passState } = this.networks;
    const { seed = 0 } = this.buildOptions;
    const masks = encoder.random || decoder.random ? { seed, trainingStep: this.trainingStep } : {};
    const facts = { inputSize: this.inputSize!, ...masks, passState, start: this.start };
    return encodeNetwork(where, parameters, facts, encoder.layers, decoder.layers, this.metadata);
  }

  /**
   * Computes the outputs of the decoder with teacher forcing, for a backward pass.
   * @param source - [B, S, I], or tokens [B, S]
   * @param target - [B, U, F], or tokens [B, U]; the last time step is not read
   * @param options - `source`, `target`: which time steps count; `trainingStep`: see PairPassOptions
   * @returns a copy, [B, U, F]; zeros where a time step of the target does not count
   * @throws ShapeError, ArgumentError; then nothing changes
   */
  forward(source: NdArrayLike, target: NdArrayLike, options: PairPassOptions = {}): Tensor {
    const where = `${this.kind}.forward`;
    const { trainingStep, ...masks } = readOptions(where, options, PASS_OPTIONS);
    const inputs = requirePairInputs(where, this.networks, this.start, { source, target, masks });
    const { pass, packings } = this.#begin(where, 'train', inputs);
    pass.start(inputs.source, inputs.input, { packings, trainingStep }); // the packing has the padded time steps of the output
    const outputs = zerosOf(pass.decoder.outputShape, this.dtype, where, 'target');
    const buffer = new SequenceBuffer(this.parameters.arena, outputs);
    pass.forward({ onOutput: ({ output }) => buffer.write(output) });
    this.passes.finish();
    return outputs;
  }

  #begin(where: string, purpose: 'train' | 'infer', inputs: PairInputs) {
    const { encoder, decoder } = this.networks;
    const packings = [encoder.pack(inputs.sourceMask, false), decoder.pack(inputs.targetMask, false)] as const;
    const shapes = [shapeOf(inputs.source), shapeOf(inputs.input)] as const;
    const through = this.through;
    return { pass: this.passes.begin(where, { purpose, shapes, through, targets: false }, packings), packings };
  }

  /**
   * Runs backpropagation through time over the last `forward`: through the decoder, then through the encoder. Adds to the
   * gradients of the parameters.
   *
   * @param dy - gradient of the outputs, [B, U, F]
   * @throws StateError without a forward pass, ShapeError, ArgumentError; then no gradient changes
   */
  backward(dy: NdArrayLike): PairGradient {
    const where = `${this.kind}.backward`;
    const pass = this.passes.current(where);
    const { T, B, F } = pass.decoder.outputShape;
    const source = requireNdArray(where, 'dy', dy);
    requireShape(where, 'dy', source.shape, [B, T!, F]);
    const { arena } = this.parameters;
    const dSource = zerosOf(pass.encoder.inputShape, this.dtype, where, 'dy');
    const buffer = new SequenceBuffer(arena, this.networks.encoder.inOrder<Tensor>(dSource));
    pass.backward({ writeGradient: ({ gradient }) => copyIn(arena, gradient, source) }, (part) => buffer.write(part));
    return { dSource };
  }

  /**
   * The weights with which the decoder attends to the source, with teacher forcing.
   *
   * @returns an array [B, U, S] that has for each time step of the target the weights of those of the source, whose sum is
   *   1; zeros where a time step does not count
   * @throws ArgumentError for a decoder without attention; ShapeError
   */
  attention(source: NdArrayLike, target: NdArrayLike, options: PairMaskOptions = {}): Tensor {
    const where = `${this.kind}.attention`;
    const masks = readOptions(where, options, PAIR_MASK_OPTIONS);
    const { decoder } = this.networks;
    if (!decoder.attends) refuse(where, 'decoder', 'have an attention layer', decoder);
    const inputs = requirePairInputs(where, this.networks, this.start, { source, target, masks });
    const { pass, packings } = this.#begin(where, 'infer', inputs);
    const [B, U] = inputs.input.shape as [number, number];
    const { data } = this.parameters.arena;
    const S = pass.source!.S;
    const weights = zerosOf({ B, T: U, F: S }, this.dtype, where, 'target');
    const order = packings[1];
    const forward = ({ name, step = 0, at, shape }: Values): void => {
      if (name !== 'attention') return;
      for (let k = 0; k < shape[0]!; k++) {
        const [row, t] = order === undefined ? [k, step] : [order.order[k]!, order.timeOf(step, k)];
        weights.data.set(data.subarray(at + k * S, at + k * S + S), (row * U + t) * S);
      }
    };
    pass.start(inputs.source, inputs.input, { packings, trainingStep: 0 });
    pass.forward({ onOutput: () => {}, visit: { forward, backward: () => {} } });
    return weights;
  }
}
