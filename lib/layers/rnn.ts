// A recurrent layer: a cell over time.

import type { Cell, StateOf } from '../cells/cell.ts';
import { refuse } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { MaskScope } from '../engine/random-masks.ts';
import { RecurrentPass } from '../engine/recurrent-pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { Arena } from '../memory/arena.ts';
import type { StateSpec } from '../memory/states.ts';
import { readOptions, savedOptions } from '../options.ts';
import type { Parameter, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { LayerConfig } from './layer.ts';
import type { OutputRange } from './layer-description.ts';
import { requireZoneout, withInputDropout } from './noise-options.ts';
import { RNN_OPTIONS, type RNNOptions, SEQUENCE_OPTIONS } from './recurrent-options.ts';
import { StateLayer } from './state-layer.ts';

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
export class RNN<C extends Cell = Cell> extends StateLayer<StateOf<C>> {
  readonly kind: string;
  /** @internal */
  readonly needsTime = true;
  /** The cell, which computes one time step. */
  readonly cell: C;
  /** Whether the output is that of every step. */
  readonly returnSequences: boolean;
  /** Whether it reads sequences from the last time step to the first. */
  readonly goBackwards: boolean;
  /** Whether the initial state is a parameter. */
  readonly trainInitialState: boolean;
  override readonly stateful: boolean;
  /** @internal */
  override readonly trainsInitialState: boolean;
  /** Probability with which training drops an element of the input. */
  readonly dropout: number;
  /** Probability with which training drops an element of the h' that the recurrent weights multiply. */
  readonly recurrentDropout: number;
  /** Whether a row has one mask of each kind for the whole sequence, or one for each time step. */
  readonly dropoutPer: MaskScope;
  /** Probability with which training keeps an element of a state, for all states or by state. */
  readonly zoneout: number | Readonly<Record<string, number>>;
  /** @internal */
  override readonly readsBackwards: boolean;
  /** @internal */
  override readonly random: boolean;
  readonly #zoneout: Readonly<Record<string, number>>;
  /** The initial state, in the order of `cell.states`, once the parameters exist. */
  #initialState: readonly Parameter[] | undefined;

  /**
   * @param options - `cell`; `returnSequences`, `goBackwards`, `trainInitialState`: default false; `dropout` and others:
   *   see NoiseOptions
   * @param kind - class name, as in error messages and names of layers; default `'RNN'`
   * @throws ArgumentError for an unknown option, a cell that is in use, or a kind that is not a name
   */
  constructor(options: RNNOptions<C>, kind = 'RNN') {
    if (typeof kind !== 'string' || kind === '') refuse('RNN', 'kind', 'be a string that is not empty', kind);
    const { cell, ...sequence } = readOptions<RNNOptions, never>(kind, options, RNN_OPTIONS);
    const { dropout, recurrentDropout, zoneout } = sequence;
    if (sequence.stateful && sequence.trainInitialState) {
      refuse(kind, 'stateful', 'not be given together with trainInitialState', true);
    }
    super(cell.buildOptions);
    this.kind = kind;
    this.cell = cell as C;
    this.returnSequences = sequence.returnSequences;
    this.goBackwards = sequence.goBackwards;
    this.trainInitialState = sequence.trainInitialState;
    this.stateful = sequence.stateful;
    this.trainsInitialState = sequence.trainInitialState;
    this.readsBackwards = sequence.goBackwards;
    this.dropout = dropout;
    this.recurrentDropout = recurrentDropout;
    this.dropoutPer = sequence.dropoutPer;
    this.#zoneout = requireZoneout(kind, zoneout, cell.states);
    this.zoneout = typeof zoneout === 'number' ? zoneout : this.#zoneout;
    this.random = [dropout, recurrentDropout, ...Object.values(this.#zoneout)].some((rate) => rate > 0);
    cell.adopt();
  }

  /** @internal Its cell, which is compared, holds the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const specs = this.cell.parameterSpecs(inputSize);
    return this.trainInitialState ? [...specs, ...this.#initialSpecs] : specs;
  }

  get #initialSpecs(): readonly ParameterSpec[] {
    return this.cell.stateSpecs.map(({ path, width }) => ({ name: initialName(path[0]!), shape: [width] }));
  }

  /** @internal A cell that was stepped before the layer ran already has parameters, which the layer uses. */
  override get planningArena(): Arena {
    return this.cell.built ? this.cell.parameters.arena : super.planningArena;
  }

  /** @internal */
  protected override makeParameters(arena: Arena, inputSize: number): Parameters {
    if (!this.cell.built) return super.makeParameters(arena, inputSize);
    if (this.trainInitialState) this.cell.requireUnbuilt(`${this.kind}.build`); // the cell alone has no initial state
    return this.cell.build(inputSize).parameters;
  }

  /** @internal */
  override requireUnbuilt(where: string): void {
    super.requireUnbuilt(where);
    this.cell.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    if (!this.cell.built || this.cell.parameters !== parameters) this.cell.attach(parameters, inputSize);
    if (this.trainInitialState) this.#initialState = this.#initialSpecs.map(({ name }) => parameters.get(name));
  }

  /** @internal */
  outputShape({ T, B }: SignalShape): SignalShape {
    return { T: this.returnSequences ? T : undefined, B, F: this.cell.outputWidth };
  }

  /** @internal */
  override get undividedCell(): string | undefined {
    return this.cell.dividesRows ? undefined : this.cell.kind;
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
  override stateSpecs(_inputSize: number): readonly StateSpec[] {
    return this.cell.stateSpecs;
  }

  /** @internal */
  protected override get trainedState(): Parameter | undefined {
    return this.#initialState?.[0];
  }

  /** @internal The output of a step is the first state after it. */
  protected override get outputsState(): boolean {
    return true;
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    const { cell, returnSequences, recurrentDropout, dropoutPer: scope } = this;
    const noise = { recurrentDropout, scope, zoneout: this.#zoneout };
    return withInputDropout(
      this,
      workspace,
      input,
      (x) => new RecurrentPass(cell, returnSequences, workspace, x, this.#initialState, noise),
    );
  }
}

/** `initialH` for the state `h`. */
function initialName(state: string): string {
  return `initial${state[0]!.toUpperCase()}${state.slice(1)}`;
}
