// The trainer of a network: lays out its training steps, and runs them.

import { isList, refuse } from '../checks.ts';
import { reversedMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import type { PassRequest } from '../engine/passes.ts';
import { type SignalShape, shapeOf } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import type { RowRange } from '../layers/batches.ts';
import type { Network } from '../layers/network.ts';
import { readOptions } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { RowData } from '../tensor/row-data.ts';
import { BaseTrainer, type Division, type TrainingBatch } from './base-trainer.ts';
import { requireXY } from './batches.ts';
import { CarriedStates } from './carried-states.ts';
import {
  type CopiedExamples,
  type ExampleNames,
  type ExampleSet,
  type GivenExamples,
  requireExampleSet,
  rowRange,
  sliceSet,
  stepsOfRows,
  takeRows,
  WEIGHTED_OPTIONS,
  type WeightedOptions,
} from './example-set.ts';
import { type ExampleOptions, type Examples, namesOf, requireExamples, takeExamples } from './examples.ts';
import { layStep } from './lay-step.ts';
import { LossPass } from './loss-pass.ts';
import { type Memory, type MemoryOptions, memoryOf, requireMemoryOptions } from './memory.ts';
import type { ScoredRows, Written } from './report.ts';
import type { LaidStep, PartOfStep, StepOptions, StepSpan } from './step-span.ts';
import { type MaskedTarget, weightOfTargets } from './targets.ts';
import type { StepResult } from './train-step.ts';

/** Trains one network. */
export class Trainer extends BaseTrainer<ExampleSet, Examples, CopiedExamples, GivenExamples> {
  /** Private, because a model refers to its trainer: test runners write objects as JSON. */
  readonly #network: Network;
  readonly #states: CarriedStates;

  constructor(network: Network) {
    super();
    this.#network = network;
    this.#states = new CarriedStates(network, () => this.through);
  }

  /** The network. */
  get network(): Network {
    return this.#network;
  }

  /** The states that callers carry from step to step. */
  get states(): CarriedStates {
    return this.#states;
  }

  /** @internal The network. */
  get model(): Network {
    return this.#network;
  }

  /** @internal */
  protected requireThrough(): void {}

  /** Checks inputs, targets, a mask and weights against the network and against each other. */
  requireExamples(where: string, x: NdArrayLike, y: NdArrayLike, given?: ExampleOptions): Examples {
    return requireExamples(where, this.network, this.requireCompiled(where).loss, x, y, given);
  }

  readGiven(where: string, given: unknown, name: string): GivenExamples {
    const [x, y, options = {}] = requireXY(where, name, given) as readonly [RowData, RowData, WeightedOptions?];
    return [x, y, readOptions(where, options, WEIGHTED_OPTIONS, `${name}[2]`)];
  }

  /** Checks a batch: arrays, or rows of different lengths. */
  requireBatch(where: string, given: GivenExamples, name?: string): Examples {
    const [x, y, { sampleWeights, ...mask }] = given;
    const names = namesIn(name);
    const { x: xName = 'x', y: yName = 'y', prefix = '' } = names;
    const rows =
      isList(where, xName, x) || isList(where, yName, y) || isList(where, `${prefix}sampleWeights`, sampleWeights);
    if (!rows) {
      const weights = sampleWeights as NdArrayLike | undefined;
      return this.requireExamples(where, x as NdArrayLike, y as NdArrayLike, {
        ...names,
        mask,
        sampleWeights: weights,
      });
    }
    const set = this.requireSet(where, given, name);
    return this.take(where, set, rowRange(0, set.x.count));
  }

  requireSet(where: string, given: GivenExamples, name?: string): ExampleSet {
    return requireExampleSet(where, this.network, this.requireCompiled(where).loss, given, namesIn(name));
  }

  weightOf(examples: Examples): number {
    return weightOfTargets(this.requireCompiled('fit').loss, this.outputOf(examples), this.#targetOf(examples));
  }

  #targetOf({ target, sparse, weights, mask }: Examples): MaskedTarget {
    return { target, sparse, weights, targetMask: this.#ofOutputs(mask) };
  }

  /** The mask of outputs, which a network that reads backwards puts out from the last time step to the first. */
  #ofOutputs(mask: Mask | undefined): Mask | undefined {
    return this.network.readsBackwards ? reversedMask(mask) : mask;
  }

  countOf({ x }: ExampleSet): number {
    return x.count;
  }

  stepsOf(set: ExampleSet): ArrayLike<number> | undefined {
    return stepsOfRows(set);
  }

  requireFit(where: string, set: ExampleSet, { count, batchSize, shuffle, ...settings }: Division): void {
    const { network, through } = this;
    const longest = longestOf(set, network);
    const request = { purpose: 'train', through } as const;
    const shape = shapeOf(network.requireInput(where, 'x', set.x.slice(where, 0, 1)));
    if (longest !== undefined) network.passes.requirePackable(where, longest, request, shape);
    if (!network.stateful) return;
    const why = 'for a stateful model, whose batches continue each other';
    network.requireEqualBatches(where, count, batchSize);
    if (shuffle) refuse(where, 'shuffle', `be false ${why}`, shuffle);
    for (const name of ['buckets', 'microBatchSize'] as const) {
      if (settings[name] !== undefined) refuse(where, name, `not be given ${why}`, settings[name]);
    }
  }

  take(where: string, set: ExampleSet, rows: ArrayLike<number>): CopiedExamples {
    return takeRows(where, this.network, set, rows);
  }

  slice(where: string, set: ExampleSet, range: RowRange): Examples {
    return sliceSet(where, this.network, set, range);
  }

  part(examples: Examples, range: RowRange): Examples {
    return takeExamples(examples, range);
  }

  outputOf({ source }: Examples): SignalShape {
    return this.network.outputShape(shapeOf(source));
  }

  scored({ target, sparse, mask, weights }: Examples): ScoredRows {
    return { target, sparse, mask: this.#ofOutputs(mask), weights };
  }

  batch(where: string, copied: CopiedExamples, rows: ArrayLike<number>, name?: string): TrainingBatch {
    const { source: x, target: y, mask, weights: sampleWeights } = copied;
    const take = (options: StepOptions): StepResult => {
      const given = { ...namesIn(name), rows, sampleWeights, checkedMask: mask };
      return this.step(where, { ...this.requireExamples(where, x, y, given), mask }, { rows }, options);
    };
    const [weight, output] = [this.weightOf(copied), this.outputOf(copied)];
    return { x, y, mask, weight, output, scored: this.scored(copied), take };
  }

  build(where: string, { source }: Examples, { lossFrom }: StepSpan): Parameters {
    return this.network.passes.build(where, shapeOf(source), this.#request(this.through, lossFrom));
  }

  lay(where: string, examples: Examples, span: StepSpan, part: PartOfStep): LaidStep {
    return this.layStep(where, examples, span, this.through, part);
  }

  /** Lays out a step over checked data. The step is deterministic: computing it again gives the same bits. */
  layStep(where: string, examples: Examples, span: StepSpan, through: ThroughTime, part?: PartOfStep): LaidStep {
    const { loss } = this.requireCompiled(where);
    const { network, states } = this;
    const request = this.#request(through, span.lossFrom);
    return layStep(where, { network, states, loss, request }, examples, this.#targetOf(examples), span, part);
  }

  /** Requests the pass of a training step, with room for the optimizer's state if it is not allocated yet. */
  #request(through: ThroughTime, lossFrom = 0): PassRequest {
    const { optimizer } = this.compiled ?? {};
    const optimizerArrays = optimizer?.slotsToClaim(this.model);
    const trains = optimizer?.trains;
    const needsWhole = this.compiled?.loss.needsWhole;
    return { purpose: 'train', through, lossFrom, targets: true, optimizerArrays, trains, needsWhole };
  }

  lossOf(where: string, examples: Examples, { out, each }: Written): number {
    const { loss } = this.requireCompiled(where);
    const { needsWhole } = loss;
    const request = { purpose: 'infer', through: this.through, targets: true, needsWhole } as const;
    const packing = this.network.pack(examples.mask, false);
    const traversal = this.network.begin(where, examples.source, request, { packing });
    const { arena } = this.network.parameters;
    const losses = new LossPass(where, loss, arena, traversal, { target: this.#targetOf(examples), out, each });
    traversal.forward(losses.forward);
    return losses.loss;
  }

  /** Computes how many bytes a training step needs. */
  memory(where: string, options: MemoryOptions, inputSize: number): Memory {
    const shape = { ...requireMemoryOptions(where, options, this.network), F: inputSize };
    const { passes } = this.network;
    const request = this.#request(this.through);
    const route = passes.route(where, shape, request);
    return memoryOf(where, passes.usage(shape, route, request), route);
  }
}

/** How errors name data: by the arguments, or as parts of `name`. */
function namesIn(name: string | undefined): ExampleNames {
  return name === undefined ? {} : namesOf(name);
}

/** Time steps of the longest row, if rows have different numbers of them. */
function longestOf({ x, mask }: ExampleSet, network: Network): number | undefined {
  if (x.lengths !== undefined) return x.lengths.reduce((most, T) => Math.max(most, T), 1);
  return network.pack(mask, false)?.T;
}
