// Streaming: a pass of one time step, run as input arrives.

import { refuse, refuseUnreadable } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { KeptMatrix, MatrixSnapshot, requireMatrix } from '../memory/matrix.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import { integer, optional, type Schema } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { unstack } from '../tensor/stack.ts';
import { Tensor } from '../tensor/tensor.ts';
import { requireStepIndices } from './indices.ts';
import { readCounts } from './mask.ts';
import type { Mask } from './packing.ts';
import type { Draw, Pass, Run } from './pass.ts';
import { asColumn, type Signal } from './signal.ts';

/** A stream draws no masks. */
const NO_DRAW: Draw = { trainingStep: 0, order: undefined };

/** Options of a stream. */
export interface StreamOptions {
  /** Rows of each step, at least 1; default 1. */
  readonly batchSize?: number;
}

/** @internal The schema of `StreamOptions`. */
export const STREAM_OPTIONS: Schema<StreamOptions> = { batchSize: optional(integer(), 1) };

/** What may find out by itself which time steps count. */
export interface MaskOwner {
  readonly masks: boolean;
  /** Number of indices; 0 for features. */
  readonly indexCount: number;
  maskOf(source: NdArrayLike): Mask | undefined;
}

/**
 * A layer or model that runs one time step at a time, as input arrives; `layer.stream()` opens one. The caller holds
 * the state, so one stream serves any number of sequences. T steps give the bits of `forward` over T time steps.
 *
 * A step allocates nothing. It uses the parameters as they are after a step of an optimizer or `parameter.assign`;
 * values that are written through live views take effect with the next call of `stream()`.
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 4, inputSize: 3 });
 * const stream = layer.stream({ batchSize: 2 });
 * const state = stream.zeroState(); // { h, c }, [2, 4] each
 * for (const xt of unstack(randomNormal([2, 5, 3], { seed: 1 }), 1)) stream.step(xt, state);
 * ```
 */
export class Stream<S = unknown> extends Inspectable {
  /** Rows of each step. */
  readonly batchSize: number;
  /** Features of the input. */
  readonly inputSize: number;
  /** Features of the output. */
  readonly outputSize: number;
  readonly #owner: MaskOwner;
  readonly #parameters: Parameters;
  readonly #arena: Arena;
  readonly #input: KeptMatrix;
  readonly #x: MatrixSnapshot;
  readonly #pass: Pass;
  readonly #tree: StateTree<S>;
  readonly #before: StateSlot<S>;
  readonly #after: StateSlot<S>;
  readonly #output: Tensor;
  /** The same elements. */
  readonly #result: KeptMatrix;
  /** Every step is this run. */
  readonly #run: Run;
  /** Of a step with a mask: whether it counts for each row. */
  #counts: Uint8Array | undefined;
  /** Version of the parameters that are packed. */
  #packed = -1;

  /** @internal A stream over a pass of `owner`, in memory that the arena keeps. */
  constructor(owner: MaskOwner, parameters: Parameters, { at, B, F }: Signal, pass: Pass) {
    super();
    const { arena } = parameters;
    const { states, output } = pass;
    this.#owner = owner;
    this.#parameters = parameters;
    this.#run = { steps: 1, from: 0, rows: { B, starts: undefined }, output: true, draw: NO_DRAW, visit: undefined };
    this.batchSize = B;
    this.inputSize = F;
    this.outputSize = output.F;
    this.#arena = arena;
    this.#input = new KeptMatrix(arena, at, B, F);
    this.#x = new MatrixSnapshot(B, F);
    this.#pass = pass;
    this.#tree = new StateTree(states, B, arena.dtype);
    this.#before = new StateSlot(
      arena,
      this.#tree,
      states.map((state) => state.at),
    );
    this.#after = new StateSlot(
      arena,
      this.#tree,
      states.map((state) => state.at + state.size),
    );
    this.#output = new Tensor(arena, [B, output.F], [output.F, 1], output.at);
    this.#result = new KeptMatrix(arena, output.at, B, output.F);
  }

  /** Shapes of a step and of its states. */
  override toString(): string {
    const { batchSize: B, inputSize: I } = this;
    const states = this.#tree.leaves.map(({ name, width }) => `, ${name} [${B}, ${width}]`);
    return `Stream [${B}, ${I}] → [${this.#output.shape.join(', ')}]${states.join('')}`;
  }

  /** @internal The output of a step depends only on these, its x and its state. */
  protected override compared(): object {
    return { parameters: this.#parameters };
  }

  /**
   * Creates a state of zeros: for a recurrent layer `{ h }` or `{ h, c }`, arrays [B, H]; for a model one such state
   * for each recurrent layer, by the layer's name.
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })], { inputSize: 3 });
   * model.stream().zeroState().gru1.h.shape; // [1, 4]
   * ```
   */
  zeroState(): S {
    return this.#tree.make();
  }

  /**
   * Creates the state that a sequence begins with: zeros, or the trained initial state of layers with
   * `trainInitialState`.
   *
   * @example
   * ```ts
   * const stream = new GRU({ units: 4, inputSize: 3, trainInitialState: true }).stream();
   * stream.initialState().h.shape; // [1, 4]
   * ```
   */
  initialState(): S {
    let k = 0;
    return this.#tree.make((array) => {
      const { initial } = this.#pass.states[k++]!;
      if (initial !== undefined) for (const row of unstack(array, 0)) copyInto(row, initial.elements);
    });
  }

  /**
   * Computes one time step, and updates `state` in place.
   *
   * @param x - [B, I]; for a model that begins with `Embedding` indices, [B]
   * @param state - as `zeroState` makes them; the final state of a layer's `forward` fits too
   * @param mask - whether the step counts for each row, B booleans or 0 and 1; default: for all. The others keep their
   *   state, whatever x holds, and their outputs are zeros. A model that begins with `Masking` finds the mask in x
   * @returns the output [B, F]: a view that is valid until the next step of the same layer and batch size; `copy()` it
   *   to keep it
   * @throws ShapeError, ArgumentError; state and model do not change
   *
   * @example
   * ```ts
   * const layer = new GRU({ units: 4, inputSize: 3 }).build();
   * const { state } = layer.forward(randomNormal([1, 9, 3], { seed: 1 }), { returnState: true });
   * const stream = layer.stream();
   * stream.step(zeros([1, 3]), state).get(0, 2) === state.h.get(0, 2); // true
   * ```
   */
  step(x: NdArrayLike, state: S, mask?: ArrayLike<boolean | number>): Tensor {
    const source = this.#requireInput(x);
    this.#tree.readWritable('Stream.step', 'state', state);
    const counts = this.#countsOf(source, mask);
    this.#input.copyFrom(source);
    if (counts !== undefined) this.#input.clear(counts);
    this.#before.load();
    if (this.#packed !== this.#arena.version) {
      this.#pass.pack();
      this.#packed = this.#arena.version;
    }
    this.#pass.forward(this.#run);
    this.#after.store(counts);
    if (counts !== undefined) this.#result.clear(counts);
    return this.#output;
  }

  /** Which rows the step counts for; undefined for all. */
  #countsOf(x: NdArrayLike, mask: ArrayLike<boolean | number> | undefined): Uint8Array | undefined {
    if (mask === undefined && !this.#owner.masks) return undefined;
    this.#counts ??= new Uint8Array(this.batchSize);
    const counts = this.#counts;
    if (!this.#owner.masks) {
      try {
        readCounts('Stream.step', 'mask', mask!, counts);
      } catch (error) {
        refuseUnreadable('Stream.step', 'mask', error);
      }
      return counts;
    }
    if (mask !== undefined)
      refuse('Stream.step', 'mask', 'not be given to a model that begins with Masking or maskZero', mask);
    const { data, offset, stride } = x;
    const shape = [this.batchSize, 1, this.inputSize];
    const { offsets } = this.#owner.maskOf({ data, shape, stride: [stride[0]!, 0, stride[1]!], offset })!;
    for (let row = 0; row < counts.length; row++) counts[row] = offsets[row + 1]! - offsets[row]!;
    return counts;
  }

  #requireInput(x: NdArrayLike): NdArrayLike {
    const { indexCount } = this.#owner;
    try {
      if (this.#x.read(x)) return indexCount === 0 ? this.#x : requireStepIndices('Stream.step', this.#x, indexCount);
    } catch (error) {
      refuseUnreadable('Stream.step', 'x', error); // without a closure: a step allocates nothing
    }
    const given = requireNdArray('Stream.step', 'x', x);
    const matrix = indexCount > 0 && given.shape.length === 1 ? asColumn(given) : given;
    const source = requireMatrix('Stream.step', 'x', matrix, this.batchSize, this.inputSize);
    return indexCount === 0 ? source : requireStepIndices('Stream.step', source, indexCount);
  }

  /**
   * Copies a state, to continue from the same point more than once.
   *
   * @param state - of this stream
   * @throws ShapeError, ArgumentError
   *
   * @example
   * ```ts
   * const stream = new GRU({ units: 4, inputSize: 3 }).stream();
   * const state = stream.zeroState();
   * const before = stream.copyState(state);
   * stream.step(randomNormal([1, 3], { seed: 1 }), state);
   * before.h.get(0, 0); // 0
   * ```
   */
  copyState(state: S): S {
    this.#tree.readWritable('Stream.copyState', 'state', state);
    return this.#tree.make((array, { given }) => copyInto(array, given));
  }

  /** @internal Names and shapes of the states, and those of the caller that were read last. */
  get tree(): StateTree<S> {
    return this.#tree;
  }
}
