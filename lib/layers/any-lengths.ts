// Which layers take sequences of different lengths.

import { refuse } from '../checks.ts';
import { type MaskOptions, requireNoMask } from '../engine/mask.ts';
import type { Rows } from '../tensor/row-data.ts';
import type { Layer } from './layer.ts';

/** Refuses sequences of different lengths if a layer cannot take them. */
export function requireAnyLengths(where: string, argument: string, layer: Layer): void {
  const why = layer.needsEqualLengths;
  if (why === undefined) return;
  const remedy = layer.masks ? 'Pad them with the masked value, or leave the masking layer out' : 'Pad them';
  refuse(where, argument, `have as many time steps in each row for ${why}`, 'rows of different lengths', remedy);
}

/** The mask of rows: their lengths, if these differ, or the given one. */
export function masksOfRows(
  where: string,
  argument: string,
  { lengths }: Rows,
  layer: Layer,
  given: MaskOptions,
): MaskOptions {
  if (lengths === undefined) return given;
  requireAnyLengths(where, argument, layer);
  requireNoMask(where, given);
  return { lengths };
}
