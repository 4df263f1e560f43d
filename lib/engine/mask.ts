// Masks: which time steps of a batch count.

import { reading, refuse, requireBoolean, requireInteger } from '../checks.ts';
import { optional, type Schema, unchecked } from '../options.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Mask, Packing } from './packing.ts';

/** Which time steps of a batch of sequences [B, T, I] count. Layers skip the others as if they did not exist. */
export interface MaskOptions {
  /** Number of time steps of each row, from 0 to T; what follows is padding. Default: all have T. */
  readonly lengths?: ArrayLike<number> | undefined;
  /**
   * Whether each time step counts, [B, T]: an array of 0 and 1, or a list of B lists of T booleans. Steps that do not
   * count may lie anywhere. Default: all count. Give either `lengths` or `mask`.
   */
  readonly mask?: NdArrayLike | readonly ArrayLike<boolean | number>[] | undefined;
}

/** @internal The schema of `MaskOptions`. `requireMask` checks them against the data. */
export const MASK_OPTIONS: Schema<MaskOptions, keyof MaskOptions> = {
  lengths: optional(unchecked<ArrayLike<number>>),
  mask: optional(unchecked<NonNullable<MaskOptions['mask']>>),
};

/** The same for a call that returns outputs. */
export interface MaskedOptions extends MaskOptions {
  /**
   * Whether outputs at masked time steps are zeros. Otherwise they hold the last output before them; before the first
   * step that counts they are zeros, or the initial state if the layer is recurrent and called by itself. Default false.
   */
  readonly zeroOutputForMask?: boolean;
}

/** @internal The schema of `MaskedOptions`. */
export const MASKED_OPTIONS: Schema<MaskedOptions, keyof MaskOptions> = {
  ...MASK_OPTIONS,
  zeroOutputForMask: optional(requireBoolean, false),
};

/**
 * Checks a mask for an array of this shape; undefined if none is given. Errors name its options after `prefix`.
 *
 * @throws ArgumentError for both options together, a mask for an array without a time axis, a wrong number of rows or
 *   steps, or other values
 */
export function requireMask(
  where: string,
  { lengths, mask }: MaskOptions,
  shape: readonly number[],
  prefix = '',
): Mask | undefined {
  if (lengths === undefined && mask === undefined) return undefined;
  const name = prefix + (mask === undefined ? 'lengths' : 'mask');
  const value = mask ?? lengths;
  if (mask !== undefined && lengths !== undefined) {
    refuse(where, `${prefix}lengths`, 'not be given together with mask', lengths);
  }
  if (shape.length !== 3) refuse(where, name, 'be given for sequences [B, T, I] only', value);
  const [B, T] = shape as [number, number];
  return reading(where, name, () =>
    mask === undefined ? fromLengths(where, name, lengths!, B, T) : fromMask(where, name, mask, B, T),
  );
}

/** Refuses a mask for sequences of different lengths. */
export function requireNoMask(where: string, mask: MaskOptions, prefix = ''): void {
  for (const [name, value] of Object.entries(mask)) {
    if (value === undefined) continue;
    refuse(where, prefix + name, 'not be given for sequences of different lengths, which are a mask', value);
  }
}

function fromLengths(where: string, argument: string, lengths: ArrayLike<number>, B: number, T: number): Mask {
  const expected = `be a list of ${B} integers from 0 to ${T}`;
  const count = requireList(where, argument, lengths, B, expected);
  const offsets = new Int32Array(B + 1);
  for (let row = 0; row < count; row++) {
    offsets[row + 1] = offsets[row]! + requireInteger(where, `${argument}[${row}]`, lengths[row], 0, T);
  }
  const times = new Int32Array(offsets[B]!);
  for (let row = 0, k = 0; row < B; row++) {
    for (let t = 0; k < offsets[row + 1]!; t++) times[k++] = t;
  }
  return { T, offsets, times };
}

/** Copies a list of booleans, or 0 and 1, into `counts` without allocating; throws for anything else. */
export function readCounts(where: string, argument: string, mask: ArrayLike<unknown>, counts: Uint8Array): void {
  if (typeof mask !== 'object' || mask === null || mask.length !== counts.length) {
    refuse(where, argument, `be a list of ${counts.length} booleans`, mask);
  }
  for (let row = 0; row < counts.length; row++) {
    const value = mask[row];
    if (value !== true && value !== false && value !== 0 && value !== 1) {
      refuse(where, `${argument}[${row}]`, 'be true or false, or 1 or 0', value);
    }
    counts[row] = value ? 1 : 0;
  }
}

type MaskGiven = NonNullable<MaskOptions['mask']>;

function fromMask(where: string, argument: string, mask: MaskGiven, B: number, T: number): Mask {
  const at = readerOf(where, argument, mask, B, T);
  const offsets = new Int32Array(B + 1);
  const times = new Int32Array(B * T);
  let k = 0;
  for (let row = 0; row < B; row++) {
    for (let t = 0; t < T; t++) {
      const counts = at(row, t);
      if (counts === true || counts === 1) times[k++] = t;
      else if (counts !== false && counts !== 0) {
        refuse(where, `${argument}[${row}][${t}]`, 'be true or false, or 1 or 0', counts);
      }
    }
    offsets[row + 1] = k;
  }
  return { T, offsets, times: times.slice(0, k) };
}

/** Reads elements of a mask whose shape it has checked. */
function readerOf(
  where: string,
  argument: string,
  mask: MaskGiven,
  B: number,
  T: number,
): (row: number, t: number) => unknown {
  const expected = `have the shape [${B}, ${T}]`;
  if (Array.isArray(mask)) {
    requireList(where, argument, mask, B, expected);
    for (let row = 0; row < B; row++) requireList(where, `${argument}[${row}]`, mask[row], T, `have ${T} entries`);
    return (row, t) => (mask as readonly ArrayLike<unknown>[])[row]![t];
  }
  const { data, shape, stride, offset } = requireNdArray(where, argument, mask);
  if (shape.length !== 2 || shape[0] !== B || shape[1] !== T)
    refuse(where, argument, expected, `[${shape.join(', ')}]`);
  return (row, t) => data[offset + row * stride[0]! + t * stride[1]!];
}

function requireList(where: string, argument: string, list: unknown, length: number, expected: string): number {
  const count = (list as ArrayLike<unknown> | null | undefined)?.length;
  if (typeof list !== 'object' || count !== length) refuse(where, argument, expected, list);
  return length;
}

/**
 * Packs the rows of a mask; undefined if all time steps count. `holds`: whether outputs at masked time steps hold the
 * last output before them.
 */
export function packingOf(mask: Mask | undefined, holds: boolean): Packing | undefined {
  if (mask === undefined || mask.times.length === (mask.offsets.length - 1) * mask.T) return undefined;
  return new Packing(mask, holds);
}

/** The mask of some rows, by number. */
export function takeMask(mask: Mask | undefined, rows: ArrayLike<number>): Mask | undefined {
  if (mask === undefined) return undefined;
  const { T, offsets } = mask;
  const taken = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) taken[i + 1] = taken[i]! + offsets[rows[i]! + 1]! - offsets[rows[i]!]!;
  const times = new Int32Array(taken[rows.length]!);
  for (let i = 0; i < rows.length; i++) {
    times.set(mask.times.subarray(offsets[rows[i]!]!, offsets[rows[i]! + 1]!), taken[i]!);
  }
  return { T, offsets: taken, times };
}

/** A mask from the last time step to the first. */
export function reversedMask(mask: Mask | undefined): Mask | undefined {
  if (mask === undefined) return undefined;
  const { T, offsets, times } = mask;
  const reversed = new Int32Array(times.length);
  for (let row = 0; row < offsets.length - 1; row++) {
    const [begin, end] = [offsets[row]!, offsets[row + 1]!];
    for (let k = begin; k < end; k++) reversed[k] = T - 1 - times[begin + end - 1 - k]!;
  }
  return { T, offsets, times: reversed };
}

/** A mask as an array [B, T] of 0 and 1. */
export function maskTensor({ T, offsets, times }: Mask): Tensor {
  const B = offsets.length - 1;
  const mask = new Tensor({ data: new Float32Array(B * T) }, [B, T]);
  for (let row = 0; row < B; row++) {
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) mask.data[row * T + times[k]!] = 1;
  }
  return mask;
}
