// `ctcDecode`: the labels that the outputs of a model spell, for models trained with `CTCLoss`.

import { refuse } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions, requireMask } from '../engine/mask.ts';
import { integer, oneOf, optional, readOptions, type Schema } from '../options.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { CTCBeam } from './ctc-beam.ts';
import { logSoftmax } from './log-space.ts';

const { max } = Math;

/** Options of `ctcDecode`. */
export interface CTCDecodeOptions extends MaskOptions {
  /** Class number of the blank; default 0. */
  readonly blank?: number;
  /**
   * `'greedy'`: the labels of the most probable path. `'beam'`: prefix beam search for the most probable labels, which sums
   * over the paths that spell them. Default `'greedy'`.
   */
  readonly strategy?: 'greedy' | 'beam';
  /** With `'beam'`: number of label sequences that the search continues, at least 1; default 16. */
  readonly beamWidth?: number;
}

const OPTIONS: Schema<CTCDecodeOptions, keyof MaskOptions | 'beamWidth'> = {
  ...MASK_OPTIONS,
  blank: optional(integer(0), 0),
  strategy: optional(oneOf('greedy', 'beam'), 'greedy'),
  beamWidth: optional(integer()),
};

/** Labels that `ctcDecode` found. */
export interface CTCHypothesis {
  /** Class numbers, none of which is the blank. */
  readonly labels: readonly number[];
  /**
   * With `'greedy'`: log of the probability of the most probable path. With `'beam'`: log of the sum of the paths that the
   * search found for these labels, at most that of all paths: −`CTCLoss`. At most 0, up to rounding.
   */
  readonly logProbability: number;
}

/**
 * Decodes the outputs of a model that was trained with `CTCLoss`: (CT5) the labels of the most probable path, or (CT6) the
 * most probable labels by prefix beam search. A path has one class at each time step; runs of one class are merged, and then
 * blanks are removed. Of equally probable classes the lowest wins.
 *
 * @param logits - [B, T, F]; −∞ is a class of probability 0
 * @param options - `lengths` or `mask`: which time steps count; `blank`: default 0; `strategy`: default `'greedy'`
 * @returns for each row its hypotheses, the best first: one with `'greedy'`, up to `beamWidth` with `'beam'`
 * @throws ShapeError, ArgumentError
 *
 * @example
 * ```ts
 * const logits = tensor([[[0, 2, 1], [0, 2, 1], [3, 0, 0], [0, 2, 1]]]);
 * ctcDecode(logits)[0][0].labels; // [1, 1]: the path is 1, 1, blank, 1
 * ```
 */
export function ctcDecode(logits: NdArrayLike, options: CTCDecodeOptions = {}): readonly (readonly CTCHypothesis[])[] {
  const where = 'ctcDecode';
  const source = requireNdArray(where, 'logits', logits);
  const { shape } = source;
  if (shape.length !== 3 || shape.includes(0)) refuse(where, 'logits', 'be logits [B, T, F]', shape);
  const [B, T, F] = shape as [number, number, number];
  const { blank, strategy, beamWidth, ...masks } = readOptions(where, options, OPTIONS);
  if (blank >= F) refuse(where, 'blank', `be a class from 0 to ${F - 1}`, blank);
  if (beamWidth !== undefined && strategy !== 'beam') {
    refuse(where, 'beamWidth', "be given with strategy 'beam' only", beamWidth);
  }
  const mask = requireMask(where, masks, shape);
  const { data } = copyOf(where, 'logits', source, 'float64');
  return Array.from({ length: B }, (_, b) => {
    const steps = mask === undefined ? T : mask.offsets[b + 1]! - mask.offsets[b]!;
    const logs = new Float64Array(steps * F);
    for (let i = 0; i < steps; i++) {
      const t = mask === undefined ? i : mask.times[mask.offsets[b]! + i]!;
      requireLogits(where, data, F, b, t, T);
      logSoftmax(logs, i * F, data, (b * T + t) * F, F);
    }
    return strategy === 'greedy' ? [bestPath(logs, F, blank)] : search(logs, F, blank, beamWidth ?? 16);
  });
}

/** Throws unless the largest logit of a time step is finite, and no other is NaN. */
function requireLogits(where: string, data: ArrayLike<number>, F: number, row: number, t: number, T: number): void {
  let largest = -Infinity;
  for (let k = 0; k < F; k++) largest = max(largest, data[(row * T + t) * F + k]!); // NaN if there is one
  if (Number.isFinite(largest)) return;
  refuse(where, `logits[${row}][${t}]`, 'have a finite largest number', largest);
}

/** (CT5) The labels of the path of the most probable classes. */
function bestPath(logs: Float64Array, F: number, blank: number): CTCHypothesis {
  const labels: number[] = [];
  let logProbability = 0;
  let before = blank;
  for (let at = 0; at < logs.length; at += F) {
    let best = 0;
    for (let k = 1; k < F; k++) if (logs[at + k]! > logs[at + best]!) best = k;
    logProbability += logs[at + best]!;
    if (best !== blank && best !== before) labels.push(best);
    before = best;
  }
  return { labels, logProbability };
}

function search(logs: Float64Array, F: number, blank: number, width: number): CTCHypothesis[] {
  const beam = new CTCBeam(width, blank);
  for (let at = 0; at < logs.length; at += F) beam.advance(logs, at, F);
  return beam.result();
}
