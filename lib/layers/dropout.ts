// The dropout layer.

import { DropoutPass } from '../engine/dropout-pass.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { MaskScope } from '../engine/random-masks.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { number, optional, readOptions, required, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { NoState } from './dense.ts';
import { Layer, type LayerConfig } from './layer.ts';
import { requireScope } from './noise-options.ts';

/** Options of a dropout layer. */
export interface DropoutOptions extends BuildOptions {
  /** Probability, from 0 to 1, with which training drops an element. */
  readonly rate: number;
  /** Whether each time step has its own mask, or a row one mask for the whole sequence; default `'step'`. */
  readonly per?: MaskScope;
}

const OPTIONS: Schema<DropoutOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  rate: saved(required(number({ min: 0, max: 1 }))),
  per: savedIfSet(optional(requireScope, 'step')),
};

/**
 * Dropout (Srivastava et al. 2014): (O1) y = x⊙m, where m is 0 with probability `rate` and otherwise 1/(1 − rate), so that
 * its mean is 1; with rate 1 all of m is 0. Each element has its own m. In prediction, evaluation and streams y = x.
 *
 * Masks depend only on the seed of the model, the layer, the training step, the time step, the row of the batch and the
 * feature. `forward` uses those of its option `trainingStep`.
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 8 }), new Dropout({ rate: 0.5 }), new Dense({ units: 1 })]);
 * model.forward(zeros([2, 5, 3]), { trainingStep: 7 }).shape; // [2, 1]
 * ```
 */
export class Dropout extends Layer<NoState> {
  readonly kind = 'Dropout';
  /** @internal */
  readonly needsTime = false;
  /** @internal */
  override readonly random = true;
  /** Probability with which training drops an element. */
  readonly rate: number;
  /** Whether each time step has its own mask, or a row one mask for the whole sequence. */
  readonly per: MaskScope;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: DropoutOptions) {
    const { rate, per, ...build } = readOptions('Dropout', options, OPTIONS);
    super(build);
    this.rate = rate;
    this.per = per;
  }

  /** @internal */
  parameterSpecs(_inputSize: number): readonly [] {
    return [];
  }

  /** @internal */
  protected attached(): void {}

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
    if (workspace.purpose === 'train') return new DropoutPass(this.rate, this.per, workspace.random, workspace, input);
    return { output: input, dInput: -1, states: [], pack() {}, forward() {}, backward() {} };
  }
}
