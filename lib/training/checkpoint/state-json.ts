// States of callbacks in a checkpoint: their tensors by name, and the rest as JSON.

import { refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { ArgumentError } from '../../errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../formats/strict-json.ts';
import { spelled, unspelled } from '../../json.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { CallbackState } from '../callbacks.ts';

/** A state, taken apart. */
export interface TakenState {
  readonly values: JsonObject;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const SPELLINGS: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0'];
const DEPTH = 8;

/** Takes a state apart. Numbers that JSON lacks become their names. `argument` is that of the callback in errors. */
export function takeState(where: string, argument: string, state: CallbackState): TakenState {
  const name = `${argument}.state`;
  if (typeof state !== 'object' || state === null || Array.isArray(state)) refuse(where, name, 'be an object', state);
  const values: Record<string, Json> = {};
  const tensors = new Map<string, Tensor>();
  for (const [key, value] of Object.entries(state)) {
    if (value instanceof Tensor) tensors.set(key, value);
    else if (value !== undefined) values[key] = jsonOf(where, `${name}.${key}`, value, 0);
  }
  return { values, tensors };
}

function jsonOf(where: string, argument: string, value: unknown, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return spelled(value);
  if (typeof value === 'string' && !SPELLINGS.includes(value)) return value;
  if (typeof value === 'object' && depth < DEPTH) {
    if (Array.isArray(value)) return value.map((each, i) => jsonOf(where, `${argument}[${i}]`, each, depth + 1));
    const plain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
    if (plain) {
      const entries = Object.entries(value).filter(([, each]) => each !== undefined);
      return Object.fromEntries(
        entries.map(([key, each]) => [key, jsonOf(where, `${argument}.${key}`, each, depth + 1)]),
      );
    }
  }
  throw new ArgumentError({
    where,
    argument,
    expected: 'be a value of JSON, to be part of a checkpoint',
    received: describe(value),
    remedy: 'A tensor may be an entry of the state itself',
  });
}

/** The values of a state as they were. */
export function valuesOf(json: Json): Json {
  if (Array.isArray(json)) return json.map(valuesOf);
  if (!isJsonObject(json)) return unspelled(json) as Json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, valuesOf(value)]));
}
