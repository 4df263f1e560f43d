// Batches that a caller's iterable yields.

import { reading, refuse, requireEntries } from '../checks.ts';
import type { RowData } from '../tensor/row-data.ts';
import type { WeightedOptions } from './example-set.ts';

/** Inputs and targets of a batch, with the options of its mask and weights. */
export type GivenBatch<O extends object = WeightedOptions> = readonly [x: RowData, y: RowData, options?: O];

/** An iterable, asynchronous or not. */
export type AnyIterable<B> = Iterable<B> | AsyncIterable<B>;

/**
 * Batches of any sizes: an iterable, asynchronous or not, or a function that returns one. Each epoch iterates anew, so a
 * generator, which runs only once, needs a function.
 */
export type Batches<B = GivenBatch> = AnyIterable<B> | (() => AnyIterable<B>);

/** Batches that do not wait. */
export type SyncBatches<B = GivenBatch> = Iterable<B> | (() => Iterable<B>);

/** Batches that an asynchronous iterable yields. */
export type AsyncBatches<B = GivenBatch> = AsyncIterable<B> | (() => AsyncIterable<B>);

/**
 * Whether data are batches, and not rows: anything iterable but an array, a typed array, a tensor or an ndarray. Rows come
 * with targets.
 */
export function isBatches<B>(where: string, argument: string, value: unknown, targets?: unknown): value is Batches<B> {
  return reading(where, argument, () => {
    if (isRowData(targets)) return false;
    if (typeof value === 'function') return true;
    if (typeof value !== 'object' || value === null || isRowData(value) || ArrayBuffer.isView(value)) return false;
    return Symbol.asyncIterator in value || Symbol.iterator in value;
  });
}

function isRowData(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'shape' in value);
}

/** The iterable of batches. */
export function iterableOf<B>(where: string, argument: string, batches: Batches<B>): AnyIterable<B> {
  const iterable: unknown = typeof batches === 'function' ? reading(where, argument, batches) : batches;
  const iterates = reading(where, argument, () => {
    const either = iterable as Partial<Iterable<B> & AsyncIterable<B>> | null | undefined;
    return typeof (either?.[Symbol.asyncIterator] ?? either?.[Symbol.iterator]) === 'function';
  });
  if (!iterates) refuse(where, argument, 'be, or return, an iterable of batches [x, y]', iterable);
  return iterable as AnyIterable<B>;
}

/** Whether an iterable is asynchronous. */
export function isAsync<B>(iterable: AnyIterable<B>): iterable is AsyncIterable<B> {
  return Symbol.asyncIterator in iterable;
}

/** Checks that there are two entries, or three with options, and returns a copy; they are checked later. */
export function requireXY(where: string, argument: string, pair: unknown): readonly unknown[] {
  const expected = 'be a pair [x, y], or [x, y, { lengths }]';
  const entries = requireEntries(where, argument, pair as readonly unknown[], expected);
  if (entries.length !== 2 && entries.length !== 3) refuse(where, argument, expected, entries);
  return entries;
}
