// What a cell declares about itself: its gates, states and products, their sizes, and the order of its computations.

import type { StateSpec } from '../memory/states.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import { Buildable } from '../parameters/buildable.ts';
import type { ParameterRules } from '../parameters/parameter.ts';
import type { RecurrentWeightOptions } from '../parameters/weight-options.ts';
import type { Constraint } from '../regularization/constraint.ts';
import type { Regularizer } from '../regularization/regularizer.ts';
import type { Activations, CellMemory, StepTangent } from './facts.ts';

/** The declarations of a cell, which layout, errors and `bptt/flow` read. `Cell` adds parameters and time steps. */
export abstract class CellDescription<S extends string = string> extends Buildable {
  /** H: values of each gate, and of each state unless `widthOf` says otherwise. */
  readonly units: number;
  /** Penalty on the kernel, if any. */
  readonly kernelRegularizer: Regularizer | undefined;
  /** Constraint on the kernel, if any. */
  readonly kernelConstraint: Constraint | undefined;
  /** Penalty on the recurrent kernel, if any. */
  readonly recurrentRegularizer: Regularizer | undefined;
  /** Constraint on the recurrent kernel, if any. */
  readonly recurrentConstraint: Constraint | undefined;
  /** Penalty on the bias, if any. */
  readonly biasRegularizer: Regularizer | undefined;
  /** Constraint on the bias, if any. */
  readonly biasConstraint: Constraint | undefined;
  /** Names of the gates, in the order of their blocks. */
  abstract readonly gates: readonly string[];
  /** Names of the states; the first is the output. */
  abstract readonly states: readonly S[];
  /** Recurrent matrix products of a step by name, each with its neighbouring gates. By default one product for all gates. */
  get products(): Readonly<Record<string, readonly string[]>> {
    return { gates: this.gates };
  }
  /** Number of values that a unit saves per step for the backward pass, in addition to gates and states. */
  readonly savedBlocks: number = 0;
  /** Values per row and step in `saved`; `savedBlocks`·H unless a cell says otherwise. */
  get savedWidth(): number {
    return this.savedBlocks * this.units;
  }
  /** Number of gradients per unit and step that the weight gradients need, in addition to those of the gates. */
  readonly gradientBlocks: number = 0;
  /** Gradients per row and step in `dSaved`; `gradientBlocks`·H unless a cell says otherwise. */
  get gradientWidth(): number {
    return this.gradientBlocks * this.units;
  }
  /** Values per row that nothing reads after the step, in `stepScratch`. */
  get scratchWidth(): number {
    return 0;
  }
  /** Further parameters that a step multiplies, each a matrix: `weights` has them packed by name, as those of `products`. */
  get matrices(): readonly string[] {
    return [];
  }
  /** Values per row that `inputForward` saves for `inputBackward`. */
  readonly inputSavedSize: number = 0;
  /**
   * Names of a step's values (gates, states and `'saved'`) in the order `forwardStep` computes them. Errors name the
   * first value that is not finite. By default gates, then states from last to first.
   */
  get forwardOrder(): readonly string[] {
    return [...this.gates, ...[...this.states].reverse(), 'saved'];
  }
  /**
   * Names of the values that `backwardStep` writes (gates and `'saved'`), in the order of computation; by default gates
   * from last to first.
   */
  get backwardOrder(): readonly string[] {
    return [...[...this.gates].reverse(), 'saved'];
  }
  /**
   * Activation of each gate by name, and of a state that the output reads through an activation, as c in h = o⊙tanh(c).
   * `bptt/flow` uses them to count saturated values; it counts none for a gate without an entry. Default none.
   */
  readonly activations: Activations = {};
  /** Gates whose activation is a state: `{ hidden: 'h' }` where h = φ(W[h', x] + b). Default none. */
  readonly gateStates: Readonly<Record<string, S>> = {};
  /** The memory state and its gates, from which `bptt/flow` determines how long the memory lasts. Default none. */
  readonly memory: CellMemory<S> | undefined = undefined;
  /**
   * Whether a step uses h' elsewhere than in the recurrent products, as a GRU in (1 − z)⊙h'. Its products then multiply
   * `recurrent`, and its backward step adds their gradient to `dRecurrent`, so that recurrent dropout acts on products
   * alone. By default `previous` has the h' that dropout leaves.
   */
  readonly readsRecurrent: boolean = false;
  /**
   * Optional: the Jacobian-vector product of `forwardStep`, for `bptt/flow`. Without it, `bptt/flow` computes Jacobians
   * from `backwardStep`, in the precision of the model.
   *
   * @param recurrentKernel - the recurrent weights [H, G·H], row-major, in float64
   */
  tangent?(recurrentKernel: Float64Array): StepTangent;
  /** @internal Bounds of the first state, if the initial state lies within them; unbounded by default. */
  get outputRange(): readonly [low: number, high: number] {
    return [-Infinity, Infinity];
  }

  /** @param options - checked */
  constructor(units: number, options: BuildOptions & RecurrentWeightOptions) {
    const { kernelRegularizer, kernelConstraint, recurrentRegularizer, ...others } = options;
    const { recurrentConstraint, biasRegularizer, biasConstraint, ...build } = others;
    super(build);
    this.units = units;
    this.kernelRegularizer = kernelRegularizer;
    this.kernelConstraint = kernelConstraint;
    this.recurrentRegularizer = recurrentRegularizer;
    this.recurrentConstraint = recurrentConstraint;
    this.biasRegularizer = biasRegularizer;
    this.biasConstraint = biasConstraint;
  }

  /** Regularizer and constraint for the `ParameterSpec` of a kernel, a recurrent kernel or a bias, from the options. */
  protected rulesOf(weights: 'kernel' | 'recurrent' | 'bias'): ParameterRules {
    return { regularizer: this[`${weights}Regularizer`], constraint: this[`${weights}Constraint`] };
  }

  /** Width of all gates: G·H. */
  get gateWidth(): number {
    return this.gates.length * this.units;
  }

  /** Features of a state; `units` unless a cell says otherwise. */
  widthOf(_state: S): number {
    return this.units;
  }

  /** @internal Whether a step calls kernels only, row by row, so that threads can divide the rows. Each class says so for itself. */
  get dividesRows(): boolean {
    return Object.hasOwn(this.constructor, 'dividesRows');
  }

  /** Features of the output, which is the first state. */
  get outputWidth(): number {
    return this.widthOf(this.states[0]!);
  }

  /** First column of the block of a gate. */
  protected blockOf(gate: string): number {
    return this.gates.indexOf(gate) * this.units;
  }

  /** @internal Names and widths of the states. */
  get stateSpecs(): readonly StateSpec[] {
    return this.states.map((name) => ({ path: [name], width: this.widthOf(name) }));
  }
}
