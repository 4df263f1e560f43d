// Files of TensorFlow.js for specs, which change a part of them.

import { fromTfjs, toTfjs } from '../../../lib/exchange/tfjs.ts';
import { Dense, GRU, LSTM, Sequential } from '../../../lib/index.ts';

/** One array in a model.json. */
export interface Spec {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: object;
  group?: string;
}

/** What a model.json holds, to be changed. */
export interface ModelJson {
  format?: string;
  modelTopology: { class_name: string; config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: Spec[] }[];
}

/** A model with random weights: GRU(2) of 3 features, and Dense(1). */
export function smallModel(): Sequential {
  const layers = [new GRU({ units: 2 }), new Dense({ units: 1 })] as const;
  return new Sequential([...layers], { inputSize: 3, seed: 7 }).build() as unknown as Sequential;
}

const small = toTfjs(smallModel());

/** Its files: 6·3 + 6·2 + 6 + 2 + 1 = 39 numbers. */
export const files: { readonly json: ModelJson; readonly weights: Uint8Array; readonly path: string } = {
  json: JSON.parse(small.modelJson) as ModelJson,
  weights: small.weights,
  path: small.path,
};

/** Its model.json with changes. */
export function changed(change: (json: ModelJson) => unknown): ModelJson {
  const json = structuredClone(files.json);
  change(json);
  return json;
}

/** Reads its files with changes. */
export function reading(change: (json: ModelJson) => unknown, weights: Uint8Array = files.weights): () => Sequential {
  return () => fromTfjs(changed(change), weights);
}

/** A model.json and its weights in one file: bytes of the former in 4, little-endian, and both. */
function joined(json: string, weights: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(4 + text.length + weights.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(weights, 4 + text.length);
  return bytes;
}

/** Reads such a file. */
export function readJoined(bytes: Uint8Array): Sequential {
  const size = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return fromTfjs(bytes.subarray(4, 4 + size), bytes.subarray(4 + size));
}

/** Small models of several layers. */
export function joinedSamples(): Uint8Array[] {
  const deep = new Sequential([new LSTM({ units: 2, returnSequences: true }), new GRU({ units: 1 })], { inputSize: 2 });
  return [small, toTfjs(deep.build())].map(({ modelJson, weights }) => joined(modelJson, weights));
}
