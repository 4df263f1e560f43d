// Base class of cells: one time step of a recurrent network, with its parameters.

import { refuse, requireInteger, requireOneOf } from '../checks.ts';
import { StateTree } from '../memory/states.ts';
import { readOptions, type Settings } from '../options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions } from './cell-options.ts';
import { CellDescription } from './description.ts';
import { type Gate, gateViews } from './gate.ts';
import { initializerOf, requireGateNames } from './gate-initializers.ts';
import { type CellWeights, cellWeights } from './packed-weights.ts';
import { StepRunner } from './run-step.ts';
import type { BackwardStep, ForwardStep, InputBackward, InputForward, Segment } from './step.ts';

/** The states of a cell by name, each an array [B, width]; the width is H unless the cell says otherwise. */
export type State<S extends string = string> = Readonly<Record<S, Tensor>>;
/** The states of a cell class: `StateOf<LSTMCell>` is `{ h, c }`. */
export type StateOf<C extends Cell> = State<C['states'][number]>;
/** Arguments accepted as states: any arrays [B, width]. */
export type StateLike<S extends string = string> = Readonly<Record<S, NdArrayLike>>;

/**
 * One time step of a recurrent network: its parameters, its forward step and its backward step. The engine handles
 * time: a cell that extends this class gets layers, backpropagation through time and gradient checks without more code.
 *
 * All gates share one matrix: `recurrentKernel` [H, G·H] on h' lies directly above `kernel` [I, G·H] on x. The blocks
 * of the gates are in the order of `gates`, so one matrix product computes all gates.
 *
 * @example
 * ```ts
 * // A SimpleRNN without activation, h = W[h', x] + b; `gates` holds W_x x + b when a step begins.
 * class LinearCell extends Cell<'h'> {
 *   readonly kind = 'LinearCell';
 *   readonly gates = ['hidden'] as const;
 *   readonly states = ['h'] as const;
 *   constructor(options: CellOptions) {
 *     super('LinearCell', options);
 *   }
 *   forwardStep({ kernels, B, H, gates, weights, previous, next }: ForwardStep<'h'>) {
 *     kernels.matmul(gates, H, previous.h, H, weights.gates, B, H, H, true);
 *     kernels.repeatRow(next.h, gates, 1, B * H);
 *   }
 *   backwardStep({ kernels, B, H, dGates, weights, dStates }: BackwardStep<'h'>) {
 *     kernels.repeatRow(dGates, dStates.h, 1, B * H);
 *     kernels.matmul(dStates.h, H, dGates, H, weights.gates, B, H, H, false);
 *   }
 * }
 * const layer = new RNN({ cell: new LinearCell({ units: 4, dtype: 'float64' }) });
 * gradcheck(layer, { x: randomNormal([2, 5, 3], { dtype: 'float64' }) }).passed; // true
 * ```
 */
export abstract class Cell<S extends string = string> extends CellDescription<S> {
  /** Whether the gates have a bias. */
  readonly useBias: boolean;
  readonly #initializers: Pick<Settings<CellOptions>, `${'kernel' | 'recurrent' | 'bias'}Initializer`>;
  /** Name of the class that was constructed, for errors. */
  readonly #where: string;
  #weights: CellWeights | undefined;
  #stepRunner: StepRunner<State<S>> | undefined;

  /**
   * @param where - name of the class, for errors
   * @param options - as given by the user, without those of the subclass
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(where: string, options: CellOptions) {
    const { units, useBias, kernelInitializer, recurrentInitializer, biasInitializer, ...build } = readOptions(
      where,
      options,
      CELL_OPTIONS,
    );
    super(units, build);
    this.useBias = useBias;
    this.#where = where;
    this.#initializers = { kernelInitializer, recurrentInitializer, biasInitializer };
  }

  /** Class name, units, and the number of parameters if the input size is known. */
  override toString(): string {
    return `${this.kind}, ${this.units} units${this.sizeInWords}`;
  }

  /**
   * The options to save, from which the constructor makes an equal cell. A cell of your own can be saved if it defines
   * this method and a static `kind`; `fromBytes` takes its class as an option.
   *
   * @param where - public function, as in error messages
   * @throws ArgumentError unless a subclass defines it
   *
   * @example
   * ```ts
   * class OwnCell extends SimpleRNNCell {
   *   static readonly kind: string = 'OwnCell';
   *   override readonly kind = OwnCell.kind;
   *   override config() {
   *     return { units: this.units, useBias: this.useBias };
   *   }
   * }
   * new OwnCell({ units: 4 }).config().units; // 4
   * ```
   */
  config(where: string): CellConfig {
    return refuse(where, 'layers', 'be around cells whose class defines config, to be saved', this);
  }

  /** Computes one step for B rows. `gates` holds W_x x + b on entry. Writes gates, saved and the next states. */
  abstract forwardStep(step: ForwardStep<S, string>): void;

  /**
   * Computes one backward step. `dStates` holds ∂L/∂(next states) on entry, ∂L/∂(previous states) on return. Writes
   * dGates and dSaved.
   */
  abstract backwardStep(step: BackwardStep<S, string>): void;

  /** @internal The initializer of the bias of all gates, from the user's or the default; that of a gate replaces it. */
  protected biasStart(initializer: Initializer): Initializer {
    return initializer;
  }

  /** Writes the pre-activations from the input, for any number of rows at once. Default: gates = b + x · W_x. */
  inputForward({ kernels, rows, I, N, x, gates, weights }: InputForward): void {
    const { bias } = this.weights;
    if (bias !== undefined) kernels.repeatRow(gates, bias, rows, N);
    kernels.matmul(gates, N, x, I, weights, rows, N, I, bias !== undefined);
  }

  /** Adds the gradients of W_x and b, and writes dx, for any number of rows at once. */
  inputBackward({ kernels, rows, I, N, x, dGates, dx, weights, scratch }: InputBackward): void {
    const { dKernel, dBias } = this.weights;
    kernels.matmulGradient(dKernel, N, x, I, dGates, N, scratch, I, N, rows);
    if (dBias !== undefined) kernels.columnSums(dBias, dGates, N, rows, N);
    kernels.matmul(dx, I, dGates, N, weights, rows, I, N, false);
  }

  /** Adds the gradient of the recurrent weights over all time steps of a segment. Default: every gate multiplies h'. */
  recurrentGradients({ kernels, scratch, rows, N, previous, dGates }: Segment<S>): void {
    const { K, dRecurrentKernel } = this.weights;
    kernels.matmulGradient(dRecurrentKernel, N, previous[this.states[0]!], K, dGates, N, scratch, K, N, rows);
  }

  /**
   * The parameters for an input size, in order. A cell with further parameters overrides this method and appends them.
   */
  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const { outputWidth: K, gateWidth: N } = this;
    const gates = this.gates.length;
    const weights = (name: 'kernel' | 'recurrent' | 'bias', start?: (all: Initializer) => Initializer) => {
      const argument = `${name}Initializer` as const;
      const fallback = CELL_OPTIONS[argument].fallback as Initializer;
      const given = this.#initializers[argument];
      const initializer = initializerOf(this.#where, argument, given, fallback, this.gates, start);
      return { initializer, gates, ...this.rulesOf(name) };
    };
    const bias = { name: 'bias', shape: [N], ...weights('bias', (all) => this.biasStart(all)) };
    return [
      { name: 'recurrentKernel', shape: [K, N], ...weights('recurrent') },
      { name: 'kernel', shape: [inputSize, N], ...weights('kernel') },
      ...(this.useBias ? [bias] : []),
    ];
  }

  /** @internal Names of gates exist only once the subclass is constructed: they are checked in `adopt` or here. */
  protected override requireParts(_where: string): void {
    requireGateNames(this.#where, this.#initializers, this.gates);
  }

  /** @internal */
  override adopt(): void {
    requireGateNames(this.#where, this.#initializers, this.gates);
    super.adopt();
  }

  /** Called once, after the parameters are created. A cell that overrides this method calls `super.attached` first. */
  protected override attached(parameters: Parameters, inputSize: number): void {
    this.#weights = cellWeights(this, parameters, inputSize);
  }

  /** @internal Where its weights lie, once they exist. */
  get weights(): CellWeights {
    return this.#weights!;
  }

  /** Position of the gradient of W_h, from the first column of a gate on; rows are `gateWidth` apart. */
  protected recurrentGradientAt(gate: string = this.gates[0]!): number {
    return this.weights.dRecurrentKernel + this.blockOf(gate);
  }

  /**
   * Returns a gate's weights, bias and gradients by name, as live views: `W` acts on [h, x].
   *
   * @param name - one of `gates`
   * @throws ArgumentError for an unknown name, StateError before the input's size is known
   *
   * @example
   * ```ts
   * const cell = new LSTMCell({ units: 64, inputSize: 100 }).build();
   * cell.gate('forget').W.shape;     // [64, 164]
   * cell.gate('forget').b?.get(0);   // 1
   * ```
   */
  gate(name: this['gates'][number]): Gate {
    const parameters = this.requireParameters('gate');
    requireOneOf(`${this.kind}.gate`, 'name', name, this.gates);
    return gateViews(parameters, this.blockOf(name), this.units);
  }

  /**
   * Creates a state of zeros.
   *
   * @param batchSize - B, at least 1
   *
   * @example
   * ```ts
   * new LSTMCell({ units: 64 }).zeroState(2).c.shape; // [2, 64]
   * ```
   */
  zeroState(batchSize: number): State<S> {
    const where = `${this.kind}.zeroState`;
    const tree = new StateTree<State<S>>(this.stateSpecs, requireInteger(where, 'batchSize', batchSize), this.dtype);
    return tree.make(undefined, where, 'batchSize');
  }

  /**
   * Computes one time step.
   *
   * @param x - [B, I]
   * @param state - the state to start from; default zeros
   * @returns copies of the output [B, K], the first of the states, and of the next state; K is its width, usually H
   * @throws ShapeError, ArgumentError; nothing is changed
   *
   * @example
   * ```ts
   * const x = randomNormal([2, 80, 100], { seed: 1 });
   * const cell = new LSTMCell({ units: 64 });
   * let state = cell.zeroState(2);
   * let out = state.h;
   * for (const xt of unstack(x, 1)) [out, state] = cell.step(xt, state);
   * out.shape; // [2, 64]
   * ```
   */
  step(x: NdArrayLike, state?: StateLike<S>): [output: Tensor, state: State<S>] {
    this.#stepRunner ??= new StepRunner(this);
    const next = this.#stepRunner.run(x, state, (I, take) => this.buildWithRoom(`${this.kind}.step`, I, take));
    return [next[this.states[0]!], next];
  }
}
