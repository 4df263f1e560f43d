// The layers and arrays in an HDF5 file of Keras. Keras 1 and 2, and 3 for names that end in .h5, list the names of layers and
// weights in attributes, in the order of the model. The format .weights.h5 numbers the weights in groups named "vars".

import { describe } from '../../describe.ts';
import { unfit } from '../../formats/safetensors.ts';
import type { ForeignArray, ForeignArrays } from '../foreign-array.ts';
import { Dataset } from './hdf5/dataset.ts';
import { type Group, readHdf5 } from './hdf5/file.ts';

/** A layer in a file of Keras. */
export interface KerasFileLayer {
  /** Its name; in the format .weights.h5 that of its class, with a number: `lstm`, `lstm_1`. */
  readonly name: string;
  /** The names of its arrays, in the order of the file. */
  readonly arrays: readonly string[];
}

/** What an HDF5 file of Keras holds. */
export interface KerasArrays {
  readonly format: 'weights.h5' | 'h5';
  /** Layers that have arrays: in the order of the model, or in .weights.h5 by name. */
  readonly layers: readonly KerasFileLayer[];
  readonly arrays: ForeignArrays;
  /** Texts among the attributes of the file, and of the group of weights. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Names of the group of layers: that of Keras 3, and of Keras 2.13. */
const LAYERS: readonly string[] = ['layers', '_layer_checkpoint_dependencies'];
const VARIABLES = 'vars';
/** The state of random generators, which belongs to no weight. */
const SEEDS: readonly string[] = ['seed_generator', 'seed_generators'];
const OPTIMIZER = 'optimizer';

/** Reads an HDF5 file of Keras. The state of an optimizer and of random generators is left out. */
export async function readArrays(where: string, bytes: Uint8Array): Promise<KerasArrays> {
  const root = readHdf5(where, bytes);
  const weights = groupIn(root, 'model_weights') ?? root;
  const attributes = new Map<string, string>();
  for (const [name, value] of [...root.attributes, ...weights.attributes])
    if (typeof value === 'string') attributes.set(name, value);
  if (hasTexts(weights, 'layer_names')) {
    return { format: 'h5', attributes, ...(await named(where, weights)) };
  }
  const found = LAYERS.find((name) => groupIn(root, name) !== undefined);
  if (found === undefined) {
    const received = `neither, but ${describe([...root.children.keys()])}`;
    return unfit(where, 'be a file of Keras, with the attribute layer_names or a group layers', received);
  }
  return { format: 'weights.h5', attributes, ...(await numbered(where, root, found)) };
}

function groupIn({ children }: Group, name: string): Group | undefined {
  const child = children.get(name);
  return child instanceof Dataset ? undefined : child;
}

/** Whether a group has a list of texts, in one attribute or in numbered parts. */
function hasTexts({ attributes }: Group, name: string): boolean {
  return attributes.has(name) || attributes.has(`${name}0`);
}

/** A list of texts in an attribute; Keras splits one that is too large for HDF5 into numbered parts. */
function textsOf(where: string, { attributes }: Group, name: string, label: string): readonly string[] {
  const whole = attributes.get(name);
  if (Array.isArray(whole)) return whole as readonly string[];
  const parts: string[] = [];
  for (let k = 0; ; k++) {
    const part = attributes.get(`${name}${k}`);
    if (part === undefined) break;
    if (typeof part === 'string') return unfit(where, `have a list of texts in ${name}${k}${label}`, describe(part));
    for (const text of part) parts.push(text);
  }
  if (parts.length > 0 && whole === undefined) return parts;
  return unfit(
    where,
    `have the attribute ${name}, a list of texts,${label}`,
    whole === undefined ? 'none' : describe(whole),
  );
}

/** The file's layers by name, each with its list of weights. */
async function named(where: string, weights: Group): Promise<Pick<KerasArrays, 'layers' | 'arrays'>> {
  const layers: KerasFileLayer[] = [];
  const arrays = new Map<string, ForeignArray>();
  const listed = new Set<string>();
  const names = textsOf(where, weights, 'layer_names', ' beside the layers');
  for (const name of weights.children.has(TOP) ? [...names, TOP] : names) {
    const group = groupIn(weights, name) ?? unfit(where, 'have a group for each name of layer_names', describe(name));
    if (listed.has(name)) unfit(where, 'list each layer once in layer_names', describe(name));
    listed.add(name);
    const own: string[] = [];
    for (const weight of textsOf(where, group, 'weight_names', ` at ${describe(name)}`)) {
      const path = `${name}/${weight}`;
      const dataset =
        datasetAt(group, weight) ?? unfit(where, 'have an array for each name of weight_names', describe(path));
      if (arrays.has(path)) unfit(where, 'list each array once in weight_names', describe(path));
      arrays.set(path, await dataset.read());
      own.push(path);
    }
    if (own.length > 0) layers.push({ name, arrays: own });
  }
  return { layers, arrays };
}

/** Weights of a model itself, beside those of its layers. */
const TOP = 'top_level_model_weights';

/** The dataset at a path within a group. */
function datasetAt(group: Group, path: string): Dataset | undefined {
  let at: Group | Dataset | undefined = group;
  for (const part of path.split('/')) {
    if (at === undefined || at instanceof Dataset) return undefined;
    at = at.children.get(part);
  }
  return at instanceof Dataset ? at : undefined;
}

/** All arrays in groups named "vars", below the group of layers and beside it, apart from those of an optimizer. */
async function numbered(
  where: string,
  root: Group,
  layersName: string,
): Promise<Pick<KerasArrays, 'layers' | 'arrays'>> {
  const arrays = new Map<string, ForeignArray>();
  const visit = async (group: Group, path: string, own: string): Promise<void> => {
    for (const name of sorted([...group.children.keys()])) {
      const child = group.children.get(name)!;
      const below = `${path}/${name}`;
      if (SEEDS.includes(name)) continue;
      if (!(child instanceof Dataset)) await visit(child, below, name);
      else if (own === VARIABLES) arrays.set(below, await child.read());
      else unfit(where, 'keep its arrays in groups named vars', describe(below));
    }
  };
  for (const [name, child] of root.children) {
    if (name === OPTIMIZER) continue;
    if (child instanceof Dataset) unfit(where, 'keep its arrays in groups named vars', describe(name));
    else await visit(child, name === layersName ? 'layers' : name, name);
  }
  const byLayer = new Map<string, string[]>();
  for (const path of arrays.keys()) {
    const [first, second = ''] = path.split('/') as [string, string?];
    const name = first === 'layers' ? second : first;
    const own = byLayer.get(name);
    if (own === undefined) byLayer.set(name, [path]);
    else own.push(path);
  }
  return { layers: [...byLayer].map(([name, own]) => ({ name, arrays: own })), arrays };
}

/** Names in the order of their numbers: lstm, lstm_1, lstm_2, lstm_10. */
function sorted(names: readonly string[]): string[] {
  const keyed = names.map((name) => {
    const [, stem = name, number = ''] = /^(.*?)_?(\d{0,9})$/.exec(name) ?? [];
    return { name, stem, number: number === '' ? -1 : Number(number) };
  });
  keyed.sort((a, b) => (a.stem === b.stem ? a.number - b.number : a.stem < b.stem ? -1 : 1));
  return keyed.map(({ name }) => name);
}
