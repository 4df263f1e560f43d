// Batches of inputs and targets that a caller's iterable yields.

import { refuse, requireEntries } from '../checks.ts';
import type { AnyIterable } from '../tensor/batches.ts';
import type { RowData } from '../tensor/row-data.ts';
import type { WeightedOptions } from './example-set.ts';

/** Inputs and targets of a batch, with the options of its mask and weights. */
export type GivenBatch<O extends object = WeightedOptions> = readonly [x: RowData, y: RowData, options?: O];

/**
 * Batches of any sizes: an iterable, asynchronous or not, or a function that returns one. Each epoch iterates anew, so a
 * generator, which runs only once, needs a function.
 */
export type Batches<B = GivenBatch> = AnyIterable<B> | (() => AnyIterable<B>);

/** Batches that do not wait. */
export type SyncBatches<B = GivenBatch> = Iterable<B> | (() => Iterable<B>);

/** Batches that an asynchronous iterable yields. */
export type AsyncBatches<B = GivenBatch> = AsyncIterable<B> | (() => AsyncIterable<B>);

/** Checks that there are two entries, or three with options, and returns a copy; they are checked later. */
export function requireXY(where: string, argument: string, pair: unknown): readonly unknown[] {
  const expected = 'be a pair [x, y], or [x, y, { lengths }]';
  const entries = requireEntries(where, argument, pair as readonly unknown[], expected);
  if (entries.length !== 2 && entries.length !== 3) refuse(where, argument, expected, entries);
  return entries;
}
