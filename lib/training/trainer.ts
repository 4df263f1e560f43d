// The trainer of a network: lays out its training steps, and runs them.

import { refuse } from '../checks.ts';
import type { Hooks } from '../engine/hooks.ts';
import { reversedMask, takeMask } from '../engine/mask.ts';
import type { Packing } from '../engine/packing.ts';
import type { PassRequest } from '../engine/passes.ts';
import { shapeOf } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { batchesOf, takeRows } from '../layers/batches.ts';
import type { Network, NetworkState } from '../layers/network.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import { penaltyOf } from '../parameters/regularize.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { BaseTrainer, type TrainingBatch } from './base-trainer.ts';
import { type ExampleOptions, type Examples, requireExamples, takeExamples } from './examples.ts';
import { firstNonFinite } from './first-non-finite.ts';
import type { FitSettings } from './fit-options.ts';
import { LossPass, type MaskedTarget, type OnLoss, weightOfTargets } from './loss-pass.ts';
import { type Memory, type MemoryOptions, memoryOf, requireMemoryOptions } from './memory.ts';
import { asCallerCounts, fromTheEnd, type LaidStep, type StepSpan } from './step-span.ts';
import { Total } from './step-totals.ts';
import { finishStep, type StepResult } from './train-step.ts';

/** A checked state of the caller, and its slots in the arena. */
interface CarriedState {
  readonly tree: StateTree<NetworkState>;
  at(places: readonly number[]): StateSlot<NetworkState>;
}

/** Trains one network. */
export class Trainer extends BaseTrainer<Examples> {
  /** Private, because a model refers to its trainer: test runners write objects as JSON. */
  readonly #network: Network;

  constructor(network: Network) {
    super();
    this.#network = network;
  }

  /** The network. */
  get network(): Network {
    return this.#network;
  }

  /** @internal The network. */
  protected get model(): Network {
    return this.#network;
  }

  /** Checks inputs, targets and a mask against the network and against each other. */
  requireExamples(where: string, x: NdArrayLike, y: NdArrayLike, given?: ExampleOptions): Examples {
    return requireExamples(where, this.network, this.requireCompiled(where).loss, x, y, given);
  }

  /** What the losses of these examples count in a mean: rows, or time steps if a mask leaves some out, or their weights. */
  weightOf(examples: Examples): number {
    const { source, mask } = examples;
    const weight = this.targetWeight(examples);
    if (weight !== undefined) return weight;
    const { T, B } = this.network.outputShape(shapeOf(source));
    const { needsWhole } = this.requireCompiled('fit').loss;
    return mask === undefined || T === undefined || needsWhole !== undefined ? B : mask.times.length;
  }

  /** The sum of the weights of targets, for a loss that has weights. */
  targetWeight(examples: Examples): number | undefined {
    return weightOfTargets(this.requireCompiled('fit').loss, this.#targetOf(examples));
  }

  #targetOf({ target, sparse, mask }: Examples): MaskedTarget {
    return { target, sparse, targetMask: this.network.readsBackwards ? reversedMask(mask) : mask };
  }

  /** Rows of examples. */
  rowsOf({ source }: Examples): number {
    return source.shape[0]!;
  }

  /** Refuses batches that a step of the fit would refuse later. */
  requireFit(where: string, { source, mask }: Examples, { batchSize, shuffle }: FitSettings): void {
    const { network, through } = this;
    const shape = shapeOf(source);
    const packing = network.pack(mask, false);
    if (packing !== undefined) network.passes.requirePackable(where, packing.T, { purpose: 'train', through }, shape);
    if (!network.stateful) return;
    network.requireEqualBatches(where, shape.B, batchSize);
    if (shuffle) refuse(where, 'shuffle', 'be false for a stateful model, whose batches continue each other', shuffle);
  }

  /** Copies some rows, with the training step on the copy. */
  batch(where: string, { source, target, sparse, mask: all }: Examples, rows: Uint32Array): TrainingBatch {
    const x = takeRows(source, rows, where, 'batchSize');
    const y = takeRows(target, rows, where, 'batchSize');
    const mask = takeMask(all, rows);
    const take = () => this.step(where, { ...this.requireExamples(where, x, y, { rows }), mask }, { rows });
    return { x, y, mask, weight: this.weightOf({ source: x, target: y, sparse, mask }), take };
  }

  /** One training step on checked data: gradients, then check, clip and update. */
  step(where: string, examples: Examples, span: StepSpan): StepResult {
    const compiled = this.requireCompiled(where);
    const { optimizer, through } = compiled;
    const { source } = examples;
    const parameters = this.network.passes.build(where, shapeOf(source), this.#request(through, span.lossFrom));
    optimizer.claim(parameters);
    const step = this.layStep(where, examples, span, through);
    parameters.zeroGradients();
    const loss = step.compute({});
    const result = finishStep(where, parameters, compiled, loss, (gradientNorm) => {
      const { states, compute, packing } = step;
      const x = this.network.inOrder(source);
      const place = firstNonFinite(parameters, x, states, compute, gradientNorm, packing);
      return asCallerCounts(this.network.readsBackwards ? fromTheEnd(place, source) : place, span);
    });
    if (!result.skipped) {
      step.storeState();
      this.network.setTrainingStep(this.network.trainingStep + 1);
    }
    return result;
  }

  /** Lays out a step over checked data. The step is deterministic: computing it again gives the same bits. */
  layStep(where: string, examples: Examples, span: StepSpan, through: ThroughTime): LaidStep {
    const { source, mask } = examples;
    const { loss } = this.requireCompiled(where);
    const packing = this.network.pack(mask, false);
    const { B, F } = shapeOf(source);
    const { state = this.network.keptState(where, B, F), lossFrom = 0 } = span;
    const traversal = this.network.passes.begin(where, shapeOf(source), this.#request(through, lossFrom), packing);
    const { until = traversal.T } = span;
    const { arena } = this.network.parameters;
    const carried = state && this.#carry(where, source, state, packing);
    const before = carried?.at(traversal.initialStates);
    const { trainingStep } = this.network;
    const beginning = { packing, trainingStep, stateGiven: carried !== undefined };
    const start = (): void => {
      traversal.start(this.network.inOrder(source), beginning);
      before?.load();
    };
    return {
      states: carried?.tree.leaves ?? [],
      packing,
      forward: (hooks) => {
        start();
        traversal.forward(hooks);
      },
      compute: (hooks: Hooks, onLoss?: OnLoss) => {
        const losses = new LossPass(where, loss, arena, traversal, this.#targetOf(examples), lossFrom);
        start();
        traversal.run({ ...hooks, ...losses.backward(onLoss) }, until);
        return losses.loss;
      },
      storeState: () => {
        carried?.at(traversal.statesAfter(until)).store();
        if (state !== undefined && span.state === undefined) this.network.keep(state);
      },
    };
  }

  /** Requests the pass of a training step, with room for the optimizer's state if it is not allocated yet. */
  #request(through: ThroughTime, lossFrom = 0): PassRequest {
    const optimizerArrays = this.compiled?.optimizer.slotsToClaim;
    const needsWhole = this.compiled?.loss.needsWhole;
    return { purpose: 'train', through, lossFrom, targets: true, optimizerArrays, needsWhole };
  }

  /** Checks a state against the rows of x. `at` returns its slot at the given offsets of the arena. */
  #carry(where: string, x: NdArrayLike, state: NetworkState, packing?: Packing): CarriedState {
    const tree = this.#treeFor(x);
    tree.readWritable(where, 'state', state);
    return { tree, at: (places) => new StateSlot(this.network.parameters.arena, tree, places, packing?.order) };
  }

  /** Throws if a state does not fit the rows of x. */
  requireState(where: string, state: NetworkState, x: NdArrayLike): void {
    this.#carry(where, x, state);
  }

  /** A zero state for the rows of x. */
  zeroState(x: NdArrayLike): NetworkState {
    return this.#treeFor(x).make();
  }

  /** A copy of a state for the rows of x. */
  copyState(where: string, x: NdArrayLike, state: NetworkState): NetworkState {
    const { tree } = this.#carry(where, x, state);
    return tree.make((array, { given }) => copyInto(array, given));
  }

  #treeFor(x: NdArrayLike): StateTree<NetworkState> {
    const { B, F } = shapeOf(x);
    return new StateTree(this.network.stateSpecs(F), B, this.network.dtype);
  }

  /** Runs the network over x from `state`, and replaces `state` by the final one. */
  advance(where: string, x: NdArrayLike, state: NetworkState): void {
    const carried = this.#carry(where, x, state);
    const traversal = this.network.begin(where, x, { purpose: 'infer', through: this.through }, { stateGiven: true });
    carried.at(traversal.initialStates).load();
    traversal.forward({});
    carried.at(traversal.statesAfter(traversal.T)).store();
  }

  /** Computes the loss on checked data, plus the penalties of regularizers; pauses after each batch. */
  *evaluation(where: string, examples: Examples, batchSize: number): Generator<void, number> {
    const { loss } = this.requireCompiled(where);
    const total = new Total(loss.reduction);
    for (const range of batchesOf(examples.source.shape[0]!, batchSize)) {
      const { needsWhole } = loss;
      const request = { purpose: 'infer', through: this.through, targets: true, needsWhole } as const;
      const part = takeExamples(examples, range);
      const packing = this.network.pack(part.mask, false);
      const traversal = this.network.begin(where, part.source, request, { packing });
      const { arena } = this.network.parameters;
      const losses = new LossPass(where, loss, arena, traversal, this.#targetOf(part), 0);
      traversal.forward(losses.forward);
      total.add(losses.loss, this.weightOf(part));
      yield;
    }
    return total.value + penaltyOf(this.network.parameters);
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
