// The trainer of an encoder-decoder: lays out training steps over pairs of a source and a target.

import { refuse } from '../checks.ts';
import type { Hooks } from '../engine/hooks.ts';
import type { Packing } from '../engine/packing.ts';
import { type SignalShape, shapeOf } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import type { RowRange } from '../layers/batches.ts';
import type { CoupledModel } from '../layers/coupled-model.ts';
import type { CoupledPass } from '../layers/coupled-pass.ts';
import type { PairRequest, PairShapes } from '../layers/coupled-passes.ts';
import type { PairInputs } from '../layers/pair-inputs.ts';
import type { Loss } from '../losses/loss.ts';
import { readOptions } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { RowData } from '../tensor/row-data.ts';
import { BaseTrainer, type TrainingBatch } from './base-trainer.ts';
import { requireXY } from './batches.ts';
import { rowRange, stepsOfRows } from './example-set.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { LossPass, type OnLoss } from './loss-pass.ts';
import {
  type CopiedPairs,
  type GivenPairSet,
  type PairExamples,
  type PairSet,
  pairNames,
  requirePairSet,
  requirePairs,
  takePairSet,
  takePairs,
  WEIGHTED_PAIR_OPTIONS,
  type WeightedPairOptions,
} from './pair-examples.ts';
import type { ScoredRows, Written } from './report.ts';
import { asCallerCounts, type LaidStep, type PartOfStep, type StepOptions, type StepSpan } from './step-span.ts';
import { weightOfTargets } from './targets.ts';
import type { StepResult } from './train-step.ts';

/** Trains one encoder-decoder. */
export class PairTrainer extends BaseTrainer<PairSet, PairExamples, CopiedPairs, GivenPairSet> {
  readonly #model: CoupledModel;

  constructor(model: CoupledModel) {
    super();
    this.#model = model;
  }

  /** @internal The encoder-decoder. */
  get model(): CoupledModel {
    return this.#model;
  }

  /** @internal */
  protected requireThrough(where: string, { truncate, checkpoint }: ThroughTime, loss: Loss): void {
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
  }

  get #loss(): Loss {
    return this.requireCompiled(`${this.#model.kind}.fit`).loss;
  }

  readGiven(where: string, given: unknown, name: string): GivenPairSet {
    const [source, target, options = {}] = requireXY(where, name, given) as readonly [
      RowData,
      RowData,
      WeightedPairOptions?,
    ];
    return [source, target, readOptions(where, options, WEIGHTED_PAIR_OPTIONS, `${name}[2]`)];
  }

  /** Checks a batch: arrays, or rows of different lengths. */
  requireBatch(where: string, given: GivenPairSet, name?: string): PairExamples {
    const set = this.requireSet(where, given, name);
    return this.take(where, set, rowRange(0, set.source.count));
  }

  requireSet(where: string, given: GivenPairSet, name?: string): PairSet {
    return requirePairSet(where, this.#model, this.requireCompiled(where).loss, given, name);
  }

  countOf({ source }: PairSet): number {
    return source.count;
  }

  /** The time steps of the targets or, if all have as many, of the sources. */
  stepsOf({ target, targetMask, source, sourceMask }: PairSet): ArrayLike<number> | undefined {
    return stepsOfRows({ x: target, mask: targetMask }) ?? stepsOfRows({ x: source, mask: sourceMask });
  }

  /** Every batch of checked pairs fits. */
  requireFit(): void {}

  take(where: string, set: PairSet, rows: ArrayLike<number>): CopiedPairs {
    return takePairSet(where, this.#model, this.#loss, set, rows);
  }

  slice(where: string, set: PairSet, { start, end }: RowRange): PairExamples {
    return this.take(where, set, rowRange(start, end));
  }

  part(pairs: PairExamples, range: RowRange): PairExamples {
    return takePairs(pairs, range);
  }

  weightOf(pairs: PairExamples): number {
    return weightOfTargets(this.#loss, this.outputOf(pairs), pairs);
  }

  outputOf({ input }: PairExamples): SignalShape {
    return this.#model.networks.decoder.outputShape(shapeOf(input));
  }

  scored({ target, sparse, targetMask: mask, weights }: PairExamples): ScoredRows {
    return { target, sparse, mask, weights };
  }

  batch(where: string, copied: CopiedPairs, rows: ArrayLike<number>, name?: string): TrainingBatch {
    const { source, given: y, weights, sourceMask, targetMask } = copied;
    const { readsIndices } = this.#model.networks.encoder;
    const take = (options: StepOptions): StepResult => {
      const given = { source, target: y, weights, masks: { sourceMask, targetMask } };
      const checked = requirePairs(where, this.#model, this.#loss, given, pairNames(name, rows));
      return this.step(where, checked, { rows }, options);
    };
    return {
      x: readsIndices ? source.pick(null, null, 0) : source,
      y,
      mask: sourceMask,
      weight: this.weightOf(copied),
      output: this.outputOf(copied),
      scored: this.scored(copied),
      take,
    };
  }

  build(where: string, pairs: PairExamples): Parameters {
    return this.#model.passes.build(where, this.#request('train', pairs));
  }

  lay(where: string, pairs: PairExamples, span: StepSpan, { firstRow, weight, out, each }: PartOfStep): LaidStep {
    const model = this.#model;
    const { loss } = this.requireCompiled(where);
    const packings = this.#packings(pairs);
    const pass = model.passes.begin(where, this.#request('train', pairs), packings);
    const { parameters, trainingStep } = model;
    const start = (): void => pass.start(pairs.source, pairs.input, { packings, trainingStep, firstRow });
    const compute = (hooks: Hooks, onLoss?: OnLoss): number => {
      const given = { target: pairs, weight, out, each };
      const losses = new LossPass(where, loss, parameters.arena, pass.decoder, given);
      start();
      pass.run({ ...hooks, ...losses.backward(onLoss) });
      return losses.loss;
    };
    const [sources, targets] = packings;
    const packingOf = (layer: string | undefined): Packing | undefined =>
      layer?.startsWith('encoder') ? sources : targets;
    return {
      states: [],
      packing: sources,
      forward: (hooks) => {
        start();
        pass.forward(hooks);
      },
      compute,
      storeState: () => undefined,
      locate: (gradientNorm) => {
        const place = firstNonFinite(parameters, pairs.source, [], compute, gradientNorm, sources, packingOf);
        return asCallerCounts(place.tensor === 'x' ? { ...place, tensor: 'source' } : place, span, firstRow);
      },
    };
  }

  #packings({ sourceMask, targetMask }: PairInputs): readonly [Packing | undefined, Packing | undefined] {
    const { encoder, decoder } = this.#model.networks;
    return [encoder.pack(sourceMask, false), decoder.pack(targetMask, false)];
  }

  /** Requests a pass over pairs. */
  #request(purpose: 'train' | 'infer', { source, input }: PairInputs): PairRequest {
    const shapes: PairShapes = [shapeOf(source), shapeOf(input)];
    const optimizer = purpose === 'train' ? this.compiled?.optimizer : undefined;
    const optimizerArrays = optimizer?.slotsToClaim(this.model);
    return { purpose, shapes, through: this.through, optimizerArrays, trains: optimizer?.trains, targets: true };
  }

  /** Begins a pass for inference over checked pairs, with room for their targets. */
  infer(where: string, pairs: PairExamples): CoupledPass {
    const packings = this.#packings(pairs);
    const pass = this.#model.passes.begin(where, this.#request('infer', pairs), packings);
    pass.start(pairs.source, pairs.input, { packings, trainingStep: 0 });
    return pass;
  }

  lossOf(where: string, pairs: PairExamples, { out, each }: Written): number {
    const { loss } = this.requireCompiled(where);
    const pass = this.infer(where, pairs);
    const losses = new LossPass(where, loss, this.#model.parameters.arena, pass.decoder, { target: pairs, out, each });
    pass.forward(losses.forward);
    return losses.loss;
  }
}
