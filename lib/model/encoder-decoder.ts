// `EncoderDecoder`: one network reads a sequence, another one writes a sequence.

import { refuse } from '../checks.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { batchesOf, sliceMask, sliceRows } from '../layers/batches.ts';
import { CoupledModel, type EncoderDecoderOptions } from '../layers/coupled-model.ts';
import type { Layer } from '../layers/layer.ts';
import { PAIR_MASK_OPTIONS, type PairMaskOptions, requireSourceSteps } from '../layers/pair-inputs.ts';
import { decodeNetwork, type LoadedParts, type LoadOptions } from '../layers/saved-network.ts';
import { integer, readOptions, required, type Schema } from '../options.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { RowData } from '../tensor/row-data.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AsyncBatches, Batches, SyncBatches } from '../training/batches.ts';
import type { EvaluateReport, LossOnly, PairEvaluateOptions } from '../training/evaluate.ts';
import { evaluateEncoderDecoder } from '../training/evaluate.ts';
import type { Evaluated, Evaluation } from '../training/evaluator.ts';
import { fitEncoderDecoder, type History } from '../training/fit.ts';
import type { PairBatchFitOptions, PairFitOptions } from '../training/fit-options.ts';
import type { SkippedSteps } from '../training/non-finite.ts';
import type { WeightedPairOptions } from '../training/pair-examples.ts';
import { PairTrainer } from '../training/pair-trainer.ts';
import { type PairTrainStepOptions, type TrainStepResult, trainEncoderDecoder } from '../training/reported-step.ts';
import type { CompileOptions } from '../training/train-step.ts';
import { DecoderSteps } from './decoding/decoder-steps.ts';
import { freeRunFrom } from './decoding/free-run.ts';
import {
  GENERATE_OPTIONS,
  generateFrom,
  type PairGenerateOptions,
  requireGenerateOptions,
  widthOf,
} from './decoding/generate.ts';
import type { Hypothesis } from './decoding/hypothesis.ts';

/** Options of `freeRun`. */
export interface FreeRunOptions extends Pick<PairMaskOptions, 'source'> {
  /** Number of time steps to write, at least 1. */
  readonly steps: number;
}

const FREE_RUN_OPTIONS: Schema<FreeRunOptions, 'source'> = {
  source: PAIR_MASK_OPTIONS.source,
  steps: required(integer()),
};

/**
 * An encoder-decoder (Cho et al. 2014; Sutskever et al. 2014): the encoder reads a source; its final state is the initial
 * state of the decoder, which writes the target one time step after the other, each from the one before it. In training
 * the decoder reads the given target (teacher forcing). Afterwards it reads what it wrote itself: `generate` writes
 * tokens, `freeRun` time steps of features. With an attention layer the decoder also reads all outputs of the encoder.
 *
 * Parameters are named `encoder.gru1.kernel`, `decoder.dense1.bias`.
 *
 * @example
 * ```ts
 * const model = new EncoderDecoder({
 *   encoder: [new GRU({ units: 8 })],
 *   decoder: [new GRU({ units: 8, returnSequences: true }), new Dense({ units: 2 })],
 * });
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * const [source, target] = [randomNormal([4, 10, 3], { seed: 1 }), randomNormal([4, 6, 2], { seed: 2 })];
 * model.trainStep(source, target);
 * model.freeRun(source, { steps: 6 }).shape; // [4, 6, 2]
 * ```
 */
export class EncoderDecoder extends CoupledModel {
  readonly kind = 'EncoderDecoder';
  readonly #trainer = new PairTrainer(this);

  /**
   * @param options - see EncoderDecoderOptions; `seed` of all initial values, default 0; `dtype`, default `'float32'`
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(options: EncoderDecoderOptions) {
    super(options, 'EncoderDecoder');
  }

  /** @internal Adds the compiled options, with the optimizer's state, and the epoch. */
  protected override compared(): object {
    return { ...super.compared(), compiled: this.#trainer.compiled, nextEpoch: this.nextEpoch };
  }

  /** @internal Checkpoints, as compiled. */
  protected get through(): ThroughTime {
    return this.#trainer.through;
  }

  /**
   * Sets how the model is trained, as for `Sequential`.
   *
   * @param options - see CompileOptions; not `truncate`, nor a memory budget for `checkpoint`
   * @throws ArgumentError; StateError for an optimizer of another model, and during a fit. Then nothing changes
   */
  compile(options: CompileOptions): this {
    this.#trainer.compile('EncoderDecoder.compile', options);
    return this;
  }

  /** Numbers of training steps that `onNonFinite: 'skip'` has skipped since `compile`. */
  get skippedSteps(): SkippedSteps {
    return this.#trainer.skippedSteps;
  }

  /** Index of the first epoch of the next `fit`; see `Sequential.nextEpoch`. */
  get nextEpoch(): number {
    return this.#trainer.nextEpoch;
  }

  /**
   * Runs one training step, synchronously, with teacher forcing.
   *
   * @param source - [B, S, I], or tokens [B, S]
   * @param target - [B, U, F], or tokens [B, U]
   * @param options - `source`, `target`: which of their time steps count, `{ lengths }` or `{ mask }`; default all
   * @returns loss, norms of the gradients, and whether the step was skipped
   * @throws StateError before `compile`; ShapeError, ArgumentError; by default NonFiniteError for NaN or infinities. In
   *   all these cases parameters and optimizer do not change
   */
  trainStep(source: RowData, target: RowData, options: PairTrainStepOptions = {}): TrainStepResult {
    return trainEncoderDecoder('EncoderDecoder.trainStep', this.#trainer, source, target, options);
  }

  /**
   * Trains in mini-batches of pairs with teacher forcing, as `Sequential.fit` does.
   *
   * @param source - [N, S, I], or tokens [N, S]
   * @param target - [N, U, F], or tokens [N, U]
   * @param options - see PairFitOptions
   * @returns one log per epoch, and the index of the next epoch
   * @throws the errors of `trainStep`; the signal's reason after an abort. The model keeps the updates so far
   */
  fit(source: RowData, target: RowData, options?: PairFitOptions): Promise<History>;
  fit(batches: Batches<WeightedPairOptions>, options?: PairBatchFitOptions): Promise<History>;
  async fit(
    source: RowData | Batches<WeightedPairOptions>,
    target?: RowData | PairBatchFitOptions,
    options: PairFitOptions = {},
  ): Promise<History> {
    const where = 'EncoderDecoder.fit';
    const trainer = this.#trainer;
    return trainer.alone(where, (compiled) => fitEncoderDecoder(where, trainer, compiled, source, target, options));
  }

  /**
   * Computes the loss of targets with teacher forcing, without training.
   *
   * @returns the mean loss or, with reduction `'sum'`, its sum
   * @throws StateError before `compile`; ShapeError, ArgumentError
   */
  evaluate(source: RowData, target: RowData, options?: LossOnly<PairEvaluateOptions>): number;
  evaluate(source: RowData, target: RowData, options: PairEvaluateOptions): Evaluation;
  evaluate(batches: SyncBatches<WeightedPairOptions>, options?: EvaluateReport): Evaluation;
  evaluate(batches: AsyncBatches<WeightedPairOptions>, options?: EvaluateReport): Promise<Evaluation>;
  evaluate(source: RowData | Batches<WeightedPairOptions>, target?: RowData | object, options: object = {}): Evaluated {
    return evaluateEncoderDecoder('EncoderDecoder.evaluate', this.#trainer, source, target, options);
  }

  /**
   * Writes tokens for each source.
   *
   * @param source - [B, S, I], or tokens [B, S]
   * @param options - see PairGenerateOptions; the decoder's outputs are taken as logits
   * @returns for each source its sequences, the best score first: one, or `beamWidth` with strategy `'beam'`
   * @throws ArgumentError, also if the decoder does not begin with an `Embedding`; ShapeError
   */
  generate(source: NdArrayLike, options: PairGenerateOptions): readonly (readonly Hypothesis[])[] {
    const where = 'EncoderDecoder.generate';
    const { decoder } = this.networks;
    const settings = readOptions(where, options, GENERATE_OPTIONS);
    if (!decoder.readsIndices) {
      refuse(where, 'decoder', 'begin with an Embedding, to read tokens', decoder.layers[0], 'Use freeRun');
    }
    const [low, high] = this.outputRange;
    if (high - low < Infinity) {
      refuse(
        where,
        'decoder',
        'put out logits',
        `outputs from ${low} to ${high}`,
        'Use a linear Dense as its last layer',
      );
    }
    requireGenerateOptions(where, settings, this.networks.outputSize, decoder.indexCount);
    const { source: ofSource, batchSize, attention } = settings;
    const checked = this.#requireSource(where, source, ofSource);
    const found: (readonly Hypothesis[])[] = [];
    for (const range of batchesOf(checked.source.shape[0]!, batchSize)) {
      const { start, end } = range;
      const packing = this.networks.encoder.pack(sliceMask(checked.mask, range), false);
      const part = { source: sliceRows(checked.source, start, end), packing };
      const steps = new DecoderSteps(where, this, part, widthOf(settings), attention);
      for (const each of generateFrom(steps, this.start as number, settings, start)) found.push(each);
    }
    return found;
  }

  #requireSource(where: string, source: NdArrayLike, options: PairMaskOptions['source'] = {}) {
    const { encoder } = this.networks;
    const checked = encoder.requireInput(where, 'source', source);
    const mask = encoder.requireMask(where, options, checked, 'source.');
    if (this.networks.decoder.attends) requireSourceSteps(where, 'source', mask);
    return { source: checked, mask };
  }

  /**
   * Writes time steps of features for each source: the decoder reads each of its outputs as the next input.
   *
   * @param source - [B, S, I], or tokens [B, S]
   * @param options - `steps` to write; `source`: which time steps of the source count
   * @returns [B, steps, F]
   * @throws ArgumentError, also if the decoder begins with an `Embedding`; ShapeError
   */
  freeRun(source: NdArrayLike, options: FreeRunOptions): Tensor {
    const where = 'EncoderDecoder.freeRun';
    const { steps, source: ofSource } = readOptions(where, options, FREE_RUN_OPTIONS);
    const { decoder, encoder } = this.networks;
    if (decoder.readsIndices) refuse(where, 'decoder', 'read features, not tokens', decoder.layers[0], 'Use generate');
    const checked = this.#requireSource(where, source, ofSource);
    const part = { source: checked.source, packing: encoder.pack(checked.mask, false) };
    return freeRunFrom(where, new DecoderSteps(where, this, part, 1, false), this.start as readonly number[], steps);
  }

  /**
   * Loads a model that `toBytes` saved, as `Sequential.fromBytes` does.
   *
   * @param bytes - content of the file
   * @param options - `dtype`: default as saved; `backend`; `classes` that the file may name besides the usual ones
   * @throws FormatError if the file is not a saved encoder-decoder
   */
  static fromBytes(bytes: Uint8Array, options: LoadOptions = {}): EncoderDecoder {
    const assemble = (encoder: readonly Layer[], build: BuildOptions, { decoder, passState, start }: LoadedParts) =>
      new EncoderDecoder({
        ...build,
        encoder,
        decoder,
        ...(start !== undefined && { start }),
        ...(passState !== undefined && { passState }),
      });
    return decodeNetwork('EncoderDecoder.fromBytes', bytes, options, assemble, true);
  }
}
