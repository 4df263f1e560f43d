// The layer of an activation, applied to each element or, for softmax, to each row.

import { activationOr, activationRanges } from '../cells/activations.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { ActivationPass } from './activation-pass.ts';
import type { NoState } from './dense.ts';
import type { DenseActivation } from './dense-pass.ts';
import { Layer, type LayerConfig } from './layer.ts';
import type { OutputRange } from './layer-description.ts';

/** Options of an activation layer. */
export interface ActivationOptions extends BuildOptions {
  /** φ: the name of an elementwise activation, or `'softmax'` over the features. */
  readonly activation: DenseActivation;
}

const OPTIONS: Schema<ActivationOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  activation: saved(required(activationOr('softmax'))),
};

/**
 * An activation as a layer: y = φ(x), φ one of (A1) to (A6), or softmax (D2) over the last axis. It has no parameters.
 *
 * The input is [B, T, F] or [B, F], and the output has the same shape. To load a saved model that contains it, give the
 * class to `fromBytes`: `{ classes: [Activation] }`.
 *
 * @example
 * ```ts
 * const layer = new Activation({ activation: 'relu' });
 * layer.forward(tensor([[-1, 2]])).get(0, 0); // 0
 * ```
 */
export class Activation extends Layer<NoState> {
  /** The name of this kind in saved files. */
  static readonly kind = 'Activation';
  readonly kind = 'Activation';
  /** @internal */
  readonly needsTime = false;
  /** φ */
  readonly activation: DenseActivation;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: ActivationOptions) {
    const { activation, ...build } = readOptions('Activation', options, OPTIONS);
    super(build);
    this.activation = activation;
  }

  /** @internal */
  parameterSpecs(_inputSize: number): readonly [] {
    return [];
  }

  /** @internal */
  protected attached(): void {}

  /** @internal */
  override get outputRange(): OutputRange {
    return this.activation === 'softmax' ? [0, 1] : activationRanges[this.activation];
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return input;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new ActivationPass(this.activation, workspace, input);
  }
}
