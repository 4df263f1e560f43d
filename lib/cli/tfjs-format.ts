// Models of TensorFlow.js: a model.json, and the files with its weights beside it.

import { fromTfjs } from '../exchange/tfjs.ts';
import { attempt, type Content, type Format, parametersOf } from './content.ts';
import { CommandError } from './io.ts';

/** What a manifest says of files, as far as it is what it should be. */
interface Manifest {
  readonly format?: unknown;
  readonly weightsManifest?: readonly { readonly paths?: readonly unknown[] }[];
}

/** The object in a file of JSON; undefined for other files. */
function jsonOf(bytes: Uint8Array): Manifest | undefined {
  if (!/^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Names of the files with the weights, all of which lie beside or below the file. */
function pathsOf({ weightsManifest }: Manifest): string[] {
  const groups = Array.isArray(weightsManifest) ? (weightsManifest as NonNullable<Manifest['weightsManifest']>) : [];
  const paths = groups.flatMap((group) => (Array.isArray(group?.paths) ? group.paths : []));
  return paths.map((path) => {
    if (typeof path !== 'string' || /^[/\\]|^\w+:|(^|[/\\])\.\.([/\\]|$)/.test(path)) {
      throw new CommandError(`its manifest names ${JSON.stringify(path)}, which is no file beside it`);
    }
    return path;
  });
}

export const TFJS: Format = {
  name: 'TensorFlow.js',
  endings: ['.json'],
  recognizes(bytes) {
    const json = jsonOf(bytes);
    return json !== undefined && ('modelTopology' in json || json.format === 'graph-model');
  },
  async read(bytes, _at, beside): Promise<Content> {
    const paths = pathsOf(jsonOf(bytes)!);
    const weights = new Map(paths.map((path) => [path, beside(path)]));
    const { model, refusal } = await attempt(() => fromTfjs(bytes, weights));
    const what = 'a model of TensorFlow.js';
    if (model === undefined) {
      return { what, refusal, arrays: new Map(), notes: [`not imported: ${refusal}`], use: 'nothing can be imported' };
    }
    const use = 'fromTfjs of bptt/exchange/tfjs imports it';
    return { what, model, arrays: parametersOf(model), notes: [], use };
  },
};
