// The layer that repeats one output a row, over a new time axis.

import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { integer, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { NoState } from './dense.ts';
import { Layer, type LayerConfig } from './layer.ts';
import { RepeatVectorPass } from './repeat-vector-pass.ts';

/** Options of a repeating layer. */
export interface RepeatVectorOptions extends BuildOptions {
  /** n: time steps of the output, at least 1. */
  readonly times: number;
}

const OPTIONS: Schema<RepeatVectorOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  times: saved(required(integer())),
};

/**
 * Repeats its input over n time steps: (RV1) y_t = x, from [B, I] to [B, n, I]; (RV1′) dx = Σ_t dy_t, from the last time
 * step to the first. Between a recurrent layer that returns its last output and one that returns sequences, it makes an
 * autoencoder of sequences.
 *
 * A model with this layer needs the whole sequence at once, and takes no `lengths` or masks. To load a saved model with
 * it, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const model = new Sequential([
 *   new GRU({ units: 8 }),                         // [2, 8]
 *   new RepeatVector({ times: 5 }),                // [2, 5, 8]
 *   new GRU({ units: 8, returnSequences: true }),
 *   new Dense({ units: 3 }),
 * ]);
 * model.forward(zeros([2, 7, 3])).shape; // [2, 5, 3]
 * ```
 */
export class RepeatVector extends Layer<NoState> {
  /** Name in saved files. */
  static readonly kind = 'RepeatVector';
  readonly kind = 'RepeatVector';
  /** @internal */
  readonly needsTime = false;
  /** @internal */
  override readonly timeAxis = 'made';
  /** @internal */
  override readonly needsWhole = 'RepeatVector gives all of its time steps at once';
  /** n: time steps of the output. */
  readonly times: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: RepeatVectorOptions) {
    const { times, ...build } = readOptions('RepeatVector', options, OPTIONS);
    super(build);
    this.times = times;
  }

  /** @internal */
  parameterSpecs(_inputSize: number): readonly [] {
    return [];
  }

  /** @internal */
  protected attached(): void {}

  /** @internal */
  outputShape({ B, F }: SignalShape): SignalShape {
    return { T: this.times, B, F };
  }

  /** @internal */
  override leastSteps(_steps: number): number {
    return 1;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new RepeatVectorPass(this.times, workspace, input);
  }
}
