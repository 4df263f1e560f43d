// `bptt generate`: text from a model of characters or words.

import { Vocabulary } from '../data/vocabulary.ts';
import { BpttError } from '../errors.ts';
import { generate } from '../model/generate.ts';
import { Sequential } from '../model/sequential.ts';
import { readContent } from './formats.ts';
import { CommandError, type Io } from './io.ts';

/** How text is written. */
export interface GenerateTextOptions {
  readonly length: number;
  readonly start?: string;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
}

/** Milliseconds between two writes. */
const WRITE_EVERY = 20;

/** The class numbers that the model reads first. Without a start, it is what ends a line or a word. */
function promptOf(vocabulary: Vocabulary, start: string | undefined): number[] {
  const { tokens, unknown, separator } = vocabulary;
  if (start === undefined || start === '') {
    const found = ['\n', ' '].map((each) => tokens.indexOf(each)).find((each) => each >= 0);
    return [found ?? 0];
  }
  const parts = separator === '' ? Array.from(start) : start.split(separator).filter((each) => each !== '');
  const strange = unknown === undefined ? parts.find((each) => !tokens.includes(each)) : undefined;
  if (strange !== undefined) {
    throw new CommandError(`--start: the model does not know ${JSON.stringify(strange)}, which its text did not have`);
  }
  return vocabulary.encode(parts);
}

function generationOf(model: Sequential, vocabulary: Vocabulary, options: GenerateTextOptions) {
  const { length, start, temperature, topK, topP, seed } = options;
  const most = topK === undefined ? {} : { topK: Math.min(topK, vocabulary.size) };
  const sampling = { temperature, ...most, ...(topP !== undefined && { topP }) };
  return generate(model, promptOf(vocabulary, start), { steps: length, seed, ...sampling });
}

/** A text by a model of characters. */
export function writtenBy(model: Sequential, vocabulary: Vocabulary, options: GenerateTextOptions): string {
  return vocabulary.decode([...generationOf(model, vocabulary, options)]);
}

/** The model of a text in a file. */
async function textModelOf(file: string): Promise<{ model: Sequential; vocabulary: Vocabulary }> {
  const { model } = await readContent(file);
  const needs = 'text is written by models that bptt train makes of a text';
  if (model === undefined) throw new CommandError(`${file}: it has no model; ${needs}`);
  if (!(model instanceof Sequential)) throw new CommandError(`${file}: it is an ${model.kind}; ${needs}`);
  const { vocabulary, horizon } = model.metadata;
  if (vocabulary instanceof Vocabulary) return { model, vocabulary };
  const is = horizon === undefined ? 'its model has no vocabulary' : 'its model forecasts series (bptt forecast)';
  throw new CommandError(`${file}: ${is}; ${needs}`);
}

/** Writes text as it is generated. */
export async function generateText(io: Io, file: string, options: GenerateTextOptions): Promise<number> {
  const { model, vocabulary } = await textModelOf(file);
  const { separator, tokens } = vocabulary;
  const { start = '' } = options;
  let text = start;
  let last = Date.now();
  let generation: ReturnType<typeof generationOf>;
  try {
    generation = generationOf(model, vocabulary, options);
  } catch (error) {
    if (!(error instanceof BpttError)) throw error;
    throw new CommandError(`${file}: ${error.message}`);
  }
  let begun = start !== '';
  for await (const each of generation) {
    text += (begun ? separator : '') + tokens[each];
    begun = true;
    const now = Date.now();
    if (now - last < WRITE_EVERY) continue;
    io.out(text);
    await io.drained();
    [text, last] = ['', now];
  }
  io.out(`${text}\n`);
  return 0;
}
