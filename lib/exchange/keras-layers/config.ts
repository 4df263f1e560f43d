// Reads the config of one Keras layer, key by key, and refuses keys that nothing read.

import type { ActivationName } from '../../cells/activations.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { shortName } from '../taker.ts';

/** A value of a config, as JSON.parse returns it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of a config. Its keys come from a file, so they are looked up with `entryOf`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What a program means by the configs that it writes. */
export interface Dialect {
  /** Public function, as in error messages. */
  readonly where: string;
  /**
   * What it calls hard_sigmoid: x/5 + 1/2 in Keras 1, 2 and TensorFlow.js, x/6 + 1/2 in Keras 3. undefined where a file
   * leaves that open; it is then refused, with the option `hardSigmoid` as remedy.
   */
  readonly hardSigmoid: 'hardSigmoidFifth' | 'hardSigmoidSixth' | undefined;
  /** Activation of gates where a config has none. */
  readonly recurrentActivation: 'sigmoid' | 'hard_sigmoid';
  /** Whether a GRU resets after the product where its config does not say so. */
  readonly resetAfter: boolean;
  /** Whether what only training would see has to have a counterpart: regularizers, constraints, frozen layers. */
  readonly forTraining: boolean;
}

/** Keys that change nothing here: initial values, the choice of an implementation, and shapes that are read elsewhere. */
const IGNORED: ReadonlySet<string> = new Set([
  'name',
  'dtype',
  'batch_input_shape',
  'batch_shape',
  'input_shape',
  'input_length',
  'ragged',
  'sparse',
  'implementation',
  'consume_less',
  'unroll',
  'return_state',
  'seed',
  'use_cudnn',
  'unit_forget_bias',
  'kernel_initializer',
  'recurrent_initializer',
  'bias_initializer',
  'embeddings_initializer',
  'gamma_initializer',
  'beta_initializer',
]);

/** Our names of Keras' activations; hard_sigmoid depends on the dialect. */
const ACTIVATIONS: ReadonlyMap<string, ActivationName | 'softmax'> = new Map([
  ['linear', 'linear'],
  ['sigmoid', 'sigmoid'],
  ['tanh', 'tanh'],
  ['relu', 'relu'],
  ['softsign', 'softsign'],
  ['softmax', 'softmax'],
]);

/** Layers of Keras 2 that compute one thing only, and whose configs do not say it. */
const CUDNN: readonly string[] = ['CuDNNLSTM', 'CuDNNGRU'];

/** Whether a value of a config is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key; undefined if there is none, or null. */
export function entryOf(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

/** Throws the error for a layer of a file. */
export function refuseLayer(where: string, layer: string, expected: string, received: string, remedy?: string): never {
  throw new FormatError({
    where,
    argument: shortName(layer),
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** The config of one layer. */
export class LayerConfig {
  readonly dialect: Dialect;
  /** Name of the layer in the file. */
  readonly name: string;
  readonly className: string;
  readonly #config: JsonObject;
  readonly #read = new Set<string>();

  constructor(dialect: Dialect, name: string, className: string, config: JsonObject) {
    this.dialect = CUDNN.includes(className)
      ? { ...dialect, recurrentActivation: 'sigmoid', resetAfter: true }
      : dialect;
    this.name = name;
    this.className = className;
    this.#config = config;
  }

  /** Throws the error for this layer. */
  fail(expected: string, received: string, remedy?: string): never {
    return refuseLayer(this.dialect.where, this.name, expected, `${received} (${shortName(this.className)})`, remedy);
  }

  /** The value of the first of these keys that the config has; null counts as missing. */
  get(...keys: readonly string[]): Json | undefined {
    for (const key of keys) this.#read.add(key);
    return keys.map((key) => entryOf(this.#config, key)).find((value) => value !== undefined);
  }

  /** A boolean. */
  flag(fallback: boolean, ...keys: readonly string[]): boolean {
    const value = this.get(...keys) ?? fallback;
    return typeof value === 'boolean' ? value : this.fail(`have true or false for ${keys[0]}`, describe(value));
  }

  /** A number, whose range the layer checks; undefined if there is none. */
  number(...keys: readonly string[]): number | undefined {
    const value = this.get(...keys);
    if (value === undefined || typeof value === 'number') return value;
    return this.fail(`have a number for ${keys[0]}`, describe(value));
  }

  /** A number that has to be there, or a list of one. */
  required(...keys: readonly string[]): number {
    const value = this.get(...keys);
    const single = Array.isArray(value) && value.length === 1 ? (value[0] as Json) : value;
    return typeof single === 'number' ? single : this.fail(`have a number for ${keys[0]}`, describe(value));
  }

  /** An elementwise activation. */
  activation(fallback: string, ...keys: readonly string[]): ActivationName {
    const found = this.activationOrSoftmax(fallback, ...keys);
    return found === 'softmax' ? this.fail(`have an elementwise ${keys[0]}`, '"softmax"') : found;
  }

  /** An activation. */
  activationOrSoftmax(fallback: string, ...keys: readonly string[]): ActivationName | 'softmax' {
    const value = this.get(...keys) ?? fallback;
    if (value === 'hard_sigmoid' || value === 'hardSigmoid')
      return this.dialect.hardSigmoid ?? this.#failHard(keys[0]!);
    const found = typeof value === 'string' ? ACTIVATIONS.get(value) : undefined;
    const names = [...ACTIVATIONS.keys(), 'hard_sigmoid'].join(', ');
    return found ?? this.fail(`have one of ${names} as its ${keys[0]}`, describe(value));
  }

  #failHard(key: string): never {
    const remedy =
      "Give the option hardSigmoid: 'hardSigmoidFifth' as TensorFlow.js computes, or 'hardSigmoidSixth' as Keras 3";
    return this.fail(`have one meaning of its ${key}`, '"hard_sigmoid"', remedy);
  }

  /** What only training needs, if the model is for training. */
  forTraining(key: string): Json | undefined {
    const value = this.get(key);
    return this.dialect.forTraining ? value : undefined;
  }

  /** Throws for a value that matters in training alone. */
  failTraining(expected: string, received: string): never {
    return this.fail(expected, received, 'To use the model without training it, give forTraining: false');
  }

  /** Refuses keys that nothing read, unless they say nothing: null, false, or an empty list or object. */
  finish(): void {
    if (this.forTraining('activity_regularizer') !== undefined) {
      this.failTraining('have no activity_regularizer', describe(this.get('activity_regularizer')));
    }
    if (this.forTraining('trainable') === false) {
      this.failTraining('be trainable, as all layers of bptt are', 'trainable: false');
    }
    for (const key of Object.keys(this.#config)) {
      if (this.#read.has(key) || IGNORED.has(key)) continue;
      const value = entryOf(this.#config, key);
      const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      if (value === undefined || value === false || empty) continue;
      this.fail(`have only options that bptt knows, not ${shortName(key)}`, describe(value));
    }
  }
}
