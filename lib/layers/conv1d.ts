// A convolution over time.

import { type ActivationName, activation as activationCheck, activationRanges } from '../cells/activations.ts';
import type { State } from '../cells/cell.ts';
import { requireBoolean, requireFunction } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { StateSpec } from '../memory/states.ts';
import { integer, oneOf, optional, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { WEIGHT_OPTIONS, type WeightOptions } from '../parameters/weight-options.ts';
import { zeros } from '../random/constant.ts';
import { glorotUniform } from '../random/glorot.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { Constraint } from '../regularization/constraint.ts';
import type { Regularizer } from '../regularization/regularizer.ts';
import { type AffineInitializers, type AffineWeights, affineSpecs, affineWeights } from './affine-weights.ts';
import { ConvolutionPass } from './conv1d-pass.ts';
import {
  type ConvolutionPadding,
  type ConvolutionShape,
  changesTime,
  inputSteps,
  outputSteps,
  paddingOf,
  spanOf,
} from './conv1d-shape.ts';
import type { LayerConfig } from './layer.ts';
import type { OutputRange } from './layer-description.ts';
import { StateLayer } from './state-layer.ts';

/** The state of a convolution: the inputs of its window before a step, [B, (K − 1)·d·I], the oldest first. */
export type ConvolutionState = State<'x'>;

/** Options of a convolution. */
export interface Conv1DOptions extends BuildOptions, WeightOptions {
  /** Features of the output, at least 1. */
  readonly filters: number;
  /** K: number of taps, at least 1. */
  readonly kernelSize: number;
  /**
   * `'valid'`: no padding, so the output has (K − 1)·d time steps less; `'same'`: zeros on both sides, one more at the
   * end if their number is odd; `'causal'`: zeros, or the carried window, before the first time step. Default `'valid'`.
   */
  readonly padding?: ConvolutionPadding;
  /** s: time steps from one output to the next, at least 1; default 1. */
  readonly strides?: number;
  /** d: time steps from one tap to the next, at least 1; default 1. */
  readonly dilationRate?: number;
  /** φ; default `'linear'`. */
  readonly activation?: ActivationName;
  /** Whether there is a bias; default true. */
  readonly useBias?: boolean;
  /** Initializer of the kernel [K, I, filters]; default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
  /** Initializer of the bias [filters]; default zeros. */
  readonly biasInitializer?: Initializer;
}

const OPTIONS: Schema<Conv1DOptions, keyof BuildOptions | keyof WeightOptions> = {
  ...BUILD_OPTIONS,
  ...WEIGHT_OPTIONS,
  filters: saved(required(integer())),
  kernelSize: saved(required(integer())),
  padding: saved(optional(oneOf('valid', 'same', 'causal'), 'valid')),
  strides: saved(optional(integer(), 1)),
  dilationRate: saved(optional(integer(), 1)),
  activation: saved(optional(activationCheck, 'linear')),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireFunction<Initializer>, glorotUniform()),
  biasInitializer: optional(requireFunction<Initializer>, zeros),
};

/**
 * A convolution over time: (K1) y_t = φ(b + Σ_k x_{t·s + k·d − p}·W_k), where p is the number of time steps that the
 * padding puts before the first one: 0 for `'valid'`, (K − 1)·d for `'causal'`. Like all such layers it computes the
 * cross-correlation, as PyTorch and Keras do.
 *
 * With `'causal'` and strides of 1 it carries its last (K − 1)·d inputs as a state, so it streams, truncates and
 * checkpoints. All others need the whole sequence at once. If the output has other time steps than the input, the model
 * takes no `lengths` or masks.
 *
 * Parameters `kernel` [K, I, filters] and `bias` [filters]. To load a saved model that contains it, give the class to
 * `fromBytes`: `{ classes: [Conv1D] }`.
 *
 * @example
 * ```ts
 * const x = zeros([2, 9, 3]);
 * new Conv1D({ filters: 4, kernelSize: 3 }).forward(x).shape;                                    // [2, 7, 4]
 * new Conv1D({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).forward(x).shape;       // [2, 5, 4]
 * new Conv1D({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'causal' }).forward(x).shape; // [2, 9, 4]
 * ```
 */
export class Conv1D extends StateLayer<ConvolutionState> {
  /** The name of this kind in saved files. */
  static readonly kind = 'Conv1D';
  readonly kind = 'Conv1D';
  /** @internal */
  readonly needsTime = true;
  /** @internal */
  override readonly timeAxis: 'kept' | 'changed';
  /** @internal */
  override readonly needsWhole: string | undefined;
  /** Features of the output. */
  readonly filters: number;
  /** K: number of taps. */
  readonly kernelSize: number;
  /** What precedes and follows the input. */
  readonly padding: ConvolutionPadding;
  /** s: time steps from one output to the next. */
  readonly strides: number;
  /** d: time steps from one tap to the next. */
  readonly dilationRate: number;
  /** φ */
  readonly activation: ActivationName;
  /** Whether there is a bias. */
  readonly useBias: boolean;
  /** Penalty on the kernel, if any. */
  readonly kernelRegularizer: Regularizer | undefined;
  /** Constraint on the kernel, if any. */
  readonly kernelConstraint: Constraint | undefined;
  /** Penalty on the bias, if any. */
  readonly biasRegularizer: Regularizer | undefined;
  /** Constraint on the bias, if any. */
  readonly biasConstraint: Constraint | undefined;
  readonly #initializers: AffineInitializers;
  #weights!: AffineWeights;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: Conv1DOptions) {
    const { filters, kernelSize, padding, strides, dilationRate, ...settings } = readOptions(
      'Conv1D',
      options,
      OPTIONS,
    );
    const { activation, useBias, kernelInitializer, biasInitializer, ...others } = settings;
    const { kernelRegularizer, kernelConstraint, biasRegularizer, biasConstraint, ...build } = others;
    super(build);
    this.kernelRegularizer = kernelRegularizer;
    this.kernelConstraint = kernelConstraint;
    this.biasRegularizer = biasRegularizer;
    this.biasConstraint = biasConstraint;
    this.filters = filters;
    this.kernelSize = kernelSize;
    this.padding = padding;
    this.strides = strides;
    this.dilationRate = dilationRate;
    this.activation = activation;
    this.useBias = useBias;
    const changed = changesTime(this);
    this.timeAxis = changed ? 'changed' : 'kept';
    const ahead = padding === 'same' && spanOf(this) > 0;
    this.needsWhole = changed || ahead ? whyWhole(this) : undefined;
    this.#initializers = { kernelInitializer, biasInitializer };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return affineSpecs(this, this.#initializers, [this.kernelSize, inputSize, this.filters]);
  }

  /** @internal */
  protected attached(parameters: Parameters, _inputSize: number): void {
    this.#weights = affineWeights(parameters, this.useBias);
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return activationRanges[this.activation];
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return { T: outputSteps(this, input.T!), B: input.B, F: this.filters };
  }

  /** @internal */
  override leastSteps(steps: number): number {
    return inputSteps(this, steps);
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal Where its parameters lie, once they exist. */
  get weights(): AffineWeights {
    return this.#weights;
  }

  /** @internal */
  override stateSpecs(inputSize: number): readonly StateSpec[] {
    const { carried } = paddingOf(this, 1);
    return carried === 0 ? [] : [{ path: ['x'], width: carried * inputSize }];
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new ConvolutionPass(this, workspace, input);
  }
}

function whyWhole({ padding, strides }: ConvolutionShape): string {
  if (strides > 1) return `Conv1D with strides of ${strides} has other time steps than its input`;
  return padding === 'same'
    ? "Conv1D with padding 'same' reads later time steps; 'causal' does not"
    : "Conv1D with padding 'valid' has fewer time steps than its input; 'causal' has as many";
}
