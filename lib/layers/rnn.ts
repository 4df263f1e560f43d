import { Cell, type State, type StateLike } from '../cells/cell.ts';
import { type PackedWeights, takeForward } from '../cells/packed-weights.ts';
import type { ForwardStep } from '../cells/step.ts';
import { refuse, requireBoolean, requireInstance, requireOptions } from '../checks.ts';
import { backpropagate } from '../engine/backpropagate.ts';
import type { Pass, Signal, StateTape } from '../engine/pass.ts';
import type { Rows, StepPass, StepPlan } from '../engine/stream.ts';
import { layTape, type Tape } from '../engine/tape.ts';
import { requireThroughTime, THROUGH_TIME, type ThroughTime } from '../engine/through-time.ts';
import { unroll } from '../engine/unroll.ts';
import { visitForward } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Arena, Take } from '../memory/arena.ts';
import { optional, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import type { ParameterSpec, Parameters } from '../parameters/parameters.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type InputGradient, Layer, type LayerConfig, type OutputRange } from './layer.ts';

/** What a recurrent layer can be asked for, whatever its cell. */
export interface SequenceOptions {
  /** Whether the output is that of every step, [B, T, H], or of the last one alone, [B, H]; default false. */
  readonly returnSequences?: boolean;
}

/** Options of a layer around a cell. */
export interface RNNOptions<S extends string = string> extends SequenceOptions {
  /** What happens at one time step; it may not belong to another layer. */
  readonly cell: Cell<S>;
}

/** @internal The schema of `SequenceOptions`. */
export const SEQUENCE_OPTIONS: Schema<SequenceOptions> = {
  returnSequences: saved(optional(requireBoolean, false)),
};

const OPTIONS: Schema<RNNOptions> = {
  cell: required(requireCell),
  ...SEQUENCE_OPTIONS,
};

function requireCell(where: string, argument: string, value: unknown): Cell {
  const cell = requireInstance(where, argument, value, Cell, 'be a cell');
  if (cell.inUse) refuse(where, argument, 'be new: without parameters yet, and of no other layer', 'a cell in use');
  return cell;
}

const FORWARD = ['initialState', 'returnState', ...THROUGH_TIME];

/** Options of one forward pass. */
export interface ForwardOptions<S extends string = string> extends ThroughTime {
  /** State before the first step, arrays [B, H]; default zeros. */
  readonly initialState?: StateLike<S>;
  /** Whether to return the final state beside the output; default false. */
  readonly returnState?: boolean;
}

/** Output and final state. */
export interface OutputAndState<S extends string> {
  /** [B, T, H] with `returnSequences`, else [B, H]. */
  readonly output: Tensor;
  /** After the last step. */
  readonly state: State<S>;
}

/** Options of one backward pass. */
export interface BackwardOptions<S extends string = string> {
  /** Gradient of the final state, for any of its arrays; added to what comes through the output; default zeros. */
  readonly dState?: Partial<StateLike<S>>;
}

/** What a recurrent backward pass returns. */
export interface RecurrentGradient<S extends string> extends InputGradient {
  /** Gradient of the initial state. */
  readonly dInitialState: State<S>;
}

/** A pass of a recurrent layer. */
export interface RecurrentPass extends Pass {
  readonly tape: Tape;
}

/**
 * A recurrent layer: runs a cell over [B, T, I], trained by backpropagation through time. `LSTM`, `GRU` and `SimpleRNN`
 * are this with their cell; with a cell of your own it is your layer.
 *
 * @example
 * ```ts
 * const layer = new RNN({ cell: new LSTMCell({ units: 4 }), returnSequences: true });
 * layer.forward(zeros([2, 5, 3])).shape; // [2, 5, 4]
 * ```
 */
export class RNN<S extends string = string> extends Layer<RecurrentPass, State<S>> {
  readonly kind: string;
  /** @internal */
  readonly minimumRank = 3;
  /** What happens at one time step. */
  readonly cell: Cell<S>;
  /** Whether the output is that of every step. */
  readonly returnSequences: boolean;

  /**
   * @param options - `cell`, and `returnSequences`: default false
   * @param kind - class name, as in error messages and names of layers; default `'RNN'`
   * @throws ArgumentError for an unknown option, a cell that has its parameters already, or a kind that is no name
   */
  constructor(options: RNNOptions<S>, kind = 'RNN') {
    if (typeof kind !== 'string' || kind === '') refuse('RNN', 'kind', 'be a string that is not empty', kind);
    const { cell, returnSequences } = readOptions(kind, options as RNNOptions, OPTIONS);
    super(cell.buildOptions);
    this.kind = kind;
    this.cell = cell as Cell<S>;
    this.returnSequences = returnSequences;
    cell.adopt();
  }

  /** @internal Its cell, an own property, holds the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return this.cell.parameterSpecs(inputSize);
  }

  /** @internal A cell that was stepped by itself has its parameters already: they are the layer's, used alone. */
  protected override get planningArena(): Arena {
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
  outputRank(_inputRank: number): number {
    return this.returnSequences ? 3 : 2;
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return this.cell.outputRange;
  }

  /** @internal */
  outputSize(_inputSize: number): number {
    return this.cell.units;
  }

  /** @internal */
  config(where: string): LayerConfig {
    const { kind, cell } = this;
    const around = kind === 'RNN' ? { cell: cell.kind } : {};
    return { kind, ...around, ...cell.config(where), ...savedOptions(SEQUENCE_OPTIONS, this) };
  }

  /** @internal */
  plan({ kernels }: Arena, take: Take, input: Signal): RecurrentPass {
    const { cell, returnSequences } = this;
    const { B } = input;
    const H = cell.units;
    const tape = layTape(cell, kernels, take, { ...input, T: input.T! });
    const { states, dStates, dx, weights, weightsTransposed } = tape;
    const output = { T: returnSequences ? tape.T : undefined, B, F: H, at: states[0]! + B * H };
    const resize = (T: number): void => {
      tape.T = T;
      if (returnSequences) output.T = T;
      else output.at = states[0]! + T * B * H;
    };
    resize(tape.T);
    return {
      tape,
      output,
      dInput: dx,
      states: [{ layer: undefined, cell, at: states, size: B * H, gradients: dStates }],
      resize,
      pack: () => cell.weights.packForward(kernels, weights),
      packTransposed: () => cell.weights.packBackward(kernels, weightsTransposed),
      advance: () => unroll(cell, tape),
      forward: () => unroll(cell, tape),
      visitForward: (visit) => visitForward(cell, tape, visit),
      backward: (dy, visit) => {
        backpropagate(cell, tape, dy === undefined ? dy : { at: dy, everyStep: returnSequences }, visit);
      },
    };
  }

  /** @internal */
  planStream(takeWeights: Take, inputSize: number): StepPlan {
    const packed = takeForward(this.cell, inputSize, takeWeights);
    return (kernels, take, input) => this.#planStep(packed, kernels, take, input);
  }

  #planStep(packed: PackedWeights, kernels: Kernels, take: Take, { at: x, B }: Rows): StepPass {
    const { cell } = this;
    const H = cell.units;
    const step: ForwardStep = {
      kernels,
      B,
      gates: take(B * cell.gateWidth),
      saved: take(B * cell.savedBlocks * H),
      weights: packed.recurrent,
      previous: cell.states.map(() => take(B * H)),
      next: cell.states.map(() => take(B * H)),
    };
    return {
      output: { at: step.next[0]!, B, F: H },
      states: [{ layer: undefined, cell, previous: step.previous, next: step.next }],
      pack: () => cell.weights.packForward(kernels, packed),
      forward: () => {
        cell.weights.inputForward(kernels, step.gates, x, packed, B);
        cell.forwardStep(step);
      },
    };
  }

  /**
   * Output for a sequence, and the final state when asked for.
   *
   * @param x - [B, T, I]
   * @param options - `initialState`: default zeros; `returnState`: default false; `checkpoint` and `truncate`, for the way
   *   back: see ThroughTime
   * @returns the output, [B, T, H] with `returnSequences`, else [B, H]; with `returnState` `{ output, state }`; copies
   * @throws ShapeError, ArgumentError; nothing changes
   *
   * @example
   * ```ts
   * const encoder = new GRU({ units: 8 });
   * const { state } = encoder.forward(zeros([2, 7, 3]), { returnState: true });
   * const decoder = new GRU({ units: 8, returnSequences: true });
   * decoder.forward(zeros([2, 4, 5]), { initialState: state }).shape; // [2, 4, 8]
   * ```
   */
  override forward(x: NdArrayLike, options: ForwardOptions<S> & { readonly returnState: true }): OutputAndState<S>;
  override forward(x: NdArrayLike, options?: ForwardOptions<S> & { readonly returnState?: false }): Tensor;
  override forward(x: NdArrayLike, options: ForwardOptions<S> = {}): Tensor | OutputAndState<S> {
    const where = `${this.kind}.forward`;
    const { initialState, returnState = false, ...rest } = requireOptions(where, options, FORWARD);
    requireBoolean(where, 'returnState', returnState);
    const through = requireThroughTime(where, rest);
    const source = this.requireInput('forward', x);
    const B = source.shape[0]!;
    const initial =
      initialState === undefined ? undefined : this.cell.requireState(where, 'initialState', initialState, B);
    const traversal = this.begin(where, source, through);
    this.start(traversal, source);
    const [{ at, size }] = traversal.pass.states as [StateTape];
    if (initial !== undefined) this.#set(size, at, initial);
    const output = this.finish(traversal);
    return returnState ? { output, state: this.#get(size, traversal.statesAfter(traversal.T)[0]!) } : output;
  }

  /**
   * Backpropagation through time over the last forward pass: adds the parameters' gradients, and returns those of the
   * input and of the initial state. May be called again: the tape is only read.
   *
   * @param dy - gradient of the output, in its shape; undefined for zeros
   * @param options - `dState`: gradient of the final state, default zeros
   * @throws StateError without a forward pass, ShapeError, ArgumentError; no gradient changes
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
    const { dState = {} } = requireOptions(where, options, ['dState']);
    requireOptions(where, dState, this.cell.states, 'dState');
    const traversal = this.current('backward');
    const [{ gradients, size }] = traversal.pass.states as [StateTape];
    const source = dy === undefined ? undefined : this.requireOutputGradient(dy, traversal);
    const B = size / this.cell.units;
    const dFinal = this.cell.requireState(where, 'dState', { ...this.cell.zeroState(B), ...dState }, B);
    const dInitial: State<S>[] = []; // of each window that reaches it
    const dx = this.goBack(traversal, source, {
      onFinalGradient: () => this.#set(size, gradients, dFinal),
      onInitialGradient: () => dInitial.push(this.#get(size, gradients)),
    });
    return { dx, dInitialState: dInitial.length === 0 ? this.cell.zeroState(B) : dInitial.reduce(summed) };
  }

  #at(size: number, at: number): Tensor {
    const H = this.cell.units;
    return new Tensor(this.parameters.arena, [size / H, H], [H, 1], at);
  }

  #set(size: number, at: readonly number[], state: StateLike<S>): void {
    this.cell.states.forEach((name, k) => {
      copyInto(this.#at(size, at[k]!), state[name]);
    });
  }

  #get(size: number, at: readonly number[]): State<S> {
    const copies = this.cell.states.map((name, k) => [name, this.#at(size, at[k]!).copy()]);
    return Object.fromEntries(copies) as unknown as State<S>;
  }
}

/** Adds the arrays of `b` to those of `a`. */
function summed<S extends string>(a: State<S>, b: State<S>): State<S> {
  for (const name of Object.keys(a) as S[]) {
    const { data } = a[name];
    for (let i = 0; i < data.length; i++) data[i]! += b[name].data[i]!;
  }
  return a;
}
