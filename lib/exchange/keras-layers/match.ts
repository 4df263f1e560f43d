// Finds the arrays of a layer among those of a file, by the names that Keras and TensorFlow.js have given them.

import { FormatError } from '../../errors.ts';
import type { DType } from '../../tensor/storage.ts';
import type { ForeignArrays } from '../foreign-array.ts';
import type { Assignment } from '../gates.ts';
import { listed, shortName, type Taker } from '../taker.ts';
import type { KerasArray, KerasWeights } from './weights.ts';

/** An array of a file: its name, and the parts of it that follow the layer's name. */
interface Candidate {
  readonly name: string;
  /** `['forward_lstm', 'lstm_cell', 'kernel']` */
  readonly rest: readonly string[];
}

/** What Keras 3 puts into paths. */
const EMPTY: ReadonlySet<string> = new Set(['vars', 'layer_checkpoint_dependencies']);

/** The parts of a name; without the underscores, `vars` and `:0` that some versions add. */
function partsOf(name: string): string[] {
  const parts = name.replace(/:0$/, '').split('/');
  return parts.map((part) => part.replace(/^_/, '')).filter((part) => !EMPTY.has(part));
}

/** The arrays of a layer in the order of the file. */
function candidatesOf(arrays: ForeignArrays, layer: string): Candidate[] {
  const own = partsOf(layer);
  return [...arrays.keys()]
    .map((name) => ({ name, parts: partsOf(name) }))
    .filter(({ parts }) => parts.length > own.length && own.every((part, k) => part === parts[k]))
    .map(({ name, parts }) => ({ name, rest: parts.slice(own.length) }))
    .filter(({ rest }) => !rest.some((part) => part.startsWith('seed_generator')));
}

/** Whether the last part of a name is that of an array, or its number. */
function isNamed({ rest }: Candidate, { name }: KerasArray, k: number): boolean {
  const last = rest.at(-1)!;
  return last === name || last === String(k);
}

/** Paths of cells in their order: that of the numbers which TensorFlow.js gives them, or that of the file. */
function inOrder(paths: readonly string[]): readonly string[] {
  const numbers = paths.map((path) => /(?:^|\/)RNNCell_(\d+)$/.exec(path)?.[1]);
  if (numbers.includes(undefined)) return paths;
  const order = paths.map((_, k) => k).sort((a, b) => Number(numbers[a]) - Number(numbers[b]));
  return order.map((k) => paths[k]!);
}

/** Those of one direction or one cell. */
function ofPart(candidates: readonly Candidate[], part: KerasWeights['part']): readonly Candidate[] {
  if (part === undefined) return candidates;
  if (typeof part === 'string')
    return candidates.filter(({ rest }) => rest.slice(0, -1).some((p) => p.startsWith(part)));
  const pathOf = ({ rest }: Candidate) => rest.slice(0, -1).join('/');
  const paths = inOrder([...new Set(candidates.map(pathOf))]);
  return candidates.filter((candidate) => pathOf(candidate) === paths[part]);
}

/** The name in the file of one array of a layer. */
function nameOf(
  where: string,
  layer: string,
  all: readonly Candidate[],
  { part }: KerasWeights,
  array: KerasArray,
  k: number,
): string {
  const found = ofPart(all, part).filter((candidate) => isNamed(candidate, array, k));
  if (found.length === 1) return found[0]!.name;
  const of = part === undefined ? '' : ` of ${typeof part === 'number' ? `cell ${part}` : `the ${part} direction`}`;
  throw new FormatError({
    where,
    argument: shortName(layer),
    expected: `have one array ${array.name} [${array.shape.join(', ')}]${of}`,
    received: all.length === 0 ? 'no arrays in the file' : listed(all.map(({ name }) => name)),
  });
}

/**
 * New values for a layer from the arrays of a file. Assigns nothing.
 *
 * @param layer - its name in the file
 * @throws FormatError for a missing array, a name twice, another shape
 */
export function readLayer(
  where: string,
  taker: Taker,
  arrays: ForeignArrays,
  layer: string,
  weights: readonly KerasWeights[],
  dtype: DType,
): Assignment[] {
  const all = candidatesOf(arrays, layer);
  return weights.flatMap((part) => {
    const values = part.arrays.map((array, k) => {
      return taker.take(nameOf(where, layer, all, part, array, k), array.shape, dtype);
    });
    return part.read(values);
  });
}

/** Features of the input of a layer: the last but one axis of its kernel; undefined if it has none. */
export function inputSizeOf(arrays: ForeignArrays, layer: string): number | undefined {
  const found = candidatesOf(arrays, layer).find(({ rest }) => ['kernel', '0'].includes(rest.at(-1)!));
  return found === undefined ? undefined : arrays.get(found.name)!.shape.at(-2);
}

/** Counts the arrays of random generators, which Keras 3 saves beside the weights, as used. */
export function ignoreGenerators(taker: Taker, arrays: ForeignArrays): void {
  for (const name of arrays.keys()) if (/(^|\/)_?seed_generator/.test(name)) taker.peek(name);
}
