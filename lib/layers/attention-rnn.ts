// A recurrent layer of a decoder that attends to the source before each time step.

import { refuse, requireInstance } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { oneOf, optional, readOptions, required, type Schema, saved, savedOptions, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { Attention, refuseAlone } from './attention.ts';
import { AttentionRnnPass } from './attention-rnn-pass.ts';
import { CompositeLayer } from './composite-layer.ts';
import { Layer, type LayerConfig } from './layer.ts';
import type { Part } from './layer-description.ts';
import type { NetworkState } from './network.ts';
import { namesOf } from './network-layers.ts';
import { RNN } from './rnn.ts';

/** Options of a recurrent layer with attention. */
export interface AttentionRNNOptions extends BuildOptions {
  /** The recurrent layer: a new one, forwards, with `returnSequences: true`, not stateful. */
  readonly layer: RNN;
  /** What computes the context from its state: a new one. Its output is the context alone, whatever its option says. */
  readonly attention: Attention;
  /** Whether the output is the context with the state, `'concat'`, or the `'state'` alone; default `'concat'`. */
  readonly output?: 'concat' | 'state';
}

const OPTIONS: Schema<AttentionRNNOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  layer: required(unchecked<RNN>),
  attention: required(unchecked<Attention>),
  output: saved(optional(oneOf('concat', 'state'), 'concat')),
};

/**
 * A recurrent layer that attends before each time step (Bahdanau et al. 2015), in the decoder of an `EncoderDecoder`.
 * (AR1) The query is the state h_{t−1}, and the context c_t is that of `attention`; (AR2) the recurrent layer reads
 * [x_t, c_t]. The output is [c_t, h_t].
 *
 * With an `Attention` after the recurrent layer instead (Luong et al. 2015) the state does not see the contexts, but all
 * queries are computed at once, which is faster.
 *
 * Parameters are named after the layers: `gru1.kernel`, `attention1.queryKernel`. To load a saved model with this layer, pass the
 * classes to `fromBytes`: `{ classes: [AttentionRNN, Attention] }`.
 *
 * @example
 * ```ts
 * const gru = (units: number) => new GRU({ units, returnSequences: true });
 * const model = new EncoderDecoder({
 *   encoder: [gru(8)],
 *   decoder: [
 *     new AttentionRNN({ layer: gru(8), attention: new Attention({ score: 'additive' }) }),
 *     new Dense({ units: 2 }),
 *   ],
 * });
 * const [source, target] = [randomNormal([1, 5, 3], { seed: 1 }), randomNormal([1, 4, 2], { seed: 2 })];
 * model.forward(source, target).shape;   // [1, 4, 2]
 * model.attention(source, target).shape; // [1, 4, 5]
 * ```
 */
export class AttentionRNN extends CompositeLayer<NetworkState> {
  /** Name in saved files. */
  static readonly kind = 'AttentionRNN';
  readonly kind = 'AttentionRNN';
  /** The recurrent layer. */
  readonly layer: RNN;
  /** What computes the context. */
  readonly attention: Attention;
  /** What the output is. */
  readonly output: 'concat' | 'state';
  /** @internal */
  readonly names: readonly [string, string];
  #sourceSize = Number.NaN;

  /** @throws ArgumentError for layers that are in use or do not fit, an unknown option or a value outside its range */
  constructor(options: AttentionRNNOptions) {
    const where = 'AttentionRNN';
    const { layer, attention, output, ...build } = readOptions(where, options, OPTIONS);
    const recurrent = 'be a recurrent layer: new GRU({ units, returnSequences: true })';
    if (!(requireInstance(where, 'layer', layer, Layer, recurrent) instanceof RNN))
      refuse(where, 'layer', recurrent, layer);
    requireInstance(where, 'attention', attention, Attention, 'be attention: new Attention()');
    for (const [name, each] of [
      ['layer', layer],
      ['attention', attention],
    ] as const) {
      if (each.inUse) refuse(where, name, 'be new: not in use elsewhere', each, 'Make a new one');
    }
    if (!layer.returnSequences) refuse(where, 'layer', 'have returnSequences: true', layer);
    if (layer.stateful || layer.readsBackwards) refuse(where, 'layer', 'read forwards and not be stateful', layer);
    super(build, [layer, attention]);
    this.layer = layer;
    this.attention = attention;
    this.output = output;
    this.names = namesOf([layer, attention]) as [string, string];
  }

  /** Features of the query: the width of the first state. */
  get #H(): number {
    return this.layer.cell.stateSpecs[0]!.width;
  }

  /** @internal Nothing outside a decoder. */
  protected override get sizeInWords(): string {
    return Number.isNaN(this.#sourceSize) ? '' : super.sizeInWords;
  }

  /** @internal */
  override attendTo(sourceSize: number): void {
    this.#sourceSize = sourceSize;
    super.attendTo(sourceSize);
  }

  /** @internal */
  override parts({ T, B, F }: SignalShape): readonly Part[] {
    return [
      { path: [this.names[0]], layer: this.layer, input: { T, B, F: F + this.#sourceSize } },
      { path: [this.names[1]], layer: this.attention, input: { T, B, F: this.#H } },
    ];
  }

  /** @internal */
  get concatenates(): boolean {
    return this.output === 'concat';
  }

  /** @internal */
  outputShape({ T, B }: SignalShape): SignalShape {
    const { outputWidth } = this.layer.cell;
    return { T, B, F: this.concatenates ? this.#sourceSize + outputWidth : outputWidth };
  }

  /** @internal */
  config(_where: string): LayerConfig {
    const { layer, attention } = this;
    return { layer, attention, ...savedOptions(OPTIONS, this) };
  }

  /** @internal The recurrent layer over one time step. */
  layOutStep(workspace: Workspace, input: Signal): Pass {
    return this.layer.layOut(workspace, input);
  }

  /** @internal */
  get scores(): Attention['scores'] {
    return this.attention.scores.bind(this.attention);
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new AttentionRnnPass(this, workspace, workspace.source ?? refuseAlone(), input);
  }
}
