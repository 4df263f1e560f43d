// Batches of inputs and targets that a caller's iterable yields.

import { refuse, requireEntries } from '../checks.ts';
import type { AnyIterable } from '../tensor/batches.ts';
import type { RowData } from '../tensor/row-data.ts';
import type { WeightedOptions } from './example-set.ts';

/** Inputs and targets of a batch, with the options of its mask and weights. */
export type GivenBatch<O extends object = WeightedOptions> = readonly [x: RowData, y: RowData, options?: O];

/** What a generator that yields `[x, y]` or `[x, y, options]` yields by its inferred type. */
export type YieldedBatch<O extends object = WeightedOptions> = (RowData | O)[];

/** Batches that do not wait. An array is none, but an array of rows: `() => list` and `list.values()` are batches. */
export type SyncBatches<O extends object = WeightedOptions> =
  | (Iterable<GivenBatch<O>> & {
      /** A property of arrays alone. */
      readonly lastIndexOf?: never;
    })
  | Generator<YieldedBatch<O>>
  | (() => Iterable<GivenBatch<O>> | Generator<YieldedBatch<O>>);

/** Batches that an asynchronous iterable yields. */
export type AsyncBatches<O extends object = WeightedOptions> =
  | AsyncIterable<GivenBatch<O>>
  | AsyncGenerator<YieldedBatch<O>>
  | (() => AsyncIterable<GivenBatch<O>> | AsyncGenerator<YieldedBatch<O>>);

/**
 * Batches of any sizes: an iterable, asynchronous or not, or a function that returns one. Each epoch iterates anew, so a
 * generator, which runs only once, needs a function.
 */
export type Batches<O extends object = WeightedOptions> = SyncBatches<O> | AsyncBatches<O>;

/** Chunks of endless sequences, one after the other. */
export type Chunks = AnyIterable<GivenBatch> | Generator<YieldedBatch> | AsyncGenerator<YieldedBatch>;

/** Checks that there are two entries, or three with options, and returns a copy; they are checked later. */
export function requireXY(where: string, argument: string, pair: unknown): readonly unknown[] {
  const expected = 'be a pair [x, y], or [x, y, { lengths }]';
  const entries = requireEntries(where, argument, pair as readonly unknown[], expected);
  if (entries.length !== 2 && entries.length !== 3) refuse(where, argument, expected, entries);
  return entries;
}
