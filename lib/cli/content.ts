// What commands know of a file: its format, and a model or arrays.

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
  /** Further lines: metadata, nodes, what cannot be imported and why. */
  readonly notes: readonly string[];
  /** What can be done with it. */
  readonly use: string;
}

/** A format that commands read. */
export interface Format {
  /** In words: `safetensors`. */
  readonly name: string;
  /** Endings of the names of its files. */
  readonly endings: readonly string[];
  /** Whether the first bytes are those of this format; undefined if bytes do not tell. */
  recognizes(bytes: Uint8Array): boolean | undefined;
  /** Reads a file; `at`: the keys that lead to a part of it; `beside` reads a file beside it. */
  read(bytes: Uint8Array, at: readonly string[], beside: (name: string) => Uint8Array): Content | Promise<Content>;
}

/** A format that `convert` writes. */
export interface Target {
  /** Its name for the option `--to`. */
  readonly key: string;
  /** In words. */
  readonly name: string;
  /** Endings of names that mean it. */
  readonly endings: readonly string[];
  /** The file, which will have this name; refuses what the format cannot hold. */
  write(content: Content, name: string): Uint8Array | Files;
}

/** A file, others beside it by name, and what else to say. */
export interface Files {
  readonly bytes: Uint8Array;
  readonly beside?: ReadonlyMap<string, Uint8Array>;
  /** What is printed as a result. */
  readonly note?: string;
}

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
