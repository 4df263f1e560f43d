// What a checkpoint holds, and how it is written as a safetensors file and read again.

import { describe } from '../../describe.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedArray,
  type StoredTensor,
  unfit,
} from '../../formats/safetensors.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from '../../formats/strict-json.ts';
import { encodeUtf8 } from '../../formats/utf8.ts';

const FORMAT = 'bptt checkpoint';
/** Characters of everything that is no array. */
const TEXT_LIMIT = 1 << 19;

/** Everything but arrays. */
export interface Facts {
  readonly version: 1;
  readonly where: 'fit' | 'fitStream';
  readonly inputSize: number;
  readonly seed: number;
  readonly trainingStep: number;
  readonly optimizer: { readonly kind: string; readonly iterations: number; readonly learningRate: number };
  readonly skipped: { readonly consecutive: number; readonly total: number };
  readonly initialEpoch: number;
  readonly epoch: number;
  readonly done: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Learning rates of groups in the last step. */
  readonly groupRates?: Readonly<Record<string, number>> | undefined;
  /** What decides the gradients: the loss, clipping, truncation. */
  readonly settings: JsonObject;
  /** What decides which batches there are. */
  readonly data: JsonObject;
  readonly timeSteps: number;
  /** Rows of the kept states, and of those of a stream; 0 without any. */
  readonly rows: number;
  /** Names of the figures of the history. */
  readonly figures: readonly string[];
  /** Values of the states of callbacks, and the names of their tensors. */
  readonly callbacks: readonly { readonly values: JsonObject; readonly tensors: readonly string[] }[];
  /** Names of the metrics whose sums are in the file. */
  readonly metrics: readonly string[];
}

/** Writes a checkpoint. */
export function encodeCheckpoint(where: string, facts: Facts, arrays: readonly NamedArray[]): Uint8Array {
  const text = JSON.stringify(facts);
  readJson(
    encodeUtf8(text),
    (received) => unfit(where, 'have few enough values in the states of callbacks', received),
    true,
  );
  const full = arrays.filter(({ data }) => data.length > 0);
  return encodeSafetensors(where, { format: FORMAT, run: text }, full);
}

/** A read checkpoint. */
export interface Contents {
  readonly facts: Facts;
  readonly arrays: ReadonlyMap<string, StoredTensor>;
}

/** Reads a checkpoint, and checks the types of all that is no array. */
export function decodeCheckpoint(where: string, bytes: Uint8Array): Contents {
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  const { format, run = '' } = metadata;
  if (format !== FORMAT) unfit(where, 'be a checkpoint', `format ${describe(format)}`);
  const fail = (received: string): never => unfit(where, 'be a checkpoint of this version', received);
  if (run.length > TEXT_LIMIT) fail(`${run.length} characters`);
  const facts = readJson(encodeUtf8(run), fail, true);
  if (!isJsonObject(facts)) return fail(describe(facts));
  for (const [name, check] of Object.entries(CHECKS)) {
    if (!check(facts[name] as Json)) fail(`${name} ${describe(facts[name])}`);
  }
  return { facts: facts as unknown as Facts, arrays: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

type Test = (value: Json) => boolean;

const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isRate: Test = (value) => typeof value === 'number' && value >= 0;
const isNames: Test = (value) => Array.isArray(value) && value.every((name) => typeof name === 'string');

const CHECKS: Readonly<Record<keyof Facts, Test>> = {
  version: (value) => value === 1,
  where: (value) => value === 'fit' || value === 'fitStream',
  inputSize: isCount,
  seed: isCount,
  trainingStep: isCount,
  optimizer: (value) =>
    isJsonObject(value) && typeof value.kind === 'string' && isCount(value.iterations!) && isRate(value.learningRate!),
  skipped: (value) => isJsonObject(value) && isCount(value.consecutive!) && isCount(value.total!),
  initialEpoch: isCount,
  epoch: isCount,
  done: isCount,
  steps: isCount,
  learningRate: isRate,
  groupRates: (value) => value === undefined || (isJsonObject(value) && Object.values(value).every(isRate)),
  settings: isJsonObject,
  data: isJsonObject,
  timeSteps: isCount,
  rows: isCount,
  figures: isNames,
  callbacks: (value) =>
    Array.isArray(value) &&
    value.every((each) => isJsonObject(each) && isJsonObject(each.values) && isNames(each.tensors!)),
  metrics: isNames,
};
