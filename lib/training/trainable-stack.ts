import { requireInteger, requireOptions } from '../checks.ts';
import { carriedStates } from '../engine/carried-states.ts';
import { signalOf } from '../engine/pass.ts';
import type { StackState, StreamStates } from '../engine/stream-state.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import type { Traversal } from '../engine/traversal.ts';
import { StateError } from '../errors.ts';
import { Stack, type StackPass } from '../layers/stack.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type BatchOptions, requireBatchSize, sliceRows } from './batches.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { LossPass, type Target } from './loss-pass.ts';
import { type Memory, type MemoryOptions, memoryOf } from './memory.ts';
import type { SkippedSteps } from './non-finite.ts';
import { asCallerCounts, type LaidStep, type StepSpan, type TrainStepOptions } from './step-span.ts';
import { Total } from './step-totals.ts';
import {
  type Compiled,
  type CompileOptions,
  finishStep,
  requireCompileOptions,
  type StepResult,
} from './train-step.ts';

/** What a model needs to be trained: a loss and an optimizer, steps, and what they take. `Sequential` adds data. */
export abstract class TrainableStack extends Stack {
  #compiled: Compiled | undefined;
  #fitting = false;

  /**
   * Sets how the model is trained; may be called again, but not while the model is being fitted.
   *
   * @param options - `optimizer` and `loss`; `clip`: default none; `onNonFinite`: default `'throw'`; `skipLimit`: default
   *   100; `checkpoint` and `truncate`: default neither, see ThroughTime; with `checkpoint`, `evaluate` and `predict` go in segments too
   * @throws ArgumentError, also for a loss from logits after a last layer with softmax, sigmoid, tanh or another bounded
   *   output; StateError for an optimizer of another model, and during `fit` and `fitStream`; the model stays compiled as it was
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 1 })]);
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
   * model.trainStep(zeros([4, 10, 3]), zeros([4, 1])).loss; // 0
   * ```
   */
  compile(options: CompileOptions): this {
    const where = 'Sequential.compile';
    this.#requireIdle(where);
    const compiled = requireCompileOptions(where, options);
    compiled.loss.requireLogits(where, this.outputRange);
    compiled.optimizer.serve(where, this, this.built ? this.parameters : undefined);
    const before = this.#compiled?.optimizer;
    if (before !== compiled.optimizer) before?.moveOut(where);
    this.#compiled = compiled;
    return this;
  }

  /**
   * Steps that `onNonFinite: 'skip'` has left out since `compile`.
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
    return this.#compiled?.skipped ?? { consecutive: 0, total: 0 };
  }

  /** @internal With how it is trained, the optimizer's state included. */
  protected override compared(): object {
    return { ...super.compared(), compiled: this.#compiled };
  }

  /** @internal Trains while no other fit does, and no `compile` changes how. */
  protected async fitAlone<R>(where: string, train: () => Promise<R>): Promise<R> {
    this.#requireIdle(where);
    this.#fitting = true;
    try {
      return await train();
    } finally {
      this.#fitting = false;
    }
  }

  #requireIdle(where: string): void {
    if (!this.#fitting) return;
    throw new StateError({
      where,
      expected: 'wait until the fit ends',
      received: 'a model that is being fitted',
      remedy: 'During a fit, a callback may set optimizer.learningRate, or abort the signal',
    });
  }

  /** @internal How the model is trained. */
  requireCompiled(method: string, where: string = `Sequential.${method}`): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new StateError({
      where,
      expected: 'follow compile',
      received: 'a model without optimizer and loss',
      remedy: 'Call model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }) first',
    });
  }

  /** @internal Refuses inputs and targets that do not fit the model or each other; `rows`: what an error calls the rows. */
  requirePair(
    method: string,
    xName: string,
    x: NdArrayLike,
    yName: string,
    y: NdArrayLike,
    where: string = `Sequential.${method}`,
    rows?: ArrayLike<number>,
  ): Target & { readonly source: NdArrayLike } {
    const { loss } = this.requireCompiled(method, where);
    const source = this.requireInput(method, x, xName, where);
    const [B, ...rest] = source.shape as [number, ...number[]];
    const steps = this.outputRank(source.shape.length) === 3 ? [rest[0]!] : [];
    const prediction = [B, ...steps, this.outputSize(source.shape.at(-1)!)];
    const { source: target, sparse } = loss.requireTarget(where, yName, y, prediction, rows);
    return { source, target, sparse };
  }

  /**
   * One training step, synchronously: forward, loss, backward, clip, update.
   *
   * @param x - [B, T, I], or [B, I] when no layer is recurrent
   * @param y - targets, in the output's shape or as the loss says
   * @param options - `state`: that of a stream with B rows, updated in place once the step is taken; default zeros
   * @throws StateError before `compile`; ShapeError, ArgumentError for data that do not fit; NonFiniteError for NaN or
   *   infinities unless told otherwise. Parameters, optimizer and state stay as they were
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 1 })], { inputSize: 1 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
   * const state = model.stream({ batchSize: 2 }).zeroState();
   * for (const chunk of [1, 2]) model.trainStep(randomNormal([2, 10, 1], { seed: chunk }), zeros([2, 10, 1]), { state });
   * state.lstm1.h.get(0, 0) === 0; // false: the third chunk would go on from here
   * ```
   */
  trainStep(x: NdArrayLike, y: NdArrayLike, options: TrainStepOptions = {}): StepResult {
    const where = 'Sequential.trainStep';
    const { state } = requireOptions(where, options, ['state']);
    this.requireCompiled('trainStep');
    const { source, target, sparse } = this.requirePair('trainStep', 'x', x, 'y', y);
    if (state !== undefined) this.requireState(where, state, source);
    return this.takeStep(where, source, { target, sparse }, state === undefined ? {} : { state });
  }

  /** @internal One training step on checked data. */
  takeStep(where: string, source: NdArrayLike, target: Target, span: StepSpan): StepResult {
    const compiled = this.requireCompiled('trainStep');
    const { optimizer, through } = compiled;
    const needs = { stateSlots: optimizer.slotsToClaim, lossFrom: span.lossFrom ?? 0 };
    const parameters = this.buildFor(where, signalOf(source), through, needs);
    optimizer.claim(parameters);
    const step = this.layStep(where, source, target, span, through);
    parameters.zeroGradients();
    const loss = step.compute({});
    const result = finishStep(where, parameters, compiled, loss, (gradientNorm) =>
      asCallerCounts(firstNonFinite(parameters, source, step.states, step.compute, gradientNorm), span),
    );
    if (!result.skipped) step.storeState();
    return result;
  }

  /** @internal Lays out a step over checked data. Whatever it computes may be computed again, with the same bits. */
  layStep(where: string, source: NdArrayLike, target: Target, span: StepSpan, through: ThroughTime): LaidStep {
    const { loss, optimizer } = this.requireCompiled('trainStep');
    const { state, lossFrom = 0, until = signalOf(source).T ?? 1 } = span;
    const traversal = this.begin(where, source, through, { stateSlots: optimizer.slotsToClaim, lossFrom });
    const { arena } = this.parameters;
    const [places, after] = [traversal.pass.states, traversal.statesAfter(until)];
    const carried = state && carriedStates(arena, places, after, source.shape[0]!);
    carried?.read(where, state!);
    const start = (): void => {
      traversal.start(source);
      carried?.load();
    };
    return {
      states: carried?.slots ?? [],
      forward: (work) => {
        start();
        traversal.forward(work);
      },
      compute: (work, onLoss) => {
        const losses = new LossPass(where, loss, arena, traversal, target, lossFrom);
        start();
        traversal.run({ ...work, ...losses.backward(onLoss) }, until);
        return losses.loss;
      },
      storeState: () => carried?.store(),
    };
  }

  /** @internal Refuses what is no state for the rows of x. */
  requireState(where: string, state: StackState, x: NdArrayLike): void {
    this.#statesFor(x).read(where, state);
  }

  /** @internal A state of zeros for the rows of x. */
  zeroStateFor(x: NdArrayLike): StackState {
    return this.#statesFor(x).make();
  }

  #statesFor({ shape }: NdArrayLike): StreamStates<StackState> {
    const [B, F] = [shape[0]!, shape.at(-1)!];
    const arena = this.planningArena;
    const { states } = this.plan(arena, () => 0, { T: 1, B, F, at: 0 }); // places nothing
    return carriedStates(arena, states, [], B);
  }

  /** @internal Leaves in `state` that after x. */
  advance(where: string, x: NdArrayLike, state: StackState): void {
    const traversal = this.beginForward(where, x);
    const after = traversal.statesAfter(traversal.T);
    const carried = carriedStates(this.parameters.arena, traversal.pass.states, after, x.shape[0]!);
    carried.read(where, state);
    carried.load();
    traversal.forward({});
    carried.store();
  }

  /** @internal Begins a pass that only goes forwards. Nothing is computed again then, so segments cost nothing. */
  protected beginForward(where: string, source: NdArrayLike): Traversal<StackPass> {
    const segments = this.#compiled?.through.checkpoint === undefined ? {} : { checkpoint: 'sqrt' as const };
    const traversal = this.begin(where, source, segments);
    traversal.start(source);
    return traversal;
  }

  /**
   * Loss on data, without training.
   *
   * @param x - [N, T, I], or [N, I] when no layer is recurrent
   * @param y - targets, N rows
   * @param options - `batchSize`: default 32
   * @returns the loss as compiled: the mean over all rows or, with reduction `'sum'`, the sum
   * @throws StateError before `compile`; ShapeError, ArgumentError
   */
  evaluate(x: NdArrayLike, y: NdArrayLike, options: BatchOptions = {}): number {
    const batchSize = requireBatchSize('evaluate', options);
    const { source, target, sparse } = this.requirePair('evaluate', 'x', x, 'y', y);
    const total = new Total(this.requireCompiled('evaluate').loss.reduction);
    const N = source.shape[0]!;
    for (let start = 0; start < N; start += batchSize) {
      const end = Math.min(N, start + batchSize);
      const rows = { target: sliceRows(target, start, end), sparse };
      total.add(this.#lossOf(sliceRows(source, start, end), rows), end - start);
    }
    return total.value;
  }

  #lossOf(source: NdArrayLike, target: Target): number {
    const { loss } = this.requireCompiled('evaluate');
    const where = 'Sequential.evaluate';
    const traversal = this.beginForward(where, source);
    const losses = new LossPass(where, loss, this.parameters.arena, traversal, target, 0);
    traversal.forward(losses.forward);
    return losses.loss;
  }

  /**
   * Bytes that a training step takes, by purpose, before any of them is allocated: parameters, gradients, state of the
   * optimizer, open streams, tape (with x, targets and kept states) and scratch. What is allocated then is this, rounded
   * up to whole pages of 64 KiB where memory is WebAssembly's. Also says how `checkpoint` and `truncate` divide the
   * sequence. The caller's own arrays are not part of it.
   *
   * @param options - `B` rows of `T` steps; default of T: 1, or no time where no layer is recurrent
   * @throws ArgumentError, also where bytes or steps reach 2^53 and would not be exact; StateError before the input's size is known
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 128 }), new Dense({ units: 1 })], { inputSize: 8 });
   * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: { memory: 16e6 } });
   * const { total, segment, recomputed } = model.memory({ B: 1, T: 100_000 });
   * total <= 16e6; // true, with `segment` steps on the tape and `recomputed` steps computed again
   * ```
   */
  memory(options: MemoryOptions): Memory {
    const where = 'Sequential.memory';
    const { B, T = this.minimumRank === 3 ? 1 : undefined } = requireOptions(where, options, ['B', 'T']);
    requireInteger(where, 'B', B);
    if (T !== undefined) requireInteger(where, 'T', T);
    if (this.inputSize === undefined) this.requireParameters('memory');
    const shape = { B, T, F: this.inputSize! };
    const stateSlots = this.#compiled?.optimizer.slotsToClaim ?? 0;
    const route = this.route(where, shape, this.#compiled?.through ?? {}, { stateSlots });
    return memoryOf(where, this.usage(shape, route, stateSlots), route);
  }
}
