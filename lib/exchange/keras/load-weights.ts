// Loads weights of Keras into a model of the caller.

import type { Cell } from '../../cells/cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import { refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import type { Dense } from '../../layers/dense.ts';
import type { Layer } from '../../layers/layer.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import { allocate } from '../../tensor/storage.ts';
import { type Assignment, assignAll } from '../gates.ts';
import { requireBytes } from '../require-bytes.ts';
import { listed, Taker } from '../taker.ts';
import { initialStates, layersOf, requireAll, requireModel, requireNames, type Target } from '../targets.ts';
import { type KerasContent, openKeras } from './content.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import type { KerasNames, KerasTargetModel } from './names.ts';
import { dealt, differ, type LayerPart, partsOf, readPart } from './part.ts';
import { hardSigmoidOf, requireVersion, versionOf } from './version.ts';

/** Options of `loadKerasWeights`. */
export interface LoadKerasWeightsOptions {
  /** Layers in the file by name, and the layers that they are here; default: all of them, in order. */
  readonly names?: KerasNames;
  /**
   * Version of Keras that wrote the file, where the file does not say it: `'2'` or `'3'`. Needed for models with a hard
   * sigmoid, which has changed its meaning.
   */
  readonly kerasVersion?: string;
}

const OPTIONS: Schema<LoadKerasWeightsOptions, 'names' | 'kerasVersion'> = {
  names: optional((_, __, value) => value as KerasNames), // requireNames checks them against the model
  kerasVersion: optional(requireVersion),
};

const NAMES = "be an object of layers by name in the file: { lstm_7: 'lstm1', dense_9: 'dense1' }";
export const ROUNDING = "Build the model with dtype: 'float64'";

/** Layers of the model for one layer of the file. */
interface Match {
  readonly name: string;
  readonly layers: readonly (readonly [label: string, layer: Layer])[];
}

/**
 * Loads the weights of a Keras file into a model: `.weights.h5`, `.h5` or `.keras`, of Keras 1, 2 or 3. The caller gives the
 * architecture. Every name, number and shape of arrays is compared, and all is loaded or nothing: arrays that the model
 * has no use for, layers without arrays, a GRU of the other form, and a hard sigmoid of another version are refused.
 *
 * Layers of cuDNN (CuDNNLSTM, CuDNNGRU) and the arrays of single gates that Keras 1 writes are converted. A file does not say
 * which activations its layers have: those of the model are used. Trained initial states become zeros, as Keras has none.
 *
 * @param model - a model or a layer that is built
 * @param bytes - the whole file
 * @throws FormatError naming the array, ArgumentError naming the layer, StateError before the input size is known; then
 *   nothing changes
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 128 }), new Dense({ units: 10 })], { inputSize: 40 }).build();
 * const load = (bytes: Uint8Array) => loadKerasWeights(model, bytes, { names: { lstm_7: 'lstm1', dense_9: 'dense1' } });
 * load.length; // 1
 * ```
 */
export async function loadKerasWeights(
  model: KerasTargetModel,
  bytes: Uint8Array,
  options: LoadKerasWeightsOptions = {},
): Promise<void> {
  const where = 'loadKerasWeights';
  const target = requireModel(where, model);
  const file = requireBytes(where, bytes);
  const { names, kerasVersion } = readOptions(where, options, OPTIONS);
  const chosen = names === undefined ? undefined : requireNames(where, target, names, NAMES);
  const content = await openKeras(where, file);
  const version = versionOf(where, content.kerasVersion, kerasVersion);
  const taker = new Taker(where, content.arrays, ROUNDING);
  for (const { path, targets } of chosen ?? []) if (targets.length === 0) leaveOut(where, taker, content, path);
  requireHardSigmoid(where, 'model', target as Layer, version);
  for (const [label, layer] of layersOf(target)) requireHardSigmoid(where, label, layer as Layer, version);
  const matches =
    chosen === undefined
      ? inOrder(where, content, leavesOf(target))
      : chosen.filter(({ targets }) => targets.length > 0).map((each) => matchOf(where, each.path, each.targets));
  const assignments = matches.flatMap((match) => {
    return readMatch(where, content, taker, match);
  });
  requireAll(
    where,
    target,
    assignments.map(({ parameter }) => parameter),
    'a layer of the file',
  );
  taker.finish('Name their layers in the option names, or leave them out with null: { name: null }');
  assignAll(where, assignments);
}

/** Counts the arrays of a layer, or a single array, as used. */
function leaveOut(where: string, taker: Taker, { arrays }: KerasContent, name: string): void {
  const starts = [`${name}/`, `layers/${name}/`];
  const found = [...arrays.keys()].filter((each) => each === name || starts.some((start) => each.startsWith(start)));
  if (found.length === 0) refuse(where, `names.${name}`, 'name something in the file', null);
  for (const each of found) taker.peek(each);
}

function matchOf(where: string, name: string, targets: readonly Target[]): Match {
  const layers = targets.map(({ part, label }) => {
    if (!('outputShape' in part)) return refuse(where, `names.${name}`, 'be a layer, not a cell', part);
    return [label, part as Buildable as Layer] as const;
  });
  const other = targets.find(({ part }) => !('cell' in part));
  if (layers.length > 1 && other !== undefined)
    refuse(where, `names.${name}`, 'list the layers for the cells of a stack', other.label);
  return { name, layers };
}

/** The layers of the model for those of the file, in order. */
function inOrder(where: string, { format, layers }: KerasContent, leaves: readonly Leaf[]): Match[] {
  if (format !== 'h5') return leaves.map(({ path, label, layer }) => ({ name: path, layers: [[label, layer]] }));
  if (layers.length !== leaves.length) {
    const expected = `have arrays of ${leaves.length} layers, for ${listed(leaves.map(({ label }) => label))}`;
    const received = `${layers.length}: ${listed(layers.map(({ name }) => name))}`;
    const remedy = 'Say which layer is which with the option names';
    throw new FormatError({ where, argument: 'bytes', expected, received, remedy });
  }
  return leaves.map(({ label, layer }, k) => ({ name: layers[k]!.name, layers: [[label, layer]] }));
}

/** New values for the layers of a match. */
function readMatch(where: string, content: KerasContent, taker: Taker, { name, layers }: Match): Assignment[] {
  const parts = partsOf(where, layers);
  const zeros = layers.flatMap(([, layer]) => initialStates(layer));
  return [
    ...readLayer(where, content, taker, name, parts),
    ...zeros.map((parameter) => ({ parameter, values: allocate(parameter.value.dtype, parameter.size) })),
  ];
}

/** New values of the parameters of parts, from the arrays of one layer of the file. */
export function readLayer(
  where: string,
  { format, layers }: KerasContent,
  taker: Taker,
  name: string,
  parts: readonly LayerPart[],
): Assignment[] {
  if (format !== 'h5') {
    return parts.flatMap((part) => {
      const path = ['layers', name, part.place].filter((each) => each !== '').join('/');
      return readPart(
        where,
        taker,
        part,
        part.weights.arrays.map((_, k) => `${path}/vars/${k}`),
      );
    });
  }
  const layer = layers.find((each) => each.name === name);
  const own = layer?.arrays ?? [];
  const names = dealt(parts, own);
  if (names !== undefined) return parts.flatMap((part, k) => readPart(where, taker, part, names[k]!));
  const wanted = parts.flatMap(({ weights }) => weights.arrays.map((array) => array.name));
  const received = layer === undefined ? `none; the file has ${listed(layers.map((each) => each.name))}` : listed(own);
  const labels = [...new Set(parts.map(({ label }) => label))].join(', ');
  const remedy = [
    `If the layer has no bias, build ${labels} with useBias: false`,
    `Build ${labels} with useBias: true`,
  ][[wanted.length - 1, wanted.length + 1].indexOf(own.length)];
  return differ(where, name, `have ${wanted.length} arrays for ${labels}: ${wanted.join(', ')}`, received, remedy);
}

/** Refuses a layer with the hard sigmoid of another version, or with one in an unknown version. */
function requireHardSigmoid(where: string, label: string, layer: Layer, version: string | undefined): void {
  const theirs = hardSigmoidOf(version);
  const ours = activationsOf(layer).find((name) => name?.startsWith('hardSigmoid') && name !== theirs);
  if (ours === undefined) return;
  if (theirs === undefined) {
    const remedy = "Give the option kerasVersion: '3', or '2' for a file of Keras 2.12 to 2.15";
    refuse(where, 'kerasVersion', `be given for ${label} with ${ours}, as the file does not say it`, undefined, remedy);
  }
  refuse(where, label, `have ${theirs}, the hard sigmoid of Keras ${describe(version)}`, ours);
}

function activationsOf(layer: Layer): (string | undefined)[] {
  const { cell } = layer as unknown as { readonly cell?: Cell };
  const { activation, recurrentActivation, outputActivation } = (cell ?? layer) as Partial<LSTMCell & Dense>;
  return [activation, recurrentActivation, outputActivation];
}
