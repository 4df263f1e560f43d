// The table of a model's layers, for people.

import type { SignalShape } from '../engine/signal.ts';
import type { Buildable } from '../parameters/buildable.ts';
import { sizeOf } from '../tensor/layout.ts';
import { table } from '../tensor/printed.ts';
import type { LayerDescription, Part } from './layer-description.ts';
import { shapeInWords, shapesInWords } from './shape-in-words.ts';

const HEADER = ['layer', 'kind', 'output', 'parameters', 'state'];

/**
 * A line for the shapes, a table of the layers, lines for what threads do not share, and a line for the size, of a model of
 * parts in sequence.
 */
export function summaryOf(model: Buildable, parts: readonly Part[]): string {
  const { kind, dtype, inputSize } = model;
  const [first, last] = [parts[0]!, parts.at(-1)!];
  const shapes = shapesInWords(first.input, last.layer.outputShape(last.input), first.layer.readsIndices);
  const count = sumOver(parts);
  const total = `${count} parameters, ${dtype}, ${count * (dtype === 'float32' ? 4 : 8)} bytes`;
  const unknown = inputSize === undefined ? 'the number of parameters depends on I' : 'attention needs a decoder';
  const size = count >= 0 ? total : `${dtype}, ${unknown}`;
  const { threads = 1 } = model.buildOptions;
  const alone = threads === 1 ? [] : undividedOf(parts);
  return [`${kind} ${shapes}`, table([HEADER, ...rowsOf(parts, '')]), ...alone, size].join('\n');
}

/** A line for each layer whose time steps run on one thread. */
function undividedOf(parts: readonly Part[], within: readonly string[] = []): string[] {
  return parts.flatMap(({ path, layer, input }) => {
    const names = [...within, ...path];
    const cell = layer.undividedCell;
    const line = `${names.join('.')}: time steps on one thread, as ${cell} is a cell of your own`;
    return [...(cell === undefined ? [] : [line]), ...undividedOf(layer.parts(input), names)];
  });
}

/** A row for each part, each followed by the rows of its own parts. */
function rowsOf(parts: readonly Part[], indent: string): (string | number)[][] {
  return parts.flatMap(({ path, layer, input }) => {
    const inner = layer.parts(input);
    const states = inner.length > 0 ? [] : layer.stateSpecs(input.F);
    const count = countOf(layer, input, inner);
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
function countOf(layer: LayerDescription, input: SignalShape, inner: readonly Part[]): number {
  if (inner.length > 0) return sumOver(inner);
  const alone = layer.attends && !(layer.outputShape(input).F >= 1); // attention that is in no decoder
  if (!(input.F >= 1) || alone) return Number.NaN;
  return layer.parameterSpecs(input.F).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function sumOver(parts: readonly Part[]): number {
  return parts.reduce((sum, { layer, input }) => sum + countOf(layer, input, layer.parts(input)), 0);
}
