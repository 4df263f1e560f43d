// The layers of a network: their checks, and their names.

import { refuse, requireEntries, requireInstance } from '../checks.ts';
import type { SignalShape } from '../engine/signal.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import { Layer } from './layer.ts';

/** Kind and number of each layer, from 1 for each kind. */
export function namesOf(layers: readonly Layer[]): string[] {
  const counts = new Map<string, number>();
  return layers.map(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind[0]!.toLowerCase()}${/^[A-Z]+$/.test(kind) ? kind.slice(1).toLowerCase() : kind.slice(1)}${count}`;
  });
}

/** The options of a network, with the input size of its first layer if that is known. */
export function withInputSize(where: string, { kind, inputSize }: Layer, options: BuildOptions): BuildOptions {
  if (inputSize === undefined) return options;
  if (options.inputSize === undefined || options.inputSize === inputSize) return { ...options, inputSize };
  return refuse(
    where,
    'inputSize',
    `be the ${inputSize} that the first layer, ${kind}, was made for`,
    options.inputSize,
  );
}

/** Checks that layers are new and fit each other. */
export function requireLayers(where: string, layers: readonly Layer[]): readonly Layer[] {
  const expected = 'be an array of at least one layer';
  const list = requireEntries(where, 'layers', layers, expected);
  if (list.length === 0) refuse(where, 'layers', expected, layers);
  const checked: Layer[] = [];
  let shape: SignalShape = { T: Number.NaN, B: Number.NaN, F: Number.NaN }; // F is NaN while it is not known
  for (const [i, layer] of list.entries()) {
    const argument = `layers[${i}]`;
    requireInstance(where, argument, layer, Layer, 'be a layer');
    if (layer.inUse || checked.includes(layer)) {
      refuse(where, argument, 'be new: not in use elsewhere or twice', layer, 'Make a new layer');
    }
    requirePlace(where, argument, layer, checked);
    requireTimeAxis(where, argument, layer, shape, checked);
    const { inputSize = shape.F } = layer;
    if (shape.F >= 1 && inputSize !== shape.F) {
      refuse(where, argument, `take the ${shape.F} features of the layer before it`, inputSize);
    }
    shape = layer.outputShape({ ...shape, F: inputSize });
    if (shape.T !== undefined && shape.T < 1) {
      refuse(where, argument, `get at least ${layer.leastSteps(1)} time steps`, checked.at(-1));
    }
    checked.push(layer);
  }
  if (checked.some(isStateful) && checked.some(({ trainsInitialState }) => trainsInitialState)) {
    refuse(where, 'layers', 'not have both stateful and trainInitialState', layers);
  }
  return checked;
}

/** Checks layers that have to be the first ones. */
function requirePlace(where: string, argument: string, layer: Layer, before: readonly Layer[]): void {
  if (layer.masks && before.length > 0) {
    refuse(where, argument, 'be the first layer, as it masks inputs', layer, 'Move Masking to the front');
  }
  if (layer.readsIndices && before.length > 0) {
    refuse(where, argument, 'be the first layer, as it reads indices', layer, 'Move Embedding to the front');
  }
  if (!layer.readsBackwards) return;
  // The network reverses its input: layers before this one must read each time step by itself.
  for (const other of before) {
    if (other.stateSpecs(Number.NaN).length > 0) {
      refuse(where, argument, 'read forwards, as a recurrent layer precedes it', 'goBackwards', 'Use Bidirectional');
    }
    if (other.needsWhole !== undefined || other.timeAxis !== 'kept') {
      refuse(where, argument, `read forwards, as ${other.kind} precedes it`, 'goBackwards', 'Use Bidirectional');
    }
  }
}

/** Checks that a layer gets time steps if it needs them, none if it makes them, and the masked ones if there is a mask. */
function requireTimeAxis(
  where: string,
  argument: string,
  layer: Layer,
  { T }: SignalShape,
  before: readonly Layer[],
): void {
  if (layer.needsTime && T === undefined) {
    const remedy = 'Give the recurrent layer before it returnSequences: true';
    refuse(where, argument, 'follow a layer that gives sequences', before.at(-1), remedy);
  }
  if (layer.timeAxis !== 'kept' && before[0]?.masks) {
    refuse(where, argument, `keep the time axis, as ${before[0].kind} masks time steps`, layer);
  }
  if (layer.timeAxis === 'made' && T !== undefined && hasTime(before)) {
    const remedy = 'Give the recurrent layer before it returnSequences: false';
    refuse(where, argument, 'follow a layer that gives one output a row', before.at(-1), remedy);
  }
}

/** Whether the output of layers has time steps if none of them removes the time axis. */
function hasTime(layers: readonly Layer[]): boolean {
  return layers.some((layer) => layer.needsTime || layer.timeAxis === 'made');
}

/** Whether layers in sequence take only sequences, and what becomes of their time axis. */
export function timeOf(layers: readonly Layer[]): Pick<Layer, 'needsTime' | 'timeAxis'> {
  const made = layers.findIndex(({ timeAxis }) => timeAxis === 'made');
  const before = layers.slice(0, made < 0 ? layers.length : made);
  const needsTime = before.some((layer) => layer.needsTime);
  if (layers.every(({ timeAxis }) => timeAxis === 'kept')) return { needsTime, timeAxis: 'kept' };
  const makes = !needsTime && before.every(({ timeAxis }) => timeAxis === 'kept');
  return { needsTime, timeAxis: makes ? 'made' : 'changed' };
}

/** Whether a layer, or one in it, is stateful. */
export function isStateful(layer: Layer): boolean {
  return (layer as { stateful?: boolean }).stateful === true;
}
