// The trainer of an encoder-decoder: lays out training steps over pairs of a source and a target, and runs them.

import { refuse } from '../checks.ts';
import type { Hooks } from '../engine/hooks.ts';
import { takeMask } from '../engine/mask.ts';
import type { Packing } from '../engine/packing.ts';
import { shapeOf } from '../engine/signal.ts';
import { batchesOf, takeRows } from '../layers/batches.ts';
import type { CoupledModel } from '../layers/coupled-model.ts';
import type { CoupledPass } from '../layers/coupled-pass.ts';
import type { PairRequest, PairShapes } from '../layers/coupled-passes.ts';
import type { GivenPairs, PairInputs, PairNames } from '../layers/pair-inputs.ts';
import { penaltyOf } from '../parameters/regularize.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { BaseTrainer, type TrainingBatch } from './base-trainer.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { LossPass, type MaskedTarget, type OnLoss, weightOfTargets } from './loss-pass.ts';
import { type PairExamples, requirePairs, takePairs } from './pair-examples.ts';
import { asCallerCounts } from './step-span.ts';
import { Total } from './step-totals.ts';
import { type CompileOptions, finishStep, type StepResult } from './train-step.ts';

/** Trains one encoder-decoder. */
export class PairTrainer extends BaseTrainer<PairExamples> {
  readonly #model: CoupledModel;

  constructor(model: CoupledModel) {
    super();
    this.#model = model;
  }

  /** @internal The encoder-decoder. */
  protected get model(): CoupledModel {
    return this.#model;
  }

  /** Sets how the model is trained. If it throws, nothing changes. */
  override compile(where: string, options: CompileOptions): void {
    super.compile(where, options, ({ truncate, checkpoint }, loss) => {
      if (loss.needsWhole !== undefined) {
        refuse(where, 'loss', 'be a loss of each time step for an encoder-decoder', loss.kind);
      }
      if (truncate !== undefined) {
        refuse(where, 'truncate', 'not be given, as gradients reach the source through the whole target', truncate);
      }
      if (typeof checkpoint === 'object') {
        const remedy = "Use checkpoint: 'sqrt', or the time steps of a segment";
        refuse(where, 'checkpoint', 'be no memory budget for an encoder-decoder', checkpoint, remedy);
      }
    });
  }

  /** Checks sources and targets. */
  requireExamples(
    where: string,
    source: NdArrayLike,
    target: NdArrayLike,
    masks: GivenPairs['masks'],
    names?: PairNames,
  ): PairExamples {
    const { networks, start } = this.#model;
    const { loss } = this.requireCompiled(where);
    return requirePairs(where, networks, start, loss, { source, target, masks }, names);
  }

  /** What the losses of these pairs count in a mean. */
  #weightOf(pairs: MaskedTarget, rows: number): number {
    const weight = weightOfTargets(this.requireCompiled('fit').loss, pairs);
    return weight ?? (pairs.targetMask === undefined ? rows : pairs.targetMask.times.length);
  }

  /** Number of pairs. */
  rowsOf({ source }: PairExamples): number {
    return source.shape[0]!;
  }

  /** Every batch of checked pairs fits. */
  requireFit(): void {}

  /** Copies some rows, with the training step on the copy. */
  batch(where: string, pairs: PairExamples, rows: Uint32Array): TrainingBatch {
    const { networks } = this.#model;
    const source = takeRows(pairs.source, rows, where, 'batchSize');
    const y = takeRows(pairs.given, rows, where, 'batchSize');
    const x = networks.encoder.readsIndices ? source.pick(null, null, 0) : source;
    const mask = takeMask(pairs.sourceMask, rows);
    const targetMask = takeMask(pairs.targetMask, rows);
    const weight = this.#weightOf({ target: y, sparse: pairs.sparse, targetMask }, rows.length);
    const take = (): StepResult => {
      return this.step(where, this.requireExamples(where, x, y, { sourceMask: mask, targetMask }, { rows }), rows);
    };
    return { x, y, mask, weight, take };
  }

  /** One training step on checked pairs: gradients, then check, clip and update. `rows`: the caller's, for errors. */
  step(where: string, pairs: PairExamples, rows?: ArrayLike<number>): StepResult {
    const model = this.#model;
    const compiled = this.requireCompiled(where);
    const request = this.#request('train', pairs);
    const parameters = model.passes.build(where, request);
    compiled.optimizer.claim(parameters);
    const packings = this.#packings(pairs);
    const pass = model.passes.begin(where, this.#request('train', pairs), packings);
    const compute = (hooks: Hooks, onLoss?: OnLoss): number => {
      const losses = new LossPass(where, compiled.loss, parameters.arena, pass.decoder, pairs, 0);
      pass.start(pairs.source, pairs.input, { packings, trainingStep: model.trainingStep });
      pass.run({ ...hooks, ...losses.backward(onLoss) });
      return losses.loss;
    };
    parameters.zeroGradients();
    const loss = compute({});
    const result = finishStep(where, parameters, compiled, loss, (gradientNorm) => {
      const [sources, targets] = packings;
      const packingOf = (layer: string | undefined): Packing | undefined =>
        layer?.startsWith('encoder') ? sources : targets;
      const place = firstNonFinite(parameters, pairs.source, [], compute, gradientNorm, sources, packingOf);
      return asCallerCounts(place.tensor === 'x' ? { ...place, tensor: 'source' } : place, { ...(rows && { rows }) });
    });
    if (!result.skipped) model.setTrainingStep(model.trainingStep + 1);
    return result;
  }

  #packings({ sourceMask, targetMask }: PairInputs): readonly [Packing | undefined, Packing | undefined] {
    const { encoder, decoder } = this.#model.networks;
    return [encoder.pack(sourceMask, false), decoder.pack(targetMask, false)];
  }

  /** Requests a pass over pairs. */
  #request(purpose: 'train' | 'infer', { source, input }: PairInputs): PairRequest {
    const shapes: PairShapes = [shapeOf(source), shapeOf(input)];
    const optimizerArrays = purpose === 'train' ? this.compiled?.optimizer.slotsToClaim : undefined;
    return { purpose, shapes, through: this.through, optimizerArrays, targets: true };
  }

  /** Begins a pass for inference over checked pairs, with room for their targets. */
  infer(where: string, pairs: PairExamples): CoupledPass {
    const packings = this.#packings(pairs);
    const pass = this.#model.passes.begin(where, this.#request('infer', pairs), packings);
    pass.start(pairs.source, pairs.input, { packings, trainingStep: 0 });
    return pass;
  }

  /** Computes the loss on checked pairs, plus the penalties of regularizers; pauses after each batch. */
  *evaluation(where: string, pairs: PairExamples, batchSize: number): Generator<void, number> {
    const { loss } = this.requireCompiled(where);
    const total = new Total(loss.reduction);
    for (const range of batchesOf(this.rowsOf(pairs), batchSize)) {
      const part = takePairs(pairs, range);
      const pass = this.infer(where, part);
      const losses = new LossPass(where, loss, this.#model.parameters.arena, pass.decoder, part, 0);
      pass.forward(losses.forward);
      total.add(losses.loss, this.#weightOf(part, range.end - range.start));
      yield;
    }
    return total.value + penaltyOf(this.#model.parameters);
  }
}
