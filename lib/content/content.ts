// What is known of a file: a model or arrays.

import { BpttError } from '../errors.ts';
import type { ForeignArrays } from '../exchange/foreign-array.ts';
import type { EncoderDecoder } from '../model/encoder-decoder.ts';
import type { Sequential } from '../model/sequential.ts';

/** What is in a file. */
export interface Content {
  /** In words: `a model of bptt`. */
  readonly what: string;
  /** The model, if the file has all of one that can be imported. */
  readonly model?: Sequential | EncoderDecoder | undefined;
  /** Why there is no model, if the format holds models. */
  readonly refusal?: string | undefined;
  /** Arrays by name: parameters, or whatever else there is. */
  readonly arrays: ForeignArrays;
  /** Names of parts that can be read alone, as `at`. */
  readonly parts?: readonly string[];
  /** Further lines: metadata, nodes, what cannot be imported and why. */
  readonly notes: readonly string[];
  /** What can be done with it. */
  readonly use: string;
}

/** A failure to be told in a line: a file that is of no known format, or that cannot be used. */
export class ContentError extends Error {}

/** Reads a file; `at`: the keys that lead to a part of it; `beside` reads a file beside it. */
export type Read = (
  bytes: Uint8Array,
  at: readonly string[],
  beside: (name: string) => Uint8Array,
) => Content | Promise<Content>;

/** A model, or why its importer refuses it. */
export async function attempt(
  make: () => Sequential | Promise<Sequential>,
): Promise<{ readonly model?: Sequential; readonly refusal?: string }> {
  try {
    return { model: await make() };
  } catch (error) {
    if (error instanceof BpttError) return { refusal: error.message.replace(/^\w+: /, '') };
    throw error;
  }
}

/** The parameters of a model as arrays. */
export function parametersOf(model: Sequential | EncoderDecoder): ForeignArrays {
  return new Map(
    [...model.parameters].map(({ name, value }) => [
      name,
      { shape: value.shape, dtype: value.dtype, data: value.copy().data },
    ]),
  );
}
