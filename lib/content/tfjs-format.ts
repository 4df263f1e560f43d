// Models of TensorFlow.js: a model.json, and the files with its weights beside it.

import { BpttError } from '../errors.ts';
import type { ForeignArrays } from '../exchange/foreign-array.ts';
import { fromTfjs, readTfjs } from '../exchange/tfjs.ts';
import { attempt, ContentError, parametersOf, type Read } from './content.ts';
import { jsonOf, type Manifest } from './json-of.ts';

/** Names of the files with the weights, all of which lie beside or below the file. */
function pathsOf({ weightsManifest }: Manifest): string[] {
  const groups = Array.isArray(weightsManifest) ? (weightsManifest as NonNullable<Manifest['weightsManifest']>) : [];
  const paths = groups.flatMap((group) => (Array.isArray(group?.paths) ? group.paths : []));
  return paths.map((path) => {
    if (typeof path !== 'string' || /^[/\\]|^\w+:|(^|[/\\])\.\.([/\\]|$)/.test(path)) {
      throw new ContentError(`its manifest names ${JSON.stringify(path)}, which is no file beside it`);
    }
    return path;
  });
}

/** The arrays of a model whose layers are refused; none if they are refused too. */
function arraysOf(bytes: Uint8Array, weights: ReadonlyMap<string, Uint8Array>): ForeignArrays {
  try {
    return readTfjs(bytes, weights).arrays;
  } catch (error) {
    if (error instanceof BpttError) return new Map();
    throw error;
  }
}

export const read: Read = async (bytes, _at, beside) => {
  const paths = pathsOf(jsonOf(bytes)!);
  const weights = new Map(paths.map((path) => [path, beside(path)]));
  const { model, refusal } = await attempt(() => fromTfjs(bytes, weights));
  const what = 'a model of TensorFlow.js';
  if (model === undefined) {
    const arrays = arraysOf(bytes, weights);
    const use = arrays.size === 0 ? 'nothing can be imported' : 'readTfjs of bptt/exchange/tfjs reads the arrays';
    return { what, refusal, arrays, notes: [`not imported: ${refusal}`], use };
  }
  return { what, model, arrays: parametersOf(model), notes: [], use: 'fromTfjs of bptt/exchange/tfjs imports it' };
};
