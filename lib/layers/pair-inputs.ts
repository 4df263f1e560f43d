// Sources of an encoder-decoder and the inputs of its decoder, checked against each other.

import { refuse, requireElements, requireEntries, requireInteger, requireNumber, requireShape } from '../checks.ts';
import { requireIndex } from '../engine/indices.ts';
import { MASK_OPTIONS, type MaskOptions } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { asColumn } from '../engine/signal.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { allocate } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { CoupledNetworks } from './coupled-networks.ts';

/** Which time steps of sources and of targets count; by default all. */
export interface PairMaskOptions {
  /** Those of the sources. */
  readonly source?: MaskOptions;
  /** Those of the targets. */
  readonly target?: MaskOptions;
}

function requireMaskOptions(where: string, argument: string, value: unknown): MaskOptions {
  return readOptions(where, value as MaskOptions, MASK_OPTIONS, argument);
}

/** @internal The schema of `PairMaskOptions`. */
export const PAIR_MASK_OPTIONS: Schema<PairMaskOptions, keyof PairMaskOptions> = {
  source: optional(requireMaskOptions),
  target: optional(requireMaskOptions),
};

/** What the decoder reads first: an index, or the features of a time step. */
export type Start = number | readonly number[];

/** Checked sources and inputs of the decoder. */
export interface PairInputs {
  readonly source: NdArrayLike;
  readonly sourceMask: Mask | undefined;
  /** Inputs of the decoder, [B, U, J]: the start, then the targets but the last. */
  readonly input: NdArrayLike;
  readonly targetMask: Mask | undefined;
}

/** Masks that were checked before. */
type CheckedMasks = Pick<PairInputs, 'sourceMask' | 'targetMask'>;

/** Sources and targets as given, with options that are to be checked, or with checked masks. */
export interface GivenPairs {
  readonly source: NdArrayLike;
  readonly target: NdArrayLike;
  readonly masks: PairMaskOptions | CheckedMasks;
}

/** How errors name sources and targets, and number their rows. */
export interface PairNames {
  /** Default `source`. */
  readonly source?: string;
  /** Default `target`. */
  readonly target?: string;
  /** Precedes the names of the masks' options; default nothing. */
  readonly prefix?: string;
  /** Index of each row in the caller's data; default 0, 1, 2, … */
  readonly rows?: ArrayLike<number>;
}

/** Checks sources and targets, and makes the inputs of the decoder. */
export function requirePairInputs(
  where: string,
  { encoder, decoder, targetSize }: CoupledNetworks,
  start: Start,
  { source: givenSource, target: givenTarget, masks }: GivenPairs,
  { source: sourceName = 'source', target: targetName = 'target', prefix = '' }: PairNames = {},
): PairInputs {
  const source = encoder.requireInput(where, sourceName, givenSource);
  const target = requireNdArray(where, targetName, givenTarget);
  const B = source.shape[0]!;
  requireShape(where, targetName, target.shape, decoder.readsIndices ? [B, 'U'] : [B, 'U', targetSize]);
  requireElements(where, targetName, target.shape);
  const steps = decoder.readsIndices ? asColumn(target) : target;
  const { sourceMask, targetMask } =
    'sourceMask' in masks
      ? masks
      : {
          sourceMask: encoder.requireMask(where, masks.source ?? {}, source, `${prefix}source.`),
          targetMask: decoder.requireMask(where, masks.target ?? {}, steps, `${prefix}target.`),
        };
  if (decoder.attends) requireSourceSteps(where, sourceName, sourceMask);
  const input = shiftedTargets(where, targetName, steps, { start, mask: targetMask, indexCount: decoder.indexCount });
  const asGiven = decoder.readsIndices ? new Tensor(input, input.shape.slice(0, 2)) : input;
  return { source, sourceMask, input: decoder.requireInput(where, targetName, asGiven), targetMask };
}

/** Refuses a source without any time step that counts, which a decoder could not attend to. */
export function requireSourceSteps(where: string, argument: string, mask: Mask | undefined): void {
  for (let row = 0; mask !== undefined && row + 1 < mask.offsets.length; row++) {
    if (mask.offsets[row] === mask.offsets[row + 1]) {
      refuse(where, argument, `have a time step that counts in each row, as the decoder attends to it`, `row ${row}`);
    }
  }
}

/** How targets become inputs of a decoder, which reads features if it has no indices. */
interface Shift {
  readonly start: Start;
  readonly mask: Mask | undefined;
  readonly indexCount: number;
}

/** For each row the start, then the targets of the time steps that count, but the last; zeros where none counts. */
function shiftedTargets(
  where: string,
  argument: string,
  target: NdArrayLike,
  { start, mask, indexCount }: Shift,
): Tensor {
  const [B, U, F] = target.shape as [number, number, number];
  const { data, stride, offset } = target;
  const shifted = allocate('float64', B * U * F, where, argument);
  const first = typeof start === 'number' ? [start] : start;
  for (let row = 0; row < B; row++) {
    const [begin, end] = mask === undefined ? [0, U] : [mask.offsets[row]!, mask.offsets[row + 1]!];
    for (let k = begin, before = -1; k < end; k++) {
      const t = mask === undefined ? k : mask.times[k]!;
      for (let f = 0; f < F; f++) {
        const value = data[offset + row * stride[0]! + before * stride[1]! + f * stride[2]!]!;
        if (before >= 0 && indexCount > 0) requireIndex(where, argument, value, indexCount, row, before);
        shifted[(row * U + t) * F + f] = before < 0 ? (first[f] ?? 0) : value;
      }
      before = t;
    }
  }
  return new Tensor({ data: shifted }, [B, U, F]);
}

/** Checks what the decoder reads first. */
export function requireStart(where: string, start: unknown, { decoder, targetSize }: CoupledNetworks): Start {
  if (decoder.readsIndices)
    return requireInteger(where, 'start', start === undefined ? 0 : start, 0, decoder.indexCount - 1);
  if (start === undefined) return new Array<number>(targetSize).fill(0);
  const expected = `be the ${targetSize} features of a time step`;
  const list = requireEntries(where, 'start', start as readonly number[], expected);
  if (list.length !== targetSize) refuse(where, 'start', expected, start);
  return list.map((value, f) => requireNumber(where, `start[${f}]`, value));
}
