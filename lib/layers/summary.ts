// The table of a model's layers, for people.

import type { Buildable } from '../parameters/buildable.ts';
import { sizeOf } from '../tensor/layout.ts';
import { table } from '../tensor/printed.ts';
import type { LayerDescription, Part } from './layer-description.ts';
import { shapeInWords, shapesInWords } from './shape-in-words.ts';

const HEADER = ['layer', 'kind', 'output', 'parameters', 'state'];

/** A line for the shapes, a table of the layers, and a line for the size, of a model of parts in sequence. */
export function summaryOf({ kind, dtype, inputSize }: Buildable, parts: readonly Part[]): string {
  const [first, last] = [parts[0]!, parts.at(-1)!];
  const shapes = shapesInWords(first.input, last.layer.outputShape(last.input), first.layer.readsIndices);
  const count = sumOver(parts);
  const total = `${count} parameters, ${dtype}, ${count * (dtype === 'float32' ? 4 : 8)} bytes`;
  const size = inputSize === undefined ? `${dtype}, the number of parameters depends on I` : total;
  return `${kind} ${shapes}\n${table([HEADER, ...rowsOf(parts, '')])}\n${size}`;
}

/** A row for each part, each followed by the rows of its own parts. */
function rowsOf(parts: readonly Part[], indent: string): (string | number)[][] {
  return parts.flatMap(({ path, layer, input }) => {
    const inner = layer.parts(input);
    const states = inner.length > 0 ? [] : layer.stateSpecs(input.F);
    const count = countOf(layer, input.F, inner);
    const row = [
      indent + path.join('.'),
      layer.kind,
      shapeInWords(layer.outputShape(input)),
      count >= 0 ? count : '?'.padStart(HEADER[3]!.length),
      states.map((spec) => `${spec.path.join('.')} ${spec.width >= 0 ? spec.width : '?'}`).join(', '),
    ];
    return [row, ...rowsOf(inner, `${indent}  `)];
  });
}

/** Number of parameters of a layer; NaN if it depends on a size that is not known. */
function countOf(layer: LayerDescription, inputSize: number, inner: readonly Part[]): number {
  if (inner.length > 0) return sumOver(inner);
  if (!(inputSize >= 1)) return Number.NaN;
  return layer.parameterSpecs(inputSize).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function sumOver(parts: readonly Part[]): number {
  return parts.reduce((sum, { layer, input }) => sum + countOf(layer, input.F, layer.parts(input)), 0);
}
