// A causal convolution over time.

import { type ActivationName, activation as activationCheck, activationRanges } from '../cells/activations.ts';
import type { State } from '../cells/cell.ts';
import { requireBoolean, requireFunction } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { StateSpec } from '../memory/states.ts';
import { integer, oneOf, optional, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/buildable.ts';
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
  /** `'causal'`, the only one so far: K − 1 dilated zeros, or the carried window, precede the first time step. */
  readonly padding: 'causal';
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
  padding: saved(required(oneOf('causal'))),
  dilationRate: saved(optional(integer(), 1)),
  activation: saved(optional(activationCheck, 'linear')),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireFunction<Initializer>, glorotUniform()),
  biasInitializer: optional(requireFunction<Initializer>, zeros),
};

/**
 * A causal convolution over time: (K1) y_t = φ(b + Σ_k x_{t − (K−1−k)·d}·W_k). It keeps the time axis, and carries its
 * last (K − 1)·d inputs as a state, so it streams, truncates and checkpoints.
 *
 * Parameters `kernel` [K, I, filters] and `bias` [filters]. To load a saved model that contains it, give the class to
 * `fromBytes`: `{ classes: [Conv1D] }`.
 *
 * @example
 * ```ts
 * const layer = new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' });
 * layer.forward(zeros([2, 5, 3])).shape; // [2, 5, 4]
 * ```
 */
export class Conv1D extends StateLayer<ConvolutionState> {
  /** The name of this kind in saved files. */
  static readonly kind = 'Conv1D';
  readonly kind = 'Conv1D';
  /** @internal */
  readonly needsTime = true;
  /** Features of the output. */
  readonly filters: number;
  /** K: number of taps. */
  readonly kernelSize: number;
  /** What precedes the first time step. */
  readonly padding: 'causal';
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
    const { filters, kernelSize, padding, dilationRate, ...settings } = readOptions('Conv1D', options, OPTIONS);
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
    this.dilationRate = dilationRate;
    this.activation = activation;
    this.useBias = useBias;
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
    return { ...input, F: this.filters };
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
    const width = (this.kernelSize - 1) * this.dilationRate * inputSize;
    return width === 0 ? [] : [{ path: ['x'], width }];
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new ConvolutionPass(this, workspace, input);
  }
}
