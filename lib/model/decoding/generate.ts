// Generates sequences of tokens: greedy, sampled, or by beam search.

import { refuse, requireBoolean } from '../../checks.ts';
import { PAIR_MASK_OPTIONS, type PairMaskOptions } from '../../layers/pair-inputs.ts';
import { integer, number, oneOf, optional, required, type Schema, type Settings } from '../../options.ts';
import { Random } from '../../random/random.ts';
import { requireTopK } from '../../random/sample.ts';
import { SAMPLING_OPTIONS, Sampler } from '../../random/sampler.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { Beam, type EndedPath } from './beam.ts';
import type { DecoderSteps } from './decoder-steps.ts';
import type { Hypothesis } from './hypothesis.ts';

/** Options of `generate`. */
export interface PairGenerateOptions extends Pick<PairMaskOptions, 'source'> {
  /** Largest number of tokens of a sequence, at least 1. */
  readonly steps: number;
  /** The token that ends a sequence; default none, so that every sequence has `steps` tokens. */
  readonly stop?: number;
  /**
   * `'greedy'`: the most probable token of each step. `'beam'`: beam search for the most probable sequence. `'sample'`:
   * each token is drawn from its distribution. Default `'greedy'`.
   */
  readonly strategy?: 'greedy' | 'beam' | 'sample';
  /** With `'beam'`: number of sequences that the search continues, at least 1; default 4. */
  readonly beamWidth?: number;
  /** With `'beam'`: α of the length penalty, (BS2), at least 0; default 0: no penalty. */
  readonly lengthPenalty?: number;
  /** With `'sample'`: τ, above 0, which divides the logits; default 1. */
  readonly temperature?: number;
  /** With `'sample'`: draws only from so many of the most probable tokens, as `sample` does; default all. */
  readonly topK?: number;
  /** With `'sample'`: draws only from the fewest tokens with this share of the probability, as `sample` does; default all. */
  readonly topP?: number;
  /** With `'sample'`: seed; the same seed, row and sources give the same tokens; default 0. */
  readonly seed?: number;
  /** Whether to return the weights of attention; default false. */
  readonly attention?: boolean;
  /** Sources that are decoded at once, at least 1; changes no bit; default 32. */
  readonly batchSize?: number;
}

/** @internal The schema of `PairGenerateOptions`. */
export const GENERATE_OPTIONS: Schema<
  PairGenerateOptions,
  'stop' | 'topK' | 'source' | 'beamWidth' | 'lengthPenalty' | 'temperature' | 'topP' | 'seed'
> = {
  steps: required(integer()),
  stop: optional(integer(0)),
  strategy: optional(oneOf('greedy', 'beam', 'sample'), 'greedy'),
  beamWidth: optional(integer()),
  lengthPenalty: optional(number({ min: 0 })),
  temperature: optional(SAMPLING_OPTIONS.temperature.check),
  topK: SAMPLING_OPTIONS.topK,
  topP: optional(SAMPLING_OPTIONS.topP.check),
  seed: optional(integer(0)),
  attention: optional(requireBoolean, false),
  batchSize: optional(integer(), 32),
  source: PAIR_MASK_OPTIONS.source,
};

/** Checked options of `generate`. */
export type GenerateSettings = Settings<
  PairGenerateOptions,
  'stop' | 'topK' | 'source' | 'beamWidth' | 'lengthPenalty' | 'temperature' | 'topP' | 'seed'
>;

/** The strategy that each option belongs to. */
const OF_STRATEGY = {
  beamWidth: 'beam',
  lengthPenalty: 'beam',
  temperature: 'sample',
  topK: 'sample',
  topP: 'sample',
  seed: 'sample',
} as const;

/** Refuses options of another strategy, and tokens that the decoder does not have: it puts out `tokens`, and reads `read`. */
export function requireGenerateOptions(where: string, settings: GenerateSettings, tokens: number, read: number): void {
  for (const [name, strategy] of Object.entries(OF_STRATEGY)) {
    const value = settings[name as keyof typeof OF_STRATEGY];
    if (value !== undefined && settings.strategy !== strategy) {
      refuse(where, name, `be given with strategy '${strategy}' only`, value);
    }
  }
  const { stop, topK } = settings;
  if (stop !== undefined && stop >= tokens) refuse(where, 'stop', `be a token from 0 to ${tokens - 1}`, stop);
  requireTopK(where, topK, tokens);
  const largest = stop === tokens - 1 ? tokens - 2 : tokens - 1; // the decoder does not read a stop token
  if (largest < read) return;
  const remedy = `Give its Embedding inputDim: ${largest + 1}`;
  refuse(
    where,
    'decoder',
    `read the tokens from 0 to ${largest}, as it puts them out`,
    `those from 0 to ${read - 1}`,
    remedy,
  );
}

/** Rows of the decoder for each source. */
export function widthOf({ strategy, beamWidth = 4 }: GenerateSettings): number {
  return strategy === 'beam' ? beamWidth : 1;
}

/** The weights of attention in each step, [rows, S]. */
type Attention = readonly Float64Array[];

/** Sequences for each source, best first. `first`: number of the first source, for the random numbers. */
export function generateFrom(
  decoder: DecoderSteps,
  start: number,
  settings: GenerateSettings,
  first: number,
): readonly (readonly Hypothesis[])[] {
  const { steps, stop, strategy, lengthPenalty = 0 } = settings;
  const width = widthOf(settings);
  const beams = Array.from({ length: decoder.rows / width }, () => new Beam(width, stop, lengthPenalty));
  const samplers = beams.map((_, row) =>
    strategy === 'sample' ? new Draws(decoder, settings, first + row) : undefined,
  );
  const attention: Float64Array[] = [];
  const tokens = new Float64Array(decoder.rows).fill(start);
  const parents = new Int32Array(decoder.rows);
  for (let step = 0; step < steps && beams.some(({ live }) => live.length > 0); step++) {
    if (step > 0) follow(decoder, beams, width, parents, tokens);
    decoder.next(tokens);
    if (decoder.attention !== undefined) attention.push(decoder.attention);
    for (const [b, beam] of beams.entries()) {
      const sampler = samplers[b];
      beam.advance((slot) => sampler?.only(b) ?? decoder.logProbabilities(b * width + slot));
    }
  }
  return beams.map((beam, b) => beam.result().map((path) => hypothesisOf(path, b * width, attention, decoder.rows)));
}

/** Lets each row of the decoder continue the path of its beam. Rows without a path repeat the first row. */
function follow(
  decoder: DecoderSteps,
  beams: readonly Beam[],
  width: number,
  parents: Int32Array,
  tokens: Float64Array,
): void {
  for (const [b, { live }] of beams.entries()) {
    for (let slot = 0; slot < width; slot++) {
      const path = live[slot];
      parents[b * width + slot] = b * width + (path?.slots.at(-1) ?? 0);
      tokens[b * width + slot] = path?.tokens.at(-1) ?? 0;
    }
  }
  decoder.follow(parents);
}

/** Draws one token a step: log probabilities that leave no other choice to the search. */
class Draws {
  readonly #decoder: DecoderSteps;
  readonly #sampler: Sampler;
  readonly #random: Random;

  constructor(decoder: DecoderSteps, settings: GenerateSettings, row: number) {
    this.#decoder = decoder;
    this.#sampler = new Sampler(decoder.outputSize, settings);
    this.#random = new Random(settings.seed ?? 0, row);
  }

  /** The log probability of the token that was drawn for a row; −∞ for all others. */
  only(row: number): Float64Array {
    const logs = this.#decoder.logProbabilities(row);
    const drawn = this.#sampler.draw(logs, 0, this.#random.uniform());
    return logs.map((log, token) => (token === drawn ? log : -Infinity));
  }
}

/** The hypothesis of a path, with the weights of attention of each of its tokens. */
function hypothesisOf(path: EndedPath, base: number, attention: Attention, rows: number): Hypothesis {
  const { tokens, slots, logProbability, score, stopped } = path;
  const found = { tokens, logProbability, score, stopped };
  if (attention.length === 0) return found;
  const S = attention[0]!.length / rows;
  const weights = new Float32Array(tokens.length * S);
  for (const [t, slot] of slots.entries()) {
    const row = base + slot;
    weights.set(attention[t]!.subarray(row * S, (row + 1) * S), t * S);
  }
  return { ...found, attention: new Tensor({ data: weights }, [tokens.length, S]) };
}
