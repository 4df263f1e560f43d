// Pairs of a source and a target, checked for a training step of an encoder-decoder.

import { type MaskOptions, requireNoMask, takeMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { shapeOf } from '../engine/signal.ts';
import { requireAnyLengths } from '../layers/any-lengths.ts';
import { type RowRange, sliceMask, sliceRows } from '../layers/batches.ts';
import type { CoupledModel } from '../layers/coupled-model.ts';
import type { Network } from '../layers/network.ts';
import {
  type GivenPairs,
  PAIR_MASK_OPTIONS,
  type PairInputs,
  type PairMaskOptions,
  type PairNames,
  requirePairInputs,
} from '../layers/pair-inputs.ts';
import type { Loss } from '../losses/loss.ts';
import { optional, type Schema, unchecked } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type RowData, type Rows, requireRows } from '../tensor/row-data.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { asInput, CHECKED_AT_ONCE, lengthsOf, requireCount, rowRange } from './example-set.ts';
import { withoutMasked } from './examples.ts';
import { requireWeights, type Target } from './targets.ts';

/** Which time steps of sources and targets count, and how much. */
export interface WeightedPairOptions extends PairMaskOptions {
  /**
   * Weight of the loss of each pair, at least 0: [N], or [N, U] with a weight for each time step of the target. A mean
   * divides by the sum of the weights; default 1.
   */
  readonly sampleWeights?: RowData;
}

/** @internal The schema of `WeightedPairOptions`. */
export const WEIGHTED_PAIR_OPTIONS: Schema<WeightedPairOptions, keyof WeightedPairOptions> = {
  ...PAIR_MASK_OPTIONS,
  sampleWeights: optional(unchecked<RowData>),
};

/** Sources, targets and options as given. */
export type GivenPairSet = readonly [source: RowData, target: RowData, options: WeightedPairOptions];

/** Checked sources and inputs of the decoder, with the targets of a loss. */
export interface PairExamples extends PairInputs, Target {
  /** Targets as given. */
  readonly given: NdArrayLike;
}

/** How errors name pairs: by the name of the data, and the numbers of its rows. */
export function pairNames(name: string | undefined, rows?: ArrayLike<number>): PairNames {
  const names = name === undefined ? {} : { source: `${name}[0]`, target: `${name}[1]`, prefix: `${name}[2].` };
  return rows === undefined ? names : { ...names, rows };
}

/** Checks sources and targets for a training step. */
export function requirePairs(
  where: string,
  model: CoupledModel,
  loss: Loss,
  given: GivenPairs & { readonly weights?: NdArrayLike | undefined },
  names: PairNames = {},
): PairExamples {
  const { networks, start } = model;
  const inputs = requirePairInputs(where, networks, start, given, names);
  const name = names.target ?? 'target';
  const { targetMask } = inputs;
  const { T, B, F } = networks.decoder.outputShape(shapeOf(inputs.input));
  const counted = targetMask === undefined ? given.target : withoutMasked(where, name, given.target, targetMask);
  const { source: target, sparse } = loss.requireTarget(where, name, counted, [B, T!, F], names.rows);
  const weights = requireWeights(where, `${names.prefix ?? ''}sampleWeights`, given.weights, { B, T });
  const outside = networks.decoder.outsideArena(where, name, target);
  return { ...inputs, given: given.target, target: outside, sparse, weights };
}

/** Some of the rows of pairs. */
export function takePairs(pairs: PairExamples, range: RowRange): PairExamples {
  const { start, end } = range;
  const rows = (array: NdArrayLike): NdArrayLike => sliceRows(array, start, end);
  return {
    source: rows(pairs.source),
    sourceMask: sliceMask(pairs.sourceMask, range),
    input: rows(pairs.input),
    targetMask: sliceMask(pairs.targetMask, range),
    given: rows(pairs.given),
    target: rows(pairs.target),
    sparse: pairs.sparse,
    weights: pairs.weights && rows(pairs.weights),
  };
}

/** Pairs that are copies. */
export interface CopiedPairs extends PairExamples {
  readonly source: Tensor;
  readonly given: Tensor;
  readonly weights: Tensor | undefined;
}

/** Checked pairs from which batches are taken. */
export interface PairSet {
  readonly source: Rows;
  readonly target: Rows;
  readonly weights: Rows | undefined;
  readonly sourceMask: Mask | undefined;
  readonly targetMask: Mask | undefined;
}

/** Checks many pairs. Sequences of different lengths are checked, and later padded, batch by batch. */
export function requirePairSet(
  where: string,
  model: CoupledModel,
  loss: Loss,
  [givenSource, givenTarget, { sampleWeights, ...masks }]: GivenPairSet,
  name?: string,
): PairSet {
  const names = pairNames(name);
  const { source: sourceName = 'source', target: targetName = 'target', prefix = '' } = names;
  const source = requireRows(where, sourceName, givenSource);
  const target = requireRows(where, targetName, givenTarget, { value: loss.padding });
  const weights = sampleWeights === undefined ? undefined : requireRows(where, `${prefix}sampleWeights`, sampleWeights);
  if (source.lengths === undefined && target.lengths === undefined) {
    const whole = {
      source: source.whole(where),
      target: target.whole(where),
      masks,
      weights: weights?.whole(where),
    };
    const { sourceMask, targetMask } = requirePairs(where, model, loss, whole, names);
    return { source, target, weights, sourceMask, targetMask };
  }
  requireCount(where, targetName, target, source.count, undefined, sourceName);
  const { networks } = model;
  requireAnyLengths(where, sourceName, source, networks.encoder);
  requireAnyLengths(where, targetName, target, networks.decoder);
  const set = {
    source,
    target,
    weights,
    sourceMask: wholeMask(where, networks.encoder, source, masks.source, `${prefix}source.`),
    targetMask: wholeMask(where, networks.decoder, target, masks.target, `${prefix}target.`),
  };
  for (let start = 0; start < source.count; start += CHECKED_AT_ONCE) {
    const rows = rowRange(start, Math.min(source.count, start + CHECKED_AT_ONCE));
    takePairSet(where, model, loss, set, rows, pairNames(name, rows));
  }
  return set;
}

/** The mask of sources or targets that are one array. Sequences of different lengths have none but their lengths. */
function wholeMask(
  where: string,
  network: Network,
  rows: Rows,
  options: MaskOptions = {},
  prefix: string,
): Mask | undefined {
  if (rows.lengths === undefined) {
    return network.requireMask(where, options, network.requireInput(where, 'source', rows.whole(where)), prefix);
  }
  requireNoMask(where, options, prefix);
  return undefined;
}

/** Copies pairs by number. */
export function takePairSet(
  where: string,
  model: CoupledModel,
  loss: Loss,
  set: PairSet,
  rows: ArrayLike<number>,
  names?: PairNames,
): CopiedPairs {
  const { encoder, decoder } = model.networks;
  const source = asInput(encoder, set.source.take(where, rows, 'batchSize'));
  const given = set.target.take(where, rows, 'batchSize');
  const weights = set.weights?.take(where, rows);
  const maskOf = (network: Network, { lengths }: Rows, array: Tensor, mask: Mask | undefined): Mask | undefined =>
    lengths === undefined
      ? takeMask(mask, rows)
      : network.requireMask(where, { lengths: lengthsOf(lengths, rows) }, asInput(network, array));
  const masks = {
    sourceMask: maskOf(encoder, set.source, source, set.sourceMask),
    targetMask: maskOf(decoder, set.target, given, set.targetMask),
  };
  const pairs = requirePairs(where, model, loss, { source, target: given, masks, weights }, names);
  return { ...pairs, source, given, weights };
}
