// Configs of Keras 1 in the words of Keras 2. Source: keras/legacy/interfaces.py of Keras 2.

import { entryOf, isObject, type Json, type JsonObject } from '../keras-layers/config.ts';

/** Names of options in Keras 1 and 2; null for those that decide initial values alone. */
const WORDS: ReadonlyMap<string, string | null> = new Map([
  ['output_dim', 'units'],
  ['nb_filter', 'filters'],
  ['filter_length', 'kernel_size'],
  ['subsample_length', 'strides'],
  ['atrous_rate', 'dilation_rate'],
  ['border_mode', 'padding'],
  ['bias', 'use_bias'],
  ['p', 'rate'],
  ['inner_activation', 'recurrent_activation'],
  ['dropout_W', 'dropout'],
  ['dropout_U', 'recurrent_dropout'],
  ['W_regularizer', 'kernel_regularizer'],
  ['U_regularizer', 'recurrent_regularizer'],
  ['b_regularizer', 'bias_regularizer'],
  ['W_constraint', 'kernel_constraint'],
  ['b_constraint', 'bias_constraint'],
  ['init', null],
  ['inner_init', null],
  ['forget_bias_init', null],
  ['input_dtype', null],
  ['input_dim', null],
]);
/** Those that differ in an Embedding. */
const EMBEDDING: ReadonlyMap<string, string> = new Map([
  ['input_dim', 'input_dim'],
  ['output_dim', 'output_dim'],
  ['W_regularizer', 'embeddings_regularizer'],
  ['W_constraint', 'embeddings_constraint'],
]);
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['Convolution1D', 'Conv1D'],
  ['TimeDistributedDense', 'Dense'],
]);
/** Levels of layers within layers. */
const LEVELS = 8;

/** A layer or a model of Keras 1, and the layers in it. Regularizers are objects of another form, which are refused. */
export function inKeras2(layer: Json, level = 0): Json {
  const [className, config] = isObject(layer) ? [entryOf(layer, 'class_name'), entryOf(layer, 'config')] : [];
  if (typeof className !== 'string' || level > LEVELS) return layer;
  const inner = (each: Json): Json => inKeras2(each, level + 1);
  const known = { ...(layer as JsonObject), class_name: CLASSES.get(className) ?? className };
  if (Array.isArray(config)) return { ...known, config: (config as readonly Json[]).map(inner) };
  if (!isObject(config)) return layer;
  const entries = Object.entries(config).flatMap(([key, value]): (readonly [string, Json])[] => {
    if (key === 'layers' && Array.isArray(value)) return [[key, (value as readonly Json[]).map(inner)]];
    if (key === 'layer') return [[key, inner(value)]];
    const isEmbedding = className === 'Embedding';
    if (isEmbedding && key === 'dropout' && value === 0) return [];
    const word = (isEmbedding ? EMBEDDING.get(key) : undefined) ?? WORDS.get(key);
    return word === null ? [] : [[word ?? key, value]];
  });
  return { ...known, config: Object.fromEntries(entries) };
}
