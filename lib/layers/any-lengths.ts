// Which layers take sequences of different lengths.

import { refuse } from '../checks.ts';
import { type MaskOptions, requireNoMask } from '../engine/mask.ts';
import { type Rows, requireTimeSteps } from '../tensor/row-data.ts';
import type { Layer } from './layer.ts';

/** Refuses sequences of different lengths if a layer cannot take them, and rows of features that differ in their number. */
export function requireAnyLengths(where: string, argument: string, rows: Rows, layer: Layer): void {
  if (rows.lengths === undefined) return;
  if (!layer.readsIndices) requireTimeSteps(where, argument, rows);
  const why = layer.needsEqualLengths;
  if (why === undefined) return;
  const remedy = layer.masks ? 'Pad them with the masked value, or leave the masking layer out' : 'Pad them';
  refuse(where, argument, `have as many time steps in each row for ${why}`, 'rows of different lengths', remedy);
}

/** The mask of rows: their lengths, if these differ, or the given one. */
export function masksOfRows(
  where: string,
  argument: string,
  rows: Rows,
  layer: Layer,
  given: MaskOptions,
): MaskOptions {
  const { lengths } = rows;
  if (lengths === undefined) return given;
  requireAnyLengths(where, argument, rows, layer);
  requireNoMask(where, given);
  return { lengths };
}
