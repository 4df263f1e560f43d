// Attention of a decoder to the outputs of an encoder.

import { refuse } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { Source } from '../engine/source.ts';
import { StateError } from '../errors.ts';
import { integer, oneOf, optional, readOptions, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { glorotUniform } from '../random/glorot.ts';
import { AdditiveScores } from './additive-scores.ts';
import { AttentionPass } from './attention-pass.ts';
import { ProductScores, type Scores } from './attention-scores.ts';
import type { NoState } from './dense.ts';
import { Layer, type LayerConfig } from './layer.ts';

/** How well a query fits a key. */
export type AttentionScore = 'dot' | 'scaledDot' | 'general' | 'additive';

/** Options of attention. */
export interface AttentionOptions extends BuildOptions {
  /**
   * The score of a query q and a key k: `'dot'`, (AT1); `'scaledDot'`, (AT2); `'general'`, (AT3); `'additive'`, (AT4).
   * Default `'dot'`.
   */
  readonly score?: AttentionScore;
  /** Size A of the hidden layer of `'additive'`, at least 1; default the number of features of the queries. */
  readonly units?: number;
  /** Whether the output is the context with the query, `'concat'`, or the `'context'` alone; default `'concat'`. */
  readonly output?: 'concat' | 'context';
}

const OPTIONS: Schema<AttentionOptions, 'units' | keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  score: saved(optional(oneOf('dot', 'scaledDot', 'general', 'additive'), 'dot')),
  units: savedIfSet(optional(integer())),
  output: savedIfSet(optional(oneOf('concat', 'context'), 'concat')),
};

/**
 * Attention (Luong et al. 2015; Bahdanau et al. 2015): a layer in the decoder of an `EncoderDecoder`. Each time step q of
 * its input is compared with all outputs k of the encoder. (AT5) The weights are the softmax of the scores over the time
 * steps of the source that count, and (AT6) the context is the mean of the outputs with these weights. The output is
 * [context, q].
 *
 * `EncoderDecoder.attention` returns the weights. Parameters: none for `'dot'` and `'scaledDot'`; `kernel` [H, F] for
 * `'general'`; `queryKernel` [H, A], `keyKernel` [F, A], `bias` [A] and `scoreKernel` [A, 1] for `'additive'`. To load a
 * saved model with this layer, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const gru = () => new GRU({ units: 8, returnSequences: true });
 * const model = new EncoderDecoder({
 *   encoder: [gru()],
 *   decoder: [gru(), new Attention({ score: 'general' }), new Dense({ units: 8, activation: 'tanh' }), new Dense({ units: 2 })],
 * });
 * const [source, target] = [randomNormal([1, 5, 3], { seed: 1 }), randomNormal([1, 4, 2], { seed: 2 })];
 * model.forward(source, target).shape;   // [1, 4, 2]
 * model.attention(source, target).shape; // [1, 4, 5]
 * ```
 */
export class Attention extends Layer<NoState> {
  /** Name in saved files. */
  static readonly kind = 'Attention';
  readonly kind = 'Attention';
  /** @internal */
  readonly needsTime = false;
  /** @internal */
  override readonly attends = true;
  /** The score. */
  readonly score: AttentionScore;
  /** Size of the hidden layer of `'additive'`, if it was given. */
  readonly units: number | undefined;
  /** What the output is. */
  readonly output: 'concat' | 'context';
  #sourceSize = Number.NaN;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: AttentionOptions = {}) {
    const { score, units, output, ...build } = readOptions('Attention', options, OPTIONS);
    super(build);
    if (units !== undefined && score !== 'additive')
      refuse('Attention', 'units', "be given with score 'additive'", units);
    this.score = score;
    this.units = units;
    this.output = output;
  }

  /** @internal Nothing outside a decoder. */
  protected override get sizeInWords(): string {
    return Number.isNaN(this.#sourceSize) ? '' : super.sizeInWords;
  }

  /** @internal */
  override attendTo(sourceSize: number): void {
    this.#sourceSize = sourceSize;
  }

  /** @internal */
  get concatenates(): boolean {
    return this.output === 'concat';
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const F = this.#requireSource(inputSize);
    const initializer = glorotUniform();
    if (this.score === 'general') return [{ name: 'kernel', shape: [inputSize, F], initializer }];
    if (this.score !== 'additive') return [];
    const A = this.units ?? inputSize;
    return [
      { name: 'queryKernel', shape: [inputSize, A], initializer },
      { name: 'keyKernel', shape: [F, A], initializer },
      { name: 'bias', shape: [A] },
      { name: 'scoreKernel', shape: [A, 1], initializer },
    ];
  }

  /** The size of the source; throws outside a decoder, or if it is not that of the queries where it has to be. */
  #requireSource(inputSize: number): number {
    const F = this.#sourceSize;
    if (Number.isNaN(F)) refuseAlone();
    const products = this.score === 'dot' || this.score === 'scaledDot';
    if (products && inputSize >= 1 && inputSize !== F) {
      refuse(
        'Attention',
        'score',
        `be 'general' or 'additive' for ${inputSize} features of queries and ${F} of keys`,
        this.score,
      );
    }
    return F;
  }

  /** @internal */
  protected attached(_parameters: Parameters): void {}

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return { ...input, F: this.concatenates ? this.#sourceSize + input.F : this.#sourceSize };
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return savedOptions(OPTIONS, this);
  }

  /** @internal What computes the scores of a pass over `rows` queries. */
  scores(workspace: Workspace, source: Source, rows: number, H: number): Scores {
    const parameter = (name: string) => this.parameters.get(name); // not before the pass runs
    if (this.score === 'additive') {
      const weights = () => ({
        query: parameter('queryKernel'),
        key: parameter('keyKernel'),
        bias: parameter('bias'),
        score: parameter('scoreKernel'),
      });
      return new AdditiveScores(workspace, source, rows, H, this.units ?? H, weights);
    }
    const factor = this.score === 'scaledDot' ? 1 / Math.sqrt(H) : 1;
    const kernel = this.score === 'general' ? () => parameter('kernel') : undefined;
    return new ProductScores(workspace, source, rows, H, factor, kernel);
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new AttentionPass(this, workspace, workspace.source ?? refuseAlone(), input);
  }
}

/** @internal Refuses a layer that attends outside a decoder. */
export function refuseAlone(): never {
  throw new StateError({
    where: 'Attention',
    expected: 'be part of the decoder of an EncoderDecoder, and run with it',
    received: 'a layer without a source',
    remedy: 'new EncoderDecoder({ encoder: […], decoder: […, new Attention(), …] })',
  });
}
