// A fully connected layer.

import { activationOr, activationRanges } from '../cells/activations.ts';
import { requireBoolean, requireFunction } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { integer, optional, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
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
import { type DenseActivation, DensePass } from './dense-pass.ts';
import { Layer, type LayerConfig } from './layer.ts';
import type { OutputRange } from './layer-description.ts';

/** The state of a layer without states. */
export type NoState = Readonly<Record<string, never>>;

/** Options of a dense layer. */
export interface DenseOptions extends BuildOptions, WeightOptions {
  /** Features of the output, at least 1. */
  readonly units: number;
  /** φ; default `'linear'`. For classification keep `'linear'` and use `SoftmaxCrossEntropy`, which takes logits. */
  readonly activation?: DenseActivation;
  /** Whether there is a bias; default true. */
  readonly useBias?: boolean;
  /** Initializer of the kernel [I, units]; default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
  /** Initializer of the bias [units]; default zeros. */
  readonly biasInitializer?: Initializer;
}

const RANGES: Readonly<Record<DenseActivation, OutputRange>> = {
  ...activationRanges,
  softmax: [0, 1],
};

const OPTIONS: Schema<DenseOptions, keyof BuildOptions | keyof WeightOptions> = {
  ...BUILD_OPTIONS,
  ...WEIGHT_OPTIONS,
  units: saved(required(integer())),
  activation: saved(optional(activationOr('softmax'), 'linear')),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireFunction<Initializer>, glorotUniform()),
  biasInitializer: optional(requireFunction<Initializer>, zeros),
};

/**
 * A fully connected layer, applied to each time step if there is a time axis:
 * (D1) y = φ(x·W + b); backward da = dy⊙φ′, dW = xᵀ·da, db = Σ da, dx = da·Wᵀ.
 *
 * Parameters `kernel` [I, units] and `bias` [units]. Softmax (D2) runs over the last axis.
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 3, activation: 'softmax' });
 * dense.forward(zeros([2, 5, 4])).shape; // [2, 5, 3]
 * ```
 */
export class Dense extends Layer<NoState> {
  readonly kind = 'Dense';
  /** @internal */
  readonly needsTime = false;
  /** Features of the output. */
  readonly units: number;
  /** φ */
  readonly activation: DenseActivation;
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
  constructor(options: DenseOptions) {
    const { units, activation, useBias, kernelInitializer, biasInitializer, ...others } = readOptions(
      'Dense',
      options,
      OPTIONS,
    );
    const { kernelRegularizer, kernelConstraint, biasRegularizer, biasConstraint, ...build } = others;
    super(build);
    this.kernelRegularizer = kernelRegularizer;
    this.kernelConstraint = kernelConstraint;
    this.biasRegularizer = biasRegularizer;
    this.biasConstraint = biasConstraint;
    this.units = units;
    this.activation = activation;
    this.useBias = useBias;
    this.#initializers = { kernelInitializer, biasInitializer };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return affineSpecs(this, this.#initializers, [inputSize, this.units]);
  }

  /** @internal */
  protected attached(parameters: Parameters, _inputSize: number): void {
    this.#weights = affineWeights(parameters, this.useBias);
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return RANGES[this.activation];
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return { ...input, F: this.units };
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
  layOut(workspace: Workspace, input: Signal): Pass {
    return new DensePass(this, workspace, input);
  }
}
