// Generates sequences of classes with a model: characters, words, notes.

import { isList, refuse, requireEntries, requireInstance, requireInteger } from '../checks.ts';
import { Network } from '../layers/network.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';
import { requireTopK } from '../random/sample.ts';
import { SAMPLING_OPTIONS, type SamplingOptions } from '../random/sampler.ts';
import { type AbortSignalLike, requireSignal } from '../training/abort-signal.ts';
import { Generation } from './generation/generation.ts';
import { type ClassNumbers, type Prompts, readPrompt, requireReadable } from './generation/prompt.ts';

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Number of classes of each sequence, at most, at least 1. */
  readonly steps: number;
  /** Class or classes that end a sequence, of which it is then the last one; default none. */
  readonly stop?: number | readonly number[];
  /** Seed of the random numbers; default 0. Each sequence has other random numbers. */
  readonly seed?: number;
  /** Number of the first sequence, as if so many sequences were before it; default 0. */
  readonly firstRow?: number;
  /** Ends the iteration with the signal's reason; default none. */
  readonly signal?: AbortSignalLike;
}

const OPTIONS: Schema<GenerateOptions, 'topK' | 'stop' | 'signal'> = {
  steps: required(integer()),
  ...SAMPLING_OPTIONS,
  stop: optional(requireStop),
  seed: optional(integer(0), 0),
  firstRow: optional(integer(0), 0),
  signal: optional(requireSignal),
};

function requireStop(where: string, argument: string, value: unknown): number | readonly number[] {
  if (!isList(where, argument, value)) return requireInteger(where, argument, value, 0);
  const list = requireEntries<number>(where, argument, value as readonly number[], 'be class numbers');
  for (const [k, each] of list.entries()) requireInteger(where, `${argument}[${k}]`, each, 0);
  return list;
}

/**
 * Generates classes with a model whose outputs are logits: it reads the prompt, draws a class as `sample` does, reads that
 * class, and so on. It computes one time step of a stream for each class. `topK: 1` takes the most probable class.
 *
 * A model that begins with an `Embedding` reads class numbers; any other model reads one-hot rows, and has as many inputs
 * as outputs. Sequences are independent: several at once are those of one at a time with their `firstRow`, to the bit.
 *
 * @param model - built, with a linear last layer; its layers run forwards in time
 * @param prompt - class numbers of one sequence, `[3, 1, 4]`; or several sequences: a list of such, of any lengths, or an
 *   array [B, T]. For a model without an Embedding also rows of features: arrays [T, I] in a list, or an array [B, T, I]
 * @param options - see GenerateOptions
 * @returns an iterable of classes: for one sequence numbers; for several, an array of B numbers at each step, −1 for those
 *   that have ended. `for … of` runs without pauses; `for await … of` lets other tasks run every 30 ms
 * @throws ArgumentError, ShapeError; during iteration StateError for outputs that are NaN or Infinity, and the signal's reason
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 5 })], { inputSize: 5 }).build();
 * const classes = [...generate(model, [0, 3], { steps: 20, temperature: 0.8, seed: 1 })]; // 20 numbers from 0 to 4
 * for await (const [a, b] of generate(model, [[0, 3], [2]], { steps: 20, stop: 4 })) if (a === 4 && b === 4) break;
 * ```
 */
export function generate(model: Network, prompt: ClassNumbers, options: GenerateOptions): Generation<number>;
export function generate(model: Network, prompt: Prompts, options: GenerateOptions): Generation<readonly number[]>;
export function generate(
  model: Network,
  prompt: ClassNumbers | Prompts,
  options: GenerateOptions,
): Generation<number | readonly number[]> {
  const where = 'generate';
  const { steps, stop = [], seed, firstRow, signal, ...sampling } = readOptions(where, options, OPTIONS);
  requireInstance(where, 'model', model, Network, 'be a Sequential or a Network');
  const read = readPrompt(where, prompt);
  const stream = model.stream({ batchSize: read.sequences.length });
  const classes = stream.outputSize;
  requireClasses(where, model, classes);
  requireReadable(where, read, model, classes);
  const lengths = new Set(read.sequences.map(({ shape }) => shape[0]!));
  if (lengths.size > 1 && model.masks && model.indexCount === 0) {
    refuse(where, 'prompt', 'have sequences of one length for a model that begins with Masking', [...lengths]);
  }
  requireTopK(where, sampling.topK, classes);
  const stops = new Set(typeof stop === 'number' ? [stop] : stop);
  for (const each of stops) if (each >= classes) refuse(where, 'stop', `be classes from 0 to ${classes - 1}`, each);
  return new Generation({ model, stream, classes, prompt: read, steps, sampling, seed, firstRow, stop: stops, signal });
}

/** Refuses a model whose outputs are not logits, or not what it reads. */
function requireClasses(
  where: string,
  { outputRange: [low, high], indexCount, inputSize }: Network,
  classes: number,
): void {
  if (high - low < Infinity) {
    refuse(where, 'model', 'put out logits', `outputs from ${low} to ${high}`, 'Use a linear Dense as its last layer');
  }
  const reads = indexCount > 0 ? indexCount : inputSize!;
  if (indexCount > 0 ? classes <= reads : classes === reads) return;
  const expected = `read the ${classes} classes that it puts out`;
  const remedy = indexCount > 0 ? `Give its Embedding inputDim: ${classes}` : 'To feed back numbers, use forecast';
  refuse(where, 'model', expected, `${reads} ${indexCount > 0 ? 'indices' : 'features'}`, remedy);
}
