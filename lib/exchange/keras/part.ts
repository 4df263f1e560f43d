// One part of a layer, a cell or a layer without a cell, and its arrays in a file.

import type { Cell } from '../../cells/cell.ts';
import type { GRUCell } from '../../cells/gru-cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import { FormatError } from '../../errors.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import type { Layer } from '../../layers/layer.ts';
import { RNN } from '../../layers/rnn.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import type { DType, FloatArray } from '../../tensor/storage.ts';
import type { Assignment } from '../gates.ts';
import { numbered, pathName } from '../keras-layers/paths.ts';
import { type KerasWeights, weightsOf } from '../keras-layers/weights.ts';
import { shortName, type Taker } from '../taker.ts';
import { fromCudnn, fromKeras1, KERAS_1_GATES } from './gates.ts';

/** A part of a layer of Keras. */
export interface LayerPart {
  /** Our layer in messages. */
  readonly label: string;
  readonly dtype: DType;
  readonly cell: Cell | undefined;
  readonly weights: KerasWeights;
  /** Its place within the layer in the format .weights.h5: `'cell'`, `'forward_layer/cell'`, `''`. */
  readonly place: string;
}

/**
 * The parts of a layer of Keras, in its order.
 *
 * @param layers - one layer, or those for the cells of a stack; with their names in messages
 */
export function partsOf(where: string, layers: readonly (readonly [label: string, layer: Layer])[]): LayerPart[] {
  const used = new Map<string, number>();
  return layers.flatMap(([label, layer], k) => {
    const stacked = layers.length > 1;
    const found = weightsOf(where, label, layer, stacked ? k : undefined);
    const cells = cellsOf(layer);
    return found.map((weights, p) => {
      const cell = cells[p];
      const place = stacked ? `cell/cells/${numbered(used, pathName(cell?.kind ?? ''))}` : placeOf(layer, weights);
      return { label, dtype: layer.dtype, cell, weights, place };
    });
  });
}

function cellsOf(layer: Layer): readonly (Cell | undefined)[] {
  if (layer instanceof RNN) return [layer.cell as Cell];
  if (layer instanceof Bidirectional) return layer.layers.flatMap((each) => cellsOf(each));
  return layer instanceof TimeDistributed ? layer.layers.flatMap((each) => cellsOf(each)) : [undefined];
}

function placeOf(layer: Layer, { part, isCell }: KerasWeights): string {
  if (layer instanceof TimeDistributed) return 'layer';
  if (part === undefined) return isCell ? 'cell' : '';
  return `${part}_layer/cell`;
}

/** How many arrays a part has in Keras 1, if it has one of each gate. */
function splitCount({ cell, weights }: LayerPart): number {
  const order = KERAS_1_GATES[cell?.kind ?? ''];
  return order === undefined || weights.arrays.length < 3 ? weights.arrays.length : 3 * order[1].length;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Deals the arrays of a layer to its parts, in the order of the file. Undefined where their number differs. */
export function dealt(parts: readonly LayerPart[], names: readonly string[]): string[][] | undefined {
  const counts = [parts.map(({ weights }) => weights.arrays.length), parts.map(splitCount)].find(
    (each) => total(each) === names.length,
  );
  if (counts === undefined) return undefined;
  let at = 0;
  return counts.map((count) => {
    at += count;
    return names.slice(at - count, at);
  });
}

/** New values of the parameters of a part, from arrays of a file in Keras' order. Assigns nothing. */
export function readPart(where: string, taker: Taker, part: LayerPart, names: readonly string[]): Assignment[] {
  const { weights, dtype, cell } = part;
  const { arrays } = weights;
  if (names.length > arrays.length) return weights.read(takeKeras1(where, taker, part, names));
  requireNames(where, part, names);
  const bias = names[2] === undefined ? undefined : taker.peek(names[2]);
  const N = arrays[0]!.shape.at(-1)!;
  const flat = cell !== undefined && bias?.shape.length === 1 && bias.shape[0] === 2 * N && N > cell.units;
  if (flat) return weights.read(takeCudnn(where, taker, part, names));
  if (bias !== undefined && cell?.kind === 'GRUCell') requireReset(where, part, names[2]!, bias.shape, N);
  return weights.read(names.map((name, k) => taker.take(name, arrays[k]!.shape, dtype)));
}

/** The arrays that Keras 1 has for each gate. */
function takeKeras1(where: string, taker: Taker, part: LayerPart, names: readonly string[]): FloatArray[] {
  const { weights, dtype, cell } = part;
  if (cell!.kind === 'GRUCell') requireReset(where, part, names[2]!, [3 * cell!.units], 3 * cell!.units);
  const [I, H] = [weights.arrays[0]!.shape[0]!, cell!.units];
  const shapes = [[I, H], [H, H], [H]];
  const values = names.map((name, k) => taker.take(name, shapes[k % 3]!, dtype));
  return fromKeras1(values, H, KERAS_1_GATES[cell!.kind]!);
}

/** The arrays of a CuDNNLSTM or CuDNNGRU, whose activations are fixed. */
function takeCudnn(
  where: string,
  taker: Taker,
  { weights, dtype, cell, label }: LayerPart,
  names: readonly string[],
): FloatArray[] {
  const { activation, recurrentActivation } = cell as Cell as LSTMCell;
  const isLSTM = cell!.kind === 'LSTMCell';
  const kind = isLSTM ? 'CuDNNLSTM' : 'CuDNNGRU';
  const refuse = (option: string, received: unknown): never =>
    differ(
      where,
      names[2]!,
      `not be the bias of a ${kind}, as ${label} has ${received}`,
      'that of one',
      `Build ${label} with ${option}`,
    );
  if (activation !== 'tanh') refuse("activation: 'tanh'", activation);
  if (recurrentActivation !== 'sigmoid') refuse("recurrentActivation: 'sigmoid'", recurrentActivation);
  if (!isLSTM && !(cell as Cell as GRUCell).resetAfter) refuse('resetAfter: true', 'resetAfter: false');
  const [kernel, recurrentKernel] = weights.arrays;
  const [K, R, b] = [kernel!.shape, recurrentKernel!.shape, [2 * kernel!.shape[1]!]].map((shape, k) =>
    taker.take(names[k]!, shape, dtype),
  ) as [FloatArray, FloatArray, FloatArray];
  return fromCudnn([K, R, b], cell!.units, isLSTM ? 4 : 3, isLSTM);
}

/** Refuses the bias of a GRU of the other form, which cannot be converted. */
function requireReset(
  where: string,
  { cell, label }: LayerPart,
  name: string,
  shape: readonly number[],
  N: number,
): void {
  const { resetAfter } = cell as Cell as GRUCell;
  const isAfter = shape.length === 2 && shape[0] === 2 && shape[1] === N;
  const isBefore = shape.length === 1 && shape[0] === N;
  if (resetAfter ? !isBefore : !isAfter) return;
  const expected = `be the bias of a GRU that resets ${resetAfter ? 'after' : 'before'} the product, as ${label}`;
  differ(where, name, expected, `[${shape.join(', ')}]`, `Build ${label} with resetAfter: ${!resetAfter}`);
}

/** What an array is, by the last part of its name; undefined for numbers and the names of Keras 1. */
function meaningOf(name: string): string | undefined {
  const last = /([^/]*?)(?::0)?$/.exec(name)?.[1];
  return ['kernel', 'recurrent_kernel', 'bias', 'gamma', 'beta', 'embeddings'].find((known) => known === last);
}

/** Refuses names that say something else than the order does. */
function requireNames(where: string, { label, weights }: LayerPart, names: readonly string[]): void {
  names.forEach((name, k) => {
    const [meaning, expected] = [meaningOf(name), weights.arrays[k]!.name];
    if (meaning !== undefined && meaning !== expected)
      differ(where, name, `be the ${expected} of ${label}, by its place in the list of weights`, `a ${meaning}`);
    const { part } = weights;
    const other = part === 'forward' ? '/backward_' : '/forward_';
    if (typeof part === 'string' && name.includes(other))
      differ(
        where,
        name,
        `belong to the ${part} layer of ${label}, by its place in the list of weights`,
        'the other one',
      );
  });
}

/** Throws the error for an array of a file. */
export function differ(where: string, name: string, expected: string, received: string, remedy?: string): never {
  throw new FormatError({
    where,
    argument: shortName(name),
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
