// The files that `toBytes` writes.

import { describe } from '../describe.ts';
import { isMetadataClass } from '../formats/metadata.ts';
import { decodeSafetensors } from '../formats/safetensors.ts';
import * as library from '../index.ts';
import { isPartClass, type SavedClass } from '../layers/saved-layers.ts';
import { EncoderDecoder } from '../model/encoder-decoder.ts';
import { Sequential } from '../model/sequential.ts';
import { ContentError, parametersOf, type Read } from './content.ts';

/** A line for each entry of the metadata that travels with a model. */
function metadataOf({ metadata }: Sequential | EncoderDecoder): string[] {
  const inWords = (value: unknown): string => {
    const type = Object(value).constructor as unknown; // whose name a bundle may have shortened
    return isMetadataClass(type) ? type.kind : describe(value);
  };
  return Object.entries(metadata).map(([name, value]) => `metadata.${name}: ${inWords(value)}`);
}

/** All classes of the library that a file can name. */
const classes = Object.values<unknown>(library).filter(
  (each): each is SavedClass => (isPartClass(each) || isMetadataClass(each)) && typeof each.kind === 'string', // not base classes
);

export const read: Read = (bytes) => {
  const { metadata } = decodeSafetensors('bptt', bytes);
  if (metadata.format !== 'bptt') throw new ContentError(`it is a file of bptt, but no model: ${metadata.format}`);
  const isPair = /"decoder"\s*:/.test(metadata.architecture ?? '');
  const model = isPair ? EncoderDecoder.fromBytes(bytes, { classes }) : Sequential.fromBytes(bytes, { classes });
  const use = `${model.kind}.fromBytes reads it`;
  return { what: 'a model of bptt', model, arrays: parametersOf(model), notes: metadataOf(model), use };
};
