// A recurrent layer: a cell over time.

import type { Cell, State, StateOf } from '../cells/cell.ts';
import { refuse, requireRecord } from '../checks.ts';
import { packingOf, requireMask } from '../engine/mask.ts';
import type { Packing } from '../engine/packing.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import { RecurrentPass } from '../engine/recurrent-pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import type { Arena } from '../memory/arena.ts';
import { StateSlot, type StateSpec, StateTree } from '../memory/states.ts';
import { readOptions, savedOptions } from '../options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Layer, type LayerConfig, type OutputRange, passRequest } from './layer.ts';
import {
  BACKWARD_OPTIONS,
  type BackwardOptions,
  FORWARD_OPTIONS,
  type ForwardOptions,
  type OutputAndState,
  type RecurrentGradient,
  RNN_OPTIONS,
  type RNNOptions,
  SEQUENCE_OPTIONS,
} from './recurrent-options.ts';

/**
 * A recurrent layer: runs a cell over [B, T, I], and is trained by backpropagation through time. `LSTM`, `GRU` and
 * `SimpleRNN` extend it. It is also the layer of your own cell.
 *
 * @example
 * ```ts
 * const layer = new RNN({ cell: new LSTMCell({ units: 4 }), returnSequences: true });
 * layer.forward(zeros([2, 5, 3])).shape; // [2, 5, 4]
 * ```
 */
export class RNN<C extends Cell = Cell> extends Layer<StateOf<C>> {
  readonly kind: string;
  /** @internal */
  readonly needsTime = true;
  /** The cell, which computes one time step. */
  readonly cell: C;
  /** Whether the output is that of every step. */
  readonly returnSequences: boolean;

  /**
   * @param options - `cell`, and `returnSequences`: default false
   * @param kind - class name, as in error messages and names of layers; default `'RNN'`
   * @throws ArgumentError for an unknown option, a cell that is in use, or a kind that is not a name
   */
  constructor(options: RNNOptions<C>, kind = 'RNN') {
    if (typeof kind !== 'string' || kind === '') refuse('RNN', 'kind', 'be a string that is not empty', kind);
    const { cell, returnSequences } = readOptions<RNNOptions, never>(kind, options, RNN_OPTIONS);
    super(cell.buildOptions);
    this.kind = kind;
    this.cell = cell as C;
    this.returnSequences = returnSequences;
    cell.adopt();
  }

  /** @internal Its cell, which is compared, holds the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return this.cell.parameterSpecs(inputSize);
  }

  /** @internal A cell that was stepped before the layer ran already has parameters, which the layer uses. */
  override get planningArena(): Arena {
    return this.cell.built ? this.cell.parameters.arena : super.planningArena;
  }

  /** @internal */
  protected override makeParameters(arena: Arena, inputSize: number): Parameters {
    return this.cell.built ? this.cell.build(inputSize).parameters : super.makeParameters(arena, inputSize);
  }

  /** @internal */
  override requireUnbuilt(where: string): void {
    super.requireUnbuilt(where);
    this.cell.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    if (!this.cell.built || this.cell.parameters !== parameters) this.cell.attach(parameters, inputSize);
  }

  /** @internal */
  outputShape({ T, B }: SignalShape): SignalShape {
    return { T: this.returnSequences ? T : undefined, B, F: this.cell.outputWidth };
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return this.cell.outputRange;
  }

  /** @internal */
  config(where: string): LayerConfig {
    const { kind, cell } = this;
    const around = kind === 'RNN' ? { cell: cell.kind } : {};
    return { kind, ...around, ...cell.config(where), ...savedOptions(SEQUENCE_OPTIONS, this) };
  }

  /** @internal */
  stateSpecs(_inputSize: number): readonly StateSpec[] {
    return this.cell.stateSpecs;
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new RecurrentPass(this.cell, this.returnSequences, workspace, input);
  }

  /**
   * Computes the output for a sequence, and the final state on request.
   *
   * @param x - [B, T, I]
   * @param options - `initialState`: default zeros; `returnState`: default false; `inference`: default false;
   *   `checkpoint` and `truncate`, for the backward pass: see ThroughTime
   * @returns the output, [B, T, H] with `returnSequences`, else [B, H]; with `returnState` `{ output, state }`; copies
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
  override forward(x: NdArrayLike, options: ForwardOptions & { readonly returnState: true }): OutputAndState<C>;
  override forward(x: NdArrayLike, options?: ForwardOptions & { readonly returnState?: false }): Tensor;
  override forward(x: NdArrayLike, options: ForwardOptions = {}): Tensor | OutputAndState<C> {
    const where = `${this.kind}.forward`;
    const settings = readOptions(where, options, FORWARD_OPTIONS);
    const { initialState, returnState, lengths, mask, zeroOutputForMask, ...rest } = settings;
    const request = passRequest(where, rest);
    const source = this.requireInput(where, 'x', x);
    const states = this.#states(source.shape[0]!);
    if (initialState !== undefined) states.read(where, 'initialState', initialState);
    const packing = packingOf(requireMask(where, { lengths, mask }, source.shape), !zeroOutputForMask);
    const traversal = this.begin(where, source, request, packing);
    if (initialState !== undefined) this.#slot(states, traversal.initialStates, packing).load();
    const output = this.outputOf(traversal, request, initialState && states.leaves[0]!.given);
    if (!returnState) return output;
    return { output, state: this.#slot(states, traversal.statesAfter(traversal.T), packing).copy() };
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
  override backward(dy?: NdArrayLike, options: BackwardOptions<C> = {}): RecurrentGradient<C> {
    const where = `${this.kind}.backward`;
    const { dState } = readOptions(where, options as BackwardOptions, BACKWARD_OPTIONS);
    const given = requireRecord(where, 'dState', dState, this.cell.states);
    const traversal = this.passes.current('backward');
    const source = dy === undefined ? undefined : this.requireOutputGradient(dy, traversal);
    const { B } = traversal.inputShape;
    const states = this.#states(B);
    states.read(where, 'dState', { ...this.cell.zeroState(B), ...given });
    const { packing } = traversal;
    if (packing !== undefined && Object.keys(given).length > 0 && traversal.route.windows.count > 1) {
      refuse(
        where,
        'dState',
        'not be given after a truncated pass with lengths or a mask, as rows end in different windows',
        dState,
      );
    }
    const gradient = this.#slot(states, gradientPlaces(traversal), packing);
    const dInitial = this.cell.zeroState(B); // has a part from each window that reaches it
    const hooks = {
      onFinalGradient: () => gradient.load(),
      onInitialGradient: () => addTo(dInitial, gradient.copy()),
    };
    const dx = this.inputGradient(traversal, source, hooks, dInitial[this.cell.states[0]!]);
    return { dx, dInitialState: dInitial };
  }

  #states(B: number): StateTree<StateOf<C>> {
    return new StateTree(this.cell.stateSpecs, B, this.dtype);
  }

  #slot(states: StateTree<StateOf<C>>, places: readonly number[], packing?: Packing): StateSlot<StateOf<C>> {
    return new StateSlot(this.parameters.arena, states, places, packing?.order);
  }
}

function gradientPlaces({ pass }: Traversal): number[] {
  return pass.states.map(({ gradient }) => gradient);
}

/** Adds the arrays of `b` to those of `a`. */
function addTo<S extends string>(a: State<S>, b: State<S>): void {
  for (const name of Object.keys(a) as S[]) {
    const { data } = a[name];
    for (let i = 0; i < data.length; i++) data[i]! += b[name].data[i]!;
  }
}
