// Pairs of a source and a target, checked for a training step of an encoder-decoder.

import { shapeOf } from '../engine/signal.ts';
import { type RowRange, sliceMask, sliceRows } from '../layers/batches.ts';
import type { CoupledNetworks } from '../layers/coupled-networks.ts';
import {
  type GivenPairs,
  type PairInputs,
  type PairNames,
  requirePairInputs,
  type Start,
} from '../layers/pair-inputs.ts';
import type { Loss } from '../losses/loss.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { withoutMasked } from './examples.ts';
import type { Target } from './loss-pass.ts';

/** Checked sources and inputs of the decoder, with the targets of a loss. */
export interface PairExamples extends PairInputs, Target {
  /** Targets as given. */
  readonly given: NdArrayLike;
}

/** Checks sources and targets for a training step. */
export function requirePairs(
  where: string,
  networks: CoupledNetworks,
  start: Start,
  loss: Loss,
  given: GivenPairs,
  names: PairNames = {},
): PairExamples {
  const inputs = requirePairInputs(where, networks, start, given, names);
  const name = names.target ?? 'target';
  const { targetMask } = inputs;
  const { T, B, F } = networks.decoder.outputShape(shapeOf(inputs.input));
  const counted = targetMask === undefined ? given.target : withoutMasked(where, name, given.target, targetMask);
  const { source: target, sparse } = loss.requireTarget(where, name, counted, [B, T!, F], names.rows);
  return { ...inputs, given: given.target, target: networks.decoder.outsideArena(where, name, target), sparse };
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
  };
}
