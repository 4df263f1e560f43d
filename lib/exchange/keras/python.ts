// Configs of layers as calls of Keras' constructors, in Python.

import { isObject, type Json, type JsonObject } from '../keras-layers/config.ts';

/** Options that are left out where they are Keras' default. */
const DEFAULTS: Readonly<Record<string, Json>> = {
  trainable: true,
  dropout: 0,
  recurrent_dropout: 0,
  return_sequences: false,
  go_backwards: false,
  stateful: false,
  mask_zero: false,
};
/** Options that the call of `build` has. */
const ELSEWHERE: readonly string[] = ['batch_input_shape', 'dtype'];

/** A value in Python: texts, numbers, True, None, lists, and objects { class_name, config } as calls. */
function literal(value: Json, key: string, more: JsonObject): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (!isObject(value)) return `[${(value as readonly Json[]).map((each) => literal(each, key, more)).join(', ')}]`;
  const { class_name, config } = value as { readonly class_name: string; readonly config: JsonObject };
  const rule = /_(regularizer|constraint)$/.exec(key)?.[1];
  return rule === undefined
    ? layerCall(class_name, config, more)
    : `keras.${rule}s.${class_name}(${argumentsOf(config, {})})`;
}

function argumentsOf(config: JsonObject, more: JsonObject): string {
  const options = Object.entries(config).filter(
    ([key, value]) => value !== null && value !== DEFAULTS[key] && !ELSEWHERE.includes(key),
  );
  return [...options, ...Object.entries(more)].map(([key, value]) => `${key}=${literal(value, key, more)}`).join(', ');
}

/**
 * A call of the constructor of a layer.
 *
 * @param more - options for every layer
 */
export function layerCall(className: string, config: JsonObject, more: JsonObject): string {
  return `keras.layers.${className}(${argumentsOf(config, more)})`;
}
