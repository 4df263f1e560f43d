// Layer normalization as a layer: each row of features gets mean 0 and variance 1, then a scale and an offset.

import { requireBoolean } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { number, optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { constant } from '../random/constant.ts';
import type { NoState } from './dense.ts';
import { Layer, type LayerConfig } from './layer.ts';
import { LayerNormalizationPass, type NormalizationWeights } from './layer-normalization-pass.ts';

/** Options of layer normalization. */
export interface LayerNormalizationOptions extends BuildOptions {
  /** ε, above 0; default 1e-5. */
  readonly epsilon?: number;
  /** Whether there is an offset β; default true. */
  readonly center?: boolean;
  /** Whether there is a scale γ; default true. */
  readonly scale?: boolean;
}

const OPTIONS: Schema<LayerNormalizationOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  epsilon: saved(optional(number({ min: 0, minOpen: true }), 1e-5)),
  center: saved(optional(requireBoolean, true)),
  scale: saved(optional(requireBoolean, true)),
};

/**
 * Layer normalization (Ba et al. 2016) over the last axis: (N7) y = γ⊙n(x) + β, where n(x) of (N1) has mean 0 and
 * variance 1 in each row.
 *
 * Parameters `gamma` [F], ones, and `beta` [F], zeros. The input is [B, T, F] or [B, F], and the output has the same
 * shape. To load a saved model that contains it, give the class to `fromBytes`: `{ classes: [LayerNormalization] }`.
 *
 * @example
 * ```ts
 * const layer = new LayerNormalization();
 * layer.forward(tensor([[5, 5, 5]])).get(0, 1); // 0
 * ```
 */
export class LayerNormalization extends Layer<NoState> {
  /** The name of this kind in saved files. */
  static readonly kind = 'LayerNormalization';
  readonly kind = 'LayerNormalization';
  /** @internal */
  readonly needsTime = false;
  /** ε */
  readonly epsilon: number;
  /** Whether there is an offset β. */
  readonly center: boolean;
  /** Whether there is a scale γ. */
  readonly scale: boolean;
  #weights!: NormalizationWeights;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: LayerNormalizationOptions = {}) {
    const { epsilon, center, scale, ...build } = readOptions('LayerNormalization', options, OPTIONS);
    super(build);
    this.epsilon = epsilon;
    this.center = center;
    this.scale = scale;
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const gamma = { name: 'gamma', shape: [inputSize], initializer: constant(1) };
    const beta = { name: 'beta', shape: [inputSize] };
    return [...(this.scale ? [gamma] : []), ...(this.center ? [beta] : [])];
  }

  /** @internal */
  protected attached(parameters: Parameters): void {
    const gamma = this.scale ? parameters.get('gamma') : undefined;
    const beta = this.center ? parameters.get('beta') : undefined;
    this.#weights = { gamma: gamma?.at, dGamma: gamma?.gradientAt, beta: beta?.at, dBeta: beta?.gradientAt };
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return input;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal Where its parameters lie, once they exist. */
  get weights(): NormalizationWeights {
    return this.#weights;
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new LayerNormalizationPass(this, workspace, input);
  }
}
