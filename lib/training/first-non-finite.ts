// Locates the first NaN or infinity of a training step, in the order of computation.

import type { Hooks } from '../engine/hooks.ts';
import type { Packing } from '../engine/packing.ts';
import { stepRows } from '../engine/signal.ts';
import { type Values, visitSteps } from '../engine/visit.ts';
import type { NonFinitePlace } from '../errors.ts';
import type { StateLeaf } from '../memory/states.ts';
import type { Overflow } from '../optimizers/trial.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { addPenalties } from '../parameters/regularize.ts';
import { indexOf } from '../tensor/layout.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import type { OnLoss } from './loss-pass.ts';

const { isFinite: isFiniteNumber } = Number;

/**
 * Locates the first NaN or infinity of a failed step. It looks at x, the initial states, the parameters, the values of
 * each layer, the loss, then the gradients from the last layer and time step to the first, and last those of regularized
 * parameters. `again` recomputes the step up to its gradients, with the same bits. `packing`: that of x; `packingOf`: that
 * of the values of a layer, and of the prediction, which has no layer; default that of x.
 */
export function firstNonFinite(
  parameters: Parameters,
  x: NdArrayLike,
  states: readonly StateLeaf[],
  again: (hooks: Hooks, onLoss: OnLoss) => void,
  gradientNorm: number,
  packing: Packing | undefined,
  packingOf: (layer: string | undefined) => Packing | undefined = () => packing,
): NonFinitePlace {
  const { arena } = parameters;
  let found = placeInInput(x, arena.dtype, packing?.counted()) ?? placeInStates(states);
  const visitor = (phase: 'forward' | 'backward') => (values: Values) => {
    const rows = packingOf(values.layer);
    const reversedT = values.reversed === undefined ? undefined : (rows?.T ?? values.reversed);
    found ??= unpacked(placeIn(arena.data, phase, values), rows, reversedT);
  };
  const visit = { forward: visitor('forward'), backward: visitor('backward') };
  for (const { name, at, value } of parameters) visit.forward({ kind: 'parameter', name, at, shape: value.shape });
  if (found !== undefined) return found;
  parameters.zeroGradients();
  again({ visit }, (loss, { gradient, from, to }) => {
    if (!isFiniteNumber(loss)) found ??= scalar('forward', 'loss', loss);
    const run = { from, steps: to - from, rows: stepRows(gradient.B, gradient.packing, from, to) };
    visitSteps('prediction', gradient, run, visit.backward);
  });
  addPenalties(parameters);
  for (const { name, gradientAt: at, value } of parameters.regularized) {
    visit.backward({ kind: 'parameter', name, at, shape: value.shape });
  }
  return found ?? placeOfNorm(gradientNorm);
}

/** The place of a global norm that is infinite, although no gradient is. */
export function placeOfNorm(gradientNorm: number): NonFinitePlace {
  return scalar('backward', 'global norm', gradientNorm);
}

/** The place of the first value that an update would have made infinite or NaN. */
export function placeOfOverflow({ slot, parameter, index, value }: Overflow): NonFinitePlace {
  const { layer, tensor } = split(parameter, undefined);
  return { ...NOWHERE, phase: 'optimizer', layer, tensor, slot, index, value };
}

const NOWHERE = {
  layer: undefined,
  gate: undefined,
  tensor: undefined,
  slot: undefined,
  chunk: undefined,
  step: undefined,
  row: undefined,
  unit: undefined,
  index: undefined,
};

/** The first element of a matrix that is NaN or infinite when it is rounded to `dtype`. */
function firstIn(
  data: ArrayLike<number>,
  offset: number,
  [rows, F]: readonly [number, number],
  [rowStride, stride]: readonly [number, number],
  dtype: DType = 'float64',
  counts: (row: number) => boolean = () => true,
): { readonly row: number; readonly unit: number; readonly value: number } | undefined {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < F && counts(row); unit++) {
      const number = data[offset + row * rowStride + unit * stride]!;
      const value = dtype === 'float32' ? Math.fround(number) : number;
      if (!isFiniteNumber(value)) return { row, unit, value };
    }
  }
  return undefined;
}

/** Searches x, rounded to the precision of the network, time step by time step; `counted`: those that count, [B·T]. */
function placeInInput(
  { data, shape, stride, offset }: NdArrayLike,
  dtype: DType,
  counted: Uint8Array | undefined,
): NonFinitePlace | undefined {
  const T = shape.length === 3 ? shape[1]! : undefined;
  for (let t = 0; t < (T ?? 1); t++) {
    const at = T === undefined ? offset : offset + t * stride[1]!;
    const counts = counted && ((row: number) => counted[row * T! + t] === 1);
    const found = firstIn(data, at, [shape[0]!, shape.at(-1)!], [stride[0]!, stride.at(-1)!], dtype, counts);
    const step = T === undefined ? undefined : t;
    if (found !== undefined) return { ...NOWHERE, phase: 'forward', tensor: 'x', step, ...found };
  }
  return undefined;
}

/** Searches the initial states. */
function placeInStates(states: readonly StateLeaf[]): NonFinitePlace | undefined {
  for (const { path, given } of states) {
    const { data, shape, stride, offset } = given;
    const found = firstIn(data, offset, shape as [number, number], stride as [number, number]);
    const layer = path.slice(0, -1).join('.') || undefined;
    if (found !== undefined) return { ...NOWHERE, phase: 'forward', layer, tensor: path.at(-1)!, ...found };
  }
  return undefined;
}

function placeIn(data: FloatArray, phase: 'forward' | 'backward', values: Values): NonFinitePlace | undefined {
  const { at, shape, rowStride = shape.at(-1)! } = values;
  const rows = shape.length === 1 ? 1 : shape[0]!;
  const found = firstIn(data, at, [rows, shape.at(-1)!], [rowStride, 1]);
  return found && placeOf(phase, values, found.row, found.unit, found.value);
}

/** The row and the time step as the caller counts them. */
function unpacked(
  place: NonFinitePlace | undefined,
  packing: Packing | undefined,
  reversedT: number | undefined,
): NonFinitePlace | undefined {
  if (place?.row === undefined) return place;
  const { row, step } = place;
  const length = packing?.lengthOf(row) ?? reversedT ?? 0;
  const t = step === undefined || reversedT === undefined ? step : length - 1 - step;
  if (packing === undefined) return { ...place, step: t };
  return { ...place, row: packing.order[row]!, step: t === undefined ? t : packing.timeOf(t, row) };
}

function scalar(phase: 'forward' | 'backward', tensor: string, value: number): NonFinitePlace {
  return { ...NOWHERE, phase, tensor, value };
}

function placeOf(
  phase: 'forward' | 'backward',
  { kind, layer, name, step, shape, firstRow = 0 }: Values,
  row: number,
  unit: number,
  value: number,
): NonFinitePlace {
  const place = { ...NOWHERE, phase, value };
  if (kind === 'gate') return { ...place, layer, gate: name, step, row, unit };
  if (kind === 'tensor') return { ...place, layer, tensor: name, step, row, unit };
  const [first, ...others] = indexOf(row * shape.at(-1)! + unit, shape) as [number, ...number[]];
  return { ...place, ...split(name, layer), index: [firstRow + first, ...others] };
}

/**
 * Splits `lstm1.kernel` into layer and tensor. In the backward pass `layer` is given, and `name` is the tensor alone.
 */
function split(
  name: string,
  layer: string | undefined,
): { readonly layer: string | undefined; readonly tensor: string } {
  const dot = name.lastIndexOf('.');
  return layer === undefined && dot >= 0
    ? { layer: name.slice(0, dot), tensor: name.slice(dot + 1) }
    : { layer, tensor: name };
}
