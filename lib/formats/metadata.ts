// What users store beside a model: JSON, scalers and vocabularies.

import { reading, refuse } from '../checks.ts';
import { isJsonObject, type Json, readJson } from './strict-json.ts';
import { encodeUtf8 } from './utf8.ts';

/** A class whose objects metadata may hold: `toJSON` returns an object with `kind`, from which `fromJSON` makes an equal one. */
export interface MetadataClass {
  /** The name in files, the `kind` of its JSON. */
  readonly kind: string;
  /** Makes an object of its JSON. */
  fromJSON(json: object): object;
}

/** Named values that travel with a model: JSON, scalers, vocabularies, and other objects with `toJSON`. */
export type Metadata = Readonly<Record<string, unknown>>;

/** Bytes of metadata in a file. */
const BYTE_LIMIT = 1 << 19;
const VALUE_LIMIT = 1 << 17;
const EXPECTED = 'be an object of JSON: null, booleans, finite numbers, strings, lists, objects';

/** Whether a value is a class of objects in metadata. */
export function isMetadataClass(value: unknown): value is MetadataClass {
  return typeof value === 'function' && typeof (value as unknown as MetadataClass).fromJSON === 'function';
}

/** The text of metadata in a file; undefined for none. Refuses what would not come back. */
export function encodeMetadata(where: string, metadata: Metadata): string | undefined {
  return reading(where, 'metadata', () => {
    const json = jsonOf(where, 'metadata', metadata, 0);
    if (!isJsonObject(json)) return refuse(where, 'metadata', EXPECTED, metadata);
    if (Object.keys(json).length === 0) return undefined;
    const text = JSON.stringify(json);
    const bytes = encodeUtf8(JSON.stringify(text)).length;
    if (bytes > BYTE_LIMIT) refuse(where, 'metadata', `take at most ${BYTE_LIMIT} bytes of JSON in a file`, bytes);
    readJson(encodeUtf8(text), (received) => refuse(where, 'metadata', EXPECTED, received), true, VALUE_LIMIT);
    return text;
  });
}

/** A value as plain JSON. */
function jsonOf(where: string, path: string, value: unknown, depth: number): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || depth > 16) return refuse(where, path, EXPECTED, value);
  const { toJSON } = value as { toJSON?: () => unknown };
  if (typeof toJSON === 'function') return jsonOf(where, path, toJSON.call(value), depth + 1);
  if (Array.isArray(value)) return Array.from(value, (each, k) => jsonOf(where, `${path}[${k}]`, each, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse(where, path, EXPECTED, value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, jsonOf(where, `${path}.${key}`, each, depth + 1)]));
}

/**
 * Reads metadata. An object whose `kind` is that of one of the classes becomes an object of this class; all others stay
 * JSON, without a prototype.
 *
 * @param fail - throws an error; its argument describes the invalid content
 */
export function decodeMetadata(
  text: string | undefined,
  classes: readonly MetadataClass[],
  fail: (received: string) => never,
): Metadata {
  if (text === undefined) return {};
  if (text.length > BYTE_LIMIT) fail(`metadata of ${text.length} characters`);
  const json = readJson(encodeUtf8(text), (received) => fail(`metadata with ${received}`), true, VALUE_LIMIT);
  const byKind = new Map(classes.map((each) => [each.kind, each]));
  const revived = (value: Json): unknown => {
    if (Array.isArray(value)) return value.map(revived);
    if (!isJsonObject(value)) return value;
    const of = byKind.get(value.kind as string);
    if (of !== undefined) return of.fromJSON(value);
    return Object.assign(
      Object.create(null),
      Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revived(v)])),
    );
  };
  return isJsonObject(json) ? (revived(json) as Metadata) : fail('metadata that is no object');
}
