// `fitStream`: training on sequences without end.
import { reading, refuse, requireFunction, requireOptions, requireShape } from '../checks.ts';
import { timeSlice } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import type { NetworkState } from '../layers/network.ts';
import { zeros } from '../tensor/create.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type AbortSignalLike, orAborted, requireSignal, untilAborted } from './abort-signal.ts';
import { requireXY } from './fit-options.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled, StepResult } from './train-step.ts';
import type { Examples, Trainer } from './trainer.ts';
import { turnTaker } from './turns.ts';

/** The next steps of B endless sequences: x [B, T, I] and their targets. */
export type Chunk = readonly [x: NdArrayLike, y: NdArrayLike];

/** How a chunk went. */
export interface ChunkLog extends StepResult {
  /** From 0. */
  readonly chunk: number;
  /** Time steps of every row, up to the end of the chunk. */
  readonly steps: number;
  /** η of the step. */
  readonly learningRate: number;
}

/** Options of `fitStream`. */
export interface FitStreamOptions {
  /**
   * States before the first chunk, as `model.stream({ batchSize })` makes them; those after the last one that was taken,
   * once the training ends in whatever way; default zeros.
   */
  readonly state?: NetworkState;
  /** Called after each chunk and waited for. */
  readonly onChunkEnd?: (log: ChunkLog) => void | Promise<void>;
  /**
   * Ends the training after the current step, without waiting for a source or a callback that has not answered: `fitStream`
   * rejects with the signal's reason, the model stays usable. The source's `return` is called.
   */
  readonly signal?: AbortSignalLike;
}

/** What `fitStream` returns. */
export interface StreamHistory {
  /** How many there were. */
  readonly chunks: number;
  /** Time steps of every row. */
  readonly steps: number;
  /**
   * Loss of all steps, each with the parameters before its chunk, skipped chunks left out: their mean or, with reduction
   * `'sum'`, their sum. NaN if every chunk was skipped, or there was none.
   */
  readonly loss: number;
  /** Mean global norm of the gradients before clipping, over the chunks that were not skipped, weighted by their steps. */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  /** Chunks left out because something was not finite. */
  readonly skipped: number;
}

const WHERE = 'Sequential.fitStream';

/**
 * Trains on chunks as they come, one step each. Where gradients go back further than a chunk, the last `overlap` steps
 * before it are gone through again with the weights of now, from the states that stood before them.
 */
export async function fitOnStream(
  trainer: Trainer,
  { optimizer, loss, through: { truncate = { every: 0, back: 0 } } }: Compiled,
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  options: FitStreamOptions,
): Promise<StreamHistory> {
  const { onChunkEnd, signal, ...rest } = requireFitStreamOptions(options);
  requireIterable(chunks);
  const overlap = truncate.back - truncate.every;
  const totals = new StepTotals(loss.reduction);
  let [count, steps] = [0, 0];
  const turn = turnTaker();
  let { state } = rest;
  let context: Tensor | undefined; // the steps before the next chunk; `state` is that before them
  let B: number | undefined;
  try {
    for await (const chunk of untilAborted(chunks, signal)) {
      const { source, target, sparse } = requireChunk(trainer, chunk, count, B);
      if (B === undefined && state !== undefined) trainer.requireState(WHERE, state, source);
      B = source.shape[0]!;
      state ??= trainer.zeroState(source);
      const x = context === undefined ? source : joined(context, source);
      const [before, T] = [context?.shape[1] ?? 0, x.shape[1]!];
      const until = Math.max(0, T - overlap);
      const { learningRate } = optimizer;
      const span = { state, lossFrom: before, until, chunk: count };
      const result = trainer.step(WHERE, { source: x, target, sparse }, span);
      totals.add(result, T - before);
      count++;
      steps += T - before;
      if (!result.skipped) context = until < T ? joined(undefined, timeSlice(x, until, T)) : undefined;
      await orAborted(signal, onChunkEnd?.(jsonable({ chunk: count - 1, steps, learningRate, ...result })));
      await turn();
    }
  } finally {
    if (context !== undefined && rest.state !== undefined) trainer.advance(WHERE, context, rest.state);
  }
  return jsonable({ chunks: count, steps, ...totals.figures });
}

function requireIterable(chunks: unknown): void {
  const iterable = chunks as Partial<AsyncIterable<Chunk> & Iterable<Chunk>> | null | undefined;
  const iterator = reading(WHERE, 'chunks', () => iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator]);
  if (typeof iterator !== 'function') refuse(WHERE, 'chunks', 'be iterable, asynchronously or not', chunks);
}

/** Refuses what is no pair of sequences of B rows; any number of them for the first chunk. */
function requireChunk(trainer: Trainer, chunk: Chunk, k: number, B: number | undefined): Examples {
  const argument = `chunks[${k}]`;
  const [x, y] = requireXY(WHERE, argument, chunk);
  const pair = trainer.requireExamples(WHERE, x, y, { x: `${argument}[0]`, y: `${argument}[1]` });
  requireShape(WHERE, `${argument}[0]`, pair.source.shape, [B ?? 'B', 'T', 'I']);
  return pair;
}

/** Two sequences one after the other; a copy. */
function joined(first: Tensor | undefined, second: NdArrayLike): Tensor {
  const [B, T, F] = second.shape as [number, number, number];
  const before = first?.shape[1] ?? 0;
  const all = zeros([B, before + T, F], { dtype: first?.dtype ?? 'float64' });
  if (first !== undefined) copyInto(timeSlice(all, 0, before), first);
  copyInto(timeSlice(all, before, before + T), second);
  return all;
}

function requireFitStreamOptions(options: FitStreamOptions): FitStreamOptions {
  const { state, onChunkEnd, signal } = requireOptions(WHERE, options, ['state', 'onChunkEnd', 'signal']);
  if (onChunkEnd !== undefined) requireFunction(WHERE, 'onChunkEnd', onChunkEnd);
  requireSignal(WHERE, signal);
  return { ...(state !== undefined && { state }), ...(onChunkEnd && { onChunkEnd }), ...(signal && { signal }) };
}
