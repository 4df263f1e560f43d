// Reads the arrays of TensorFlow.js models, whatever the models are.

import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import type { ForeignArrays } from '../foreign-array.ts';
import { entryOf, isObject, type Json, type JsonObject } from '../keras-layers/config.ts';
import { readJsonOf } from '../keras-layers/json.ts';
import { arraysOf } from './arrays.ts';
import type { TfjsWeights } from './manifest.ts';

/** What the files of a TensorFlow.js model hold. */
export interface TfjsContent {
  /** `'layers-model'`, which `fromTfjs` reads; `'graph-model'`, operators of TensorFlow; `'weights'`, a manifest alone. */
  readonly format: 'layers-model' | 'graph-model' | 'weights';
  /** Program that wrote the files; undefined where they do not say it. */
  readonly generatedBy: string | undefined;
  /** The arrays by name, in the order of the manifest. Quantized ones are as TensorFlow.js computes them. */
  readonly arrays: ForeignArrays;
}

function formatOf(model: JsonObject): TfjsContent['format'] {
  const topology = entryOf(model, 'modelTopology');
  if (topology === undefined) return 'weights';
  const isGraph = entryOf(model, 'format') === 'graph-model' || (isObject(topology) && Object.hasOwn(topology, 'node'));
  return isGraph ? 'graph-model' : 'layers-model';
}

/** The object in a model.json. A manifest by itself is a list of groups, as in weights_manifest.json. */
function modelOf(where: string, given: Json): JsonObject {
  if (Array.isArray(given)) return { weightsManifest: given as readonly Json[] };
  if (isObject(given)) return given;
  throw new FormatError({ where, argument: 'modelJson', expected: 'be an object', received: describe(given) });
}

/**
 * Reads the arrays of a TensorFlow.js model: of layers, of a graph, or of a manifest alone (`weights_manifest.json` of
 * Magenta). For models that `fromTfjs` refuses: assign the arrays to layers that you make.
 *
 * @param modelJson - the text or the bytes of model.json, or the object in it
 * @param weights - the bytes of the weight files: joined, a list in the order of the manifest, or a Map by path
 * @returns copies of the arrays
 * @throws FormatError, ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new Dense({ units: 2 })], { inputSize: 3 }).build();
 * const { modelJson, weights } = toTfjs(model);
 * readTfjs(modelJson, weights).arrays.get('dense1/kernel')?.shape; // [3, 2]
 * ```
 */
export function readTfjs(modelJson: string | Uint8Array | object, weights: TfjsWeights): TfjsContent {
  const where = 'readTfjs';
  const model = modelOf(where, readJsonOf(where, 'modelJson', modelJson));
  const generatedBy = entryOf(model, 'generatedBy');
  return {
    format: formatOf(model),
    generatedBy: typeof generatedBy === 'string' ? generatedBy : undefined,
    arrays: arraysOf(where, model, weights),
  };
}
