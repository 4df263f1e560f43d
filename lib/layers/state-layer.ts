// A layer that carries states over time: initial states and their gradients go in and out of its passes.

import { refuse, requireRecord } from '../checks.ts';
import type { Packing } from '../engine/packing.ts';
import type { PassRequest } from '../engine/passes.ts';
import { zerosOf } from '../engine/sequence-buffer.ts';
import { shapeOf } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import { StateError } from '../errors.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import { readOptions } from '../options.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Layer } from './layer.ts';
import type { LayerDescription } from './layer-description.ts';
import { passRequest } from './pass-options.ts';
import {
  BACKWARD_OPTIONS,
  type BackwardOptions,
  FORWARD_OPTIONS,
  type ForwardOptions,
  type OutputAndState,
  type RecurrentGradient,
} from './recurrent-options.ts';
import { addInto, addRows, addTo, clear, firstArray, rowsOf } from './state-arithmetic.ts';

/**
 * The base class of recurrent layers, and of networks that may have some. `S` is the type of their state: arrays
 * [B, width] by name, or a record of such by layer.
 */
export abstract class StateLayer<S extends object = object> extends Layer<S> {
  /** @internal Whether the output of a step is the first state after it. */
  protected get outputsState(): boolean {
    return false;
  }

  /** @internal The first state before a sequence, if it is a parameter. */
  protected get trainedState(): Parameter | undefined {
    return undefined;
  }

  /** Whether each batch continues where the previous one ended. */
  readonly stateful: boolean = false;
  #kept: S | undefined;

  /**
   * Makes the next batch of a stateful layer, or of a network with one, begin with zeros.
   *
   * @example
   * ```ts
   * const layer = new GRU({ units: 4, stateful: true });
   * const x = randomNormal([2, 5, 3], { seed: 1 });
   * const [first, second] = [layer.forward(x), layer.forward(x)];
   * layer.resetState();
   * first.get(1, 3) === second.get(1, 3);           // false
   * first.get(1, 3) === layer.forward(x).get(1, 3); // true
   * ```
   */
  resetState(): void {
    this.#kept = undefined;
  }

  /**
   * @internal The state of the end of the previous batch, which a pass updates; undefined if nothing is stateful.
   *
   * @throws StateError if that batch had another number of rows
   */
  keptState(where: string, B: number, F: number): S | undefined {
    if (!this.stateful) return undefined;
    const kept = this.#kept ?? this.states(B, F).make();
    const { shape } = firstArray(kept);
    if (shape[0] === B) return kept;
    throw new StateError({
      where,
      expected: `have batches of ${shape[0]} rows, which a stateful layer continues`,
      received: `${B} rows`,
      remedy: 'Call resetState before batches of another size, and drop or fill up the last batch',
    });
  }

  /** @internal Begins a pass with a kept state, if there is one. */
  beginKept(where: string, source: NdArrayLike, request: PassRequest, packing?: Packing, kept?: S): Traversal {
    const traversal = this.begin(where, source, request, { packing, stateGiven: kept !== undefined });
    if (kept === undefined) return traversal;
    const { B, F } = shapeOf(source);
    const states = this.states(B, F);
    states.read(where, 'state', kept);
    this.slot(states, traversal.initialStates, packing).load();
    return traversal;
  }

  /** @internal Writes the states after a pass to a state. */
  storeState(where: string, state: S, traversal: Traversal): void {
    const { B, F } = traversal.inputShape;
    const states = this.states(B, F);
    states.readWritable(where, 'state', state);
    this.slot(states, traversal.statesAfter(traversal.T), traversal.packing).store();
  }

  /** @internal Refuses a batch size that leaves a smaller last batch of N rows, which could not continue the others. */
  requireEqualBatches(where: string, N: number, batchSize: number): void {
    if (!this.stateful || N <= batchSize || N % batchSize === 0) return;
    refuse(where, 'batchSize', `divide the ${N} rows, as the model is stateful`, batchSize);
  }

  /** @internal The state of the end of the previous batch, if one is kept. */
  get kept(): S | undefined {
    return this.#kept;
  }

  /** @internal Keeps a state for the next batch. */
  keep(kept: S): void {
    this.clearUnkept(kept);
    this.#kept = kept;
  }

  /** @internal Clears the states of what is not stateful within a kept state. */
  clearUnkept(_kept: S): void {}

  /**
   * Computes the output for a sequence, and the final state on request.
   *
   * @param x - [B, T, I]
   * @param options - `initialState`: default zeros; `returnState`: default false; others: see PassOptions
   * @returns the output, [B, T, H] with `returnSequences`, else [B, H]; with `returnState` `{ output, state }`. They are copies,
   *   except that `out`, if given, is the output
   * @throws ShapeError, ArgumentError; then nothing changes
   *
   * @example
   * ```ts
   * const encoder = new GRU({ units: 8 });
   * const { state } = encoder.forward(zeros([2, 7, 3]), { returnState: true });
   * const decoder = new GRU({ units: 8, returnSequences: true });
   * decoder.forward(zeros([2, 4, 5]), { initialState: state }).shape; // [2, 4, 8]
   * ```
   */
  override forward(x: NdArrayLike, options: ForwardOptions & { readonly returnState: true }): OutputAndState<S>;
  override forward(x: NdArrayLike, options?: ForwardOptions & { readonly returnState?: false }): Tensor;
  override forward(
    x: NdArrayLike,
    options: ForwardOptions<FloatNdArrayLike> & { readonly returnState: true },
  ): OutputAndState<S, FloatNdArrayLike>;
  override forward(
    x: NdArrayLike,
    options: ForwardOptions<FloatNdArrayLike> & { readonly returnState?: false },
  ): FloatNdArrayLike;
  override forward(
    x: NdArrayLike,
    options: ForwardOptions<FloatNdArrayLike> = {},
  ): FloatNdArrayLike | OutputAndState<S, FloatNdArrayLike> {
    const where = `${this.kind}.forward`;
    const settings = readOptions(where, options, FORWARD_OPTIONS);
    const { initialState, returnState, lengths, mask, zeroOutputForMask, trainingStep, out, ...rest } = settings;
    const request = passRequest(where, rest);
    const source = this.requireInput(where, 'x', x);
    const target = this.requireOut(where, out, source);
    const { B, F } = shapeOf(source);
    const kept = this.keptState(where, B, F);
    const initial = initialState === undefined ? kept : initialState;
    const states = initial !== undefined || returnState ? this.states(B, F) : undefined;
    if (initial !== undefined) states!.read(where, 'initialState', initial);
    const packing = this.pack(this.requireMask(where, { lengths, mask }, source), !zeroOutputForMask);
    const stateGiven = initial !== undefined;
    const traversal = this.begin(where, source, request, { packing, trainingStep, stateGiven });
    if (stateGiven) this.slot(states!, traversal.initialStates, packing).load();
    const { trainedState } = this;
    const trained = trainedState && rowsOf(trainedState.elements, B);
    const held = stateGiven && this.outputsState ? states!.leaves[0]!.given : trained;
    const written = this.outputOf(traversal, request, target, held);
    const output = out ?? written;
    if (kept !== undefined) {
      this.storeState(where, kept, traversal);
      this.keep(kept);
    }
    if (!returnState) return output;
    return { output, state: this.slot(states!, traversal.statesAfter(traversal.T), packing).copy() };
  }

  /**
   * Runs backpropagation through time over the last forward pass: adds to the gradients of the parameters, and returns
   * the gradients of the input and of the initial state. May be called again, because it only reads the tape.
   *
   * @param dy - gradient of the output, in its shape; undefined for zeros
   * @param options - `dState`: gradient of the final state, default zeros
   * @throws StateError without a forward pass, ShapeError, ArgumentError; then no gradient changes
   *
   * @example
   * ```ts
   * const layer = new LSTM({ units: 4 });
   * const y = layer.forward(zeros([2, 5, 3]));
   * const { dx, dInitialState } = layer.backward(y);
   * dx.shape;              // [2, 5, 3]
   * dInitialState.c.shape; // [2, 4]
   * ```
   */
  override backward(dy?: NdArrayLike, options: BackwardOptions<S> = {}): RecurrentGradient<S> {
    const where = `${this.kind}.backward`;
    const { dState } = readOptions(where, options as BackwardOptions, BACKWARD_OPTIONS);
    const traversal = this.passes.current('backward');
    const { B, F } = traversal.inputShape;
    const states = this.states(B, F);
    const dInitial = states.make(); // has a part from each window that reaches it
    const given = requireRecord(where, 'dState', dState, Object.keys(dInitial));
    const source = dy === undefined ? undefined : this.requireOutputGradient(dy, traversal);
    states.read(where, 'dState', { ...states.make(), ...given });
    const { packing } = traversal;
    if (packing !== undefined && Object.keys(given).length > 0 && traversal.route.windows.count > 1) {
      refuse(
        where,
        'dState',
        'not be given after a truncated pass with lengths or a mask, as rows end in different windows',
        dState,
      );
    }
    const gradient = this.slot(states, gradientPlaces(traversal), packing);
    const hooks = {
      onFinalGradient: () => gradient.load(),
      onInitialGradient: () => addTo(dInitial, gradient.copy()),
    };
    if (!this.outputsState) return { dx: this.inputGradient(traversal, source, hooks), dInitialState: dInitial };
    const dHeld = zerosOf({ T: undefined, B, F: states.leaves[0]!.width }, this.dtype, where, 'dy');
    const dx = this.inputGradient(traversal, source, hooks, dHeld);
    addInto(Object.values(dInitial)[0] as Tensor, dHeld);
    if (this.trainedState !== undefined && !traversal.stateGiven) addRows(this.trainedState.gradient, dHeld);
    return { dx, dInitialState: dInitial };
  }

  /** @internal Makes, checks and copies states of B rows. */
  states(B: number, F: number): StateTree<S> {
    return new StateTree(this.stateSpecs(F), B, this.dtype);
  }

  /** @internal States at a place in the arena. */
  slot(states: StateTree<S>, places: readonly number[], packing?: Packing): StateSlot<S> {
    return new StateSlot(this.parameters.arena, states, places, packing?.order);
  }
}

/** @internal Clears the states of a layer within a kept state, as far as they are not stateful. */
export function clearUnkept(layer: LayerDescription, state: object | undefined): void {
  if (state === undefined) return; // it has no states
  if (layer instanceof StateLayer && layer.stateful) layer.clearUnkept(state);
  else clear(state);
}

function gradientPlaces({ pass }: Traversal): number[] {
  return pass.states.map(({ gradient }) => gradient);
}
