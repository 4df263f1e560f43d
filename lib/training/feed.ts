// Where the batches of `fit` come from: rows of a set, or an iterable of the caller.

import { type BatchSource, iterableOf, requireSome } from '../tensor/batches.ts';
import { untilAborted } from './abort-signal.ts';
import type { AnyTrainer } from './base-trainer.ts';
import { rowRange } from './example-set.ts';
import type { FitSettings, RowSettings } from './fit-options.ts';
import { batchRows } from './row-order.ts';
import type { FeedBatch } from './training-loop.ts';
import type { Facts, Progress } from './training-run.ts';

/** The epoch of a training run, its first, and the number of training steps so far, and of this epoch. */
export type EpochsSoFar = Pick<Progress, 'initialEpoch' | 'epoch' | 'steps' | 'done'>;

/** The batches of each epoch. */
export interface Feed {
  /** What decides which batches there are. */
  readonly facts: Facts;
  batches(progress: EpochsSoFar): Iterable<FeedBatch> | AsyncIterable<FeedBatch>;
}

/** Batches of rows of a set, shuffled anew in each epoch. */
export function rowFeed<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  set: S,
  rows: Uint32Array,
  settings: RowSettings,
): Feed {
  const { batchSize, shuffle, seed, buckets, microBatchSize, validationSplit } = settings;
  const batches = Math.ceil(rows.length / batchSize);
  const steps = settings.epochs * batches;
  const stepsOf = trainer.stepsOf(set);
  const facts = {
    rows: rows.length,
    batchSize,
    shuffle,
    seed,
    buckets: buckets ?? 'none',
    microBatchSize: microBatchSize ?? 'none',
    validationSplit: JSON.stringify(validationSplit ?? 'none'),
  };
  return {
    facts,
    *batches({ initialEpoch, epoch }) {
      const epochs = initialEpoch + settings.epochs;
      let batch = 0;
      for (const part of batchRows(rows, stepsOf, settings, epoch)) {
        const step = (epoch - initialEpoch) * batches + batch;
        const place = { epoch, epochs, batch: batch++, batches, step, steps };
        yield { place, ...trainer.batch(where, trainer.take(where, set, part), part) };
      }
    },
  };
}

/** Batches that an iterable yields, which is iterated anew in each epoch. */
export function iterableFeed<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  batches: BatchSource<unknown>,
  { signal, microBatchSize, ...settings }: FitSettings,
): Feed {
  return {
    facts: { microBatchSize: microBatchSize ?? 'none' },
    async *batches({ initialEpoch, epoch, steps, done }) {
      let step = steps - done;
      const epochs = initialEpoch + settings.epochs;
      let batch = 0;
      for await (const given of untilAborted(iterableOf(where, 'batches', batches), signal)) {
        const name = `batches[${batch}]`;
        const set = trainer.requireSet(where, trainer.readGiven(where, given, name), name);
        const count = trainer.countOf(set);
        trainer.requireFit(where, set, { count, batchSize: count, shuffle: false, microBatchSize });
        const rows = rowRange(0, count);
        const copied = trainer.take(where, set, rows);
        const place = { epoch, epochs, batch: batch++, batches: undefined, step: step++, steps: undefined };
        yield { place, ...trainer.batch(where, copied, rows, name) };
      }
      requireSome(where, 'batches', batch, batches, ` in epoch ${epoch}`);
    },
  };
}
