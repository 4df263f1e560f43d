// The files that `toBytes` writes.

import { describe } from '../describe.ts';
import { isMetadataClass } from '../formats/metadata.ts';
import { decodeSafetensors } from '../formats/safetensors.ts';
import * as library from '../index.ts';
import { isPartClass, type SavedClass } from '../layers/saved-layers.ts';
import { EncoderDecoder } from '../model/encoder-decoder.ts';
import { Sequential } from '../model/sequential.ts';
import { type Content, type Format, parametersOf } from './content.ts';
import { CommandError } from './io.ts';

/** Whether a safetensors file says that bptt wrote it. */
function isOwn(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(8, 200));
  return /^\{\s*"__metadata__"\s*:\s*\{\s*"format"\s*:\s*"bptt/.test(start);
}

/** A line for each entry of the metadata that travels with a model. */
function metadataOf({ metadata }: Sequential | EncoderDecoder): string[] {
  return Object.entries(metadata).map(([name, value]) => `metadata.${name}: ${describe(value)}`);
}

/** All classes of the library that a file can name. */
const classes = Object.values<unknown>(library).filter(
  (each): each is SavedClass => (isPartClass(each) || isMetadataClass(each)) && typeof each.kind === 'string', // not base classes
);

export const OWN: Format = {
  name: 'model of bptt',
  endings: ['.safetensors', '.bptt'],
  recognizes: isOwn,
  read(bytes): Content {
    const { metadata } = decodeSafetensors('bptt', bytes);
    if (metadata.format !== 'bptt') throw new CommandError(`it is a file of bptt, but no model: ${metadata.format}`);
    const isPair = /"decoder"\s*:/.test(metadata.architecture ?? '');
    const model = isPair ? EncoderDecoder.fromBytes(bytes, { classes }) : Sequential.fromBytes(bytes, { classes });
    const use = `${model.kind}.fromBytes reads it`;
    return { what: 'a model of bptt', model, arrays: parametersOf(model), notes: metadataOf(model), use };
  },
};
