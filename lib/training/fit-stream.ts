// `fitStream`: training on endless sequences, chunk by chunk.

import { reading, refuse, requireShape } from '../checks.ts';
import { zerosOf } from '../engine/sequence-buffer.ts';
import { timeSlice } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import type { NetworkState } from '../layers/network.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { copyRows } from '../tensor/row-data.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AbortSignalLike, requireSignal, untilAborted } from './abort-signal.ts';
import type { Chunks, GivenBatch } from './batches.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';
import { type Examples, namesOf } from './examples.ts';
import { type MetricResults, type Metrics, requireMetrics } from './report.ts';
import type { StepOptions } from './step-span.ts';
import type { Compiled, StepResult } from './train-step.ts';
import type { Trainer } from './trainer.ts';
import { type FeedBatch, TrainingLoop } from './training-loop.ts';
import { Progress, type StreamMemory } from './training-run.ts';

/** The next T time steps of B endless sequences: x [B, T, I], the targets, and which time steps count, by default all. */
export type Chunk = GivenBatch;

/** Options of `fitStream`. */
export interface FitStreamOptions {
  /**
   * States before the first chunk, from `model.stream({ batchSize }).zeroState()` for instance; default zeros. When the
   * training ends, for whatever reason, they are updated to the states after the last chunk that was trained on.
   */
  readonly state?: NetworkState;
  /** Called in turn before and after each chunk, and at the end of the stream or of a stopped training; default none. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a pending chunk or callback: `fitStream` calls
   * `return` of the source and rejects with the signal's reason. The model stays usable.
   */
  readonly signal?: AbortSignalLike;
  /** Metrics by name, over all chunks: `{ accuracy: new Accuracy() }`; default none. */
  readonly metrics?: Metrics;
}

/** The result of `fitStream`. */
export interface StreamHistory {
  /** Number of chunks, including skipped ones. */
  readonly batches: number;
  /** Number of time steps of these chunks, the same for every row. */
  readonly timeSteps: number;
  /**
   * Loss of the stream: the mean over its time steps or, with reduction `'sum'`, their sum. Each chunk counts with the
   * loss before its update; skipped chunks do not count. NaN without any chunk that counts.
   */
  readonly loss: number;
  /**
   * Global norm of the gradients before clipping: the mean over the chunks that were not skipped, weighted by time
   * steps.
   */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  /** Number of chunks skipped because of NaN or an infinity. */
  readonly skipped: number;
  /** Metrics of the stream by name, with the outputs of each chunk before its update; empty without metrics. */
  readonly metrics: MetricResults;
  /** Whether a callback stopped the training. */
  readonly stopped: boolean;
}

const OPTIONS: Schema<FitStreamOptions, 'state' | 'signal'> = {
  state: optional(unchecked<NetworkState>), // the network checks it
  callbacks: optional(requireCallbacks, []),
  signal: optional(requireSignal),
  metrics: optional(requireMetrics, {}),
};

/** Trains on chunks as they arrive, one update per chunk. */
export async function fitOnStream(
  where: string,
  trainer: Trainer,
  compiled: Compiled,
  chunks: Chunks,
  options: FitStreamOptions,
): Promise<StreamHistory> {
  const { state, callbacks, signal, metrics } = readOptions(where, options, OPTIONS);
  requireIterable(where, chunks);
  trainer.network.requireForwards(where);
  const settings = { where, callbacks, metrics, ...(signal && { signal }) };
  const feed = new ChunkFeed(where, trainer, compiled, untilAborted(chunks as Iterable<Chunk>, signal), state);
  const progress = new Progress(compiled, { chunks: true }, 0, feed);
  const loop = new TrainingLoop(trainer.network, compiled, settings, progress);
  const figures = await loop.train(async () => {
    const place = { epoch: 0, epochs: 1 };
    const before = feed.count;
    const { figures, metrics, rates, complete } = await loop.run(place, feed.batches());
    const rest = { ...rates, validationLoss: undefined, metrics, validationMetrics: {} };
    const log = jsonable({ ...place, ...figures, ...rest });
    const isNew = feed.count > before || progress.epoch === 0; // otherwise the checkpoint was made at this end
    if (isNew && (complete || feed.count > 0)) {
      progress.logs.push(log);
      progress.epoch++;
      await loop.call((each, run) => each.onEpochEnd?.(log, run));
    }
    return { ...figures, metrics };
  });
  const { count: batches, timeSteps } = feed;
  return jsonable({ batches, timeSteps, ...figures, stopped: loop.stopped });
}

/**
 * The chunks of a stream as batches. If gradients reach back before a chunk, its step also recomputes the last
 * `overlap` time steps before the chunk, with the current parameters.
 */
class ChunkFeed implements StreamMemory {
  /** The public function that errors name. */
  readonly #where: string;
  readonly #trainer: Trainer;
  readonly #chunks: AsyncIterable<Chunk>;
  /** The caller's states, if any. */
  readonly #given: NetworkState | undefined;
  readonly #overlap: number;
  /** The state before the context: the caller's or, from the first chunk on, one that began with zeros. */
  state: NetworkState | undefined;
  /** The inputs to recompute before the next chunk; undefined if there are none. */
  context: Tensor | undefined;
  /** Number of training steps: chunks so far, including skipped ones. */
  count = 0;
  /** Number of time steps of these chunks, per row. */
  timeSteps = 0;

  constructor(
    where: string,
    trainer: Trainer,
    { through }: Compiled,
    chunks: AsyncIterable<Chunk>,
    state: NetworkState | undefined,
  ) {
    const { every, back } = through.truncate ?? { every: 0, back: 0 };
    this.#where = where;
    this.#trainer = trainer;
    this.#chunks = chunks;
    this.#given = state;
    this.#overlap = back - every;
    this.state = state;
  }

  async *batches(): AsyncGenerator<FeedBatch, void> {
    let B: number | undefined;
    let left = this.count; // a training that continues has trained on these chunks before
    try {
      for await (const chunk of this.#chunks) {
        if (left-- > 0) continue;
        const { source, target, sparse, weights, mask } = requireChunk(
          this.#where,
          this.#trainer,
          chunk,
          this.count,
          B,
        );
        if (mask !== undefined && this.#overlap > 0) {
          const expected = 'have no mask, as truncate with back > every recomputes time steps before the chunk';
          refuse(this.#where, `chunks[${this.count}][2]`, expected, chunk[2]);
        }
        if (B === undefined) this.#begin(source);
        B = source.shape[0]!;
        const { x, y } = namesOf(`chunks[${this.count}]`);
        const copies = { source: copyRows(this.#where, x, source), target: copyRows(this.#where, y, target) };
        yield this.#batchOf({ ...copies, sparse, weights, mask });
      }
    } finally {
      if (this.context !== undefined && this.#given !== undefined) {
        this.state = this.#trainer.states.copy(this.#where, this.context, this.#given); // for a checkpoint at the end
        this.#trainer.states.advance(this.#where, this.context, this.#given);
      }
    }
  }

  #begin(x: NdArrayLike): void {
    if (this.state === undefined) this.state = this.#trainer.states.zeros(x);
    else this.#trainer.states.require(this.#where, this.state, x);
  }

  #batchOf(chunk: Chunked): FeedBatch {
    const { count } = this;
    const { source: x, target: y, mask } = chunk;
    const place = { epoch: 0, epochs: 1, batch: count, batches: undefined, step: count, steps: undefined };
    const B = x.shape[0]!;
    const weight = this.#trainer.weightOf(chunk) / B;
    const [output, scored] = [this.#trainer.outputOf(chunk), this.#trainer.scored(chunk)];
    const take = (options: StepOptions): StepResult => this.#step(chunk, options);
    return { place, x, y, mask, state: this.#stateBefore(x), weight, output, scored, take };
  }

  /** Returns a function that computes the state before x when it is first called: recomputing the context takes time. */
  #stateBefore(x: Tensor): () => NetworkState {
    const state = this.#trainer.states.copy(this.#where, x, this.state!);
    let context = this.context;
    return () => {
      if (context !== undefined) this.#trainer.states.advance(this.#where, context, state);
      context = undefined;
      return state;
    };
  }

  #step({ source: x, target: y, weights, mask }: Chunked, options: StepOptions): StepResult {
    const given = { ...namesOf(`chunks[${this.count}]`), checkedMask: mask, sampleWeights: weights };
    const { source, ...checked } = this.#trainer.requireExamples(this.#where, x, y, given);
    const lossFrom = this.context?.shape[1] ?? 0;
    const all = joined(this.#where, this.context, source);
    const T = all.shape[1]!;
    const until = Math.max(0, T - this.#overlap);
    const span = { state: this.state!, lossFrom, chunk: this.count, ...(until < T && { until }) };
    const result = this.#trainer.step(this.#where, { ...checked, source: all, mask }, span, options);
    this.count++;
    this.timeSteps += T - lossFrom;
    if (result.skipped) return result;
    this.context = until < T ? joined(this.#where, undefined, timeSlice(all, until, T)) : undefined;
    return result;
  }
}

/** A checked chunk whose arrays are copies. */
interface Chunked extends Examples {
  readonly source: Tensor;
  readonly target: Tensor;
}

function requireIterable(where: string, chunks: unknown): void {
  const iterable = chunks as Partial<AsyncIterable<Chunk> & Iterable<Chunk>> | null | undefined;
  const iterator = reading(where, 'chunks', () => iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator]);
  if (typeof iterator !== 'function') refuse(where, 'chunks', 'be an iterable or an async iterable', chunks);
}

/** Checks that a chunk is a pair of sequences with B rows; the first chunk may have any number of rows. */
function requireChunk(where: string, trainer: Trainer, chunk: Chunk, k: number, B: number | undefined): Examples {
  const name = `chunks[${k}]`;
  const examples = trainer.requireBatch(where, trainer.readGiven(where, chunk, name), name);
  requireShape(where, `${name}[0]`, examples.source.shape, [B ?? 'B', 'T', 'I']);
  return examples;
}

/** Concatenates two sequences along time. */
function joined(where: string, first: Tensor | undefined, second: NdArrayLike): Tensor {
  const [B, T, F] = second.shape as [number, number, number];
  const before = first?.shape[1] ?? 0;
  const all = zerosOf({ T: before + T, B, F }, first?.dtype ?? 'float64', where, 'chunks');
  if (first !== undefined) copyInto(timeSlice(all, 0, before), first);
  copyInto(timeSlice(all, before, before + T), second);
  return all;
}
