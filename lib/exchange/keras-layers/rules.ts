// Regularizers and constraints of Keras, and ours.

import { describe } from '../../describe.ts';
import type { WeightOptions } from '../../parameters/weight-options.ts';
import type { Constraint } from '../../regularization/constraint.ts';
import type { Regularizer } from '../../regularization/regularizer.ts';
import { entryOf, isObject, type Json, type JsonObject, type LayerConfig } from './config.ts';

/** The class of a Keras object { class_name, config }, in lower case, and its config. */
function classOf(value: Json): readonly [string, JsonObject] | undefined {
  if (!isObject(value)) return undefined;
  const [name, config] = [entryOf(value, 'class_name'), entryOf(value, 'config')];
  return typeof name === 'string' && isObject(config) ? [name.toLowerCase(), config] : undefined;
}

function numberOf(config: JsonObject, key: string, fallback: number): number {
  const value = entryOf(config, key) ?? fallback;
  const single = Array.isArray(value) && value.length === 1 ? (value[0] as Json) : value;
  return typeof single === 'number' ? single : Number.NaN;
}

/** An L2 penalty; undefined if there is none. */
export function regularizerOf(layer: LayerConfig, key: string): Regularizer | undefined {
  const value = layer.forTraining(key);
  if (value === undefined) return undefined;
  const [name, config] = classOf(value) ?? ['', {}];
  const [l1, l2] = [numberOf(config, 'l1', 0), numberOf(config, 'l2', 0)];
  if (!['l1l2', 'l2', 'l1'].includes(name) || l1 !== 0 || !(l2 >= 0)) {
    const received = ['l1l2', 'l2', 'l1'].includes(name) ? `l1 of ${l1}, l2 of ${l2}` : describe(value);
    return layer.failTraining(`have no ${key} but L2`, received);
  }
  return l2 === 0 ? undefined : { name: 'l2', factor: l2 };
}

/** A constraint; undefined if there is none. */
export function constraintOf(layer: LayerConfig, key: string): Constraint | undefined {
  const value = layer.forTraining(key);
  if (value === undefined) return undefined;
  const [name, config] = classOf(value) ?? ['', {}];
  const axis = numberOf(config, 'axis', 0);
  if (name === 'nonneg') return { name: 'nonNegative' };
  if (name === 'unitnorm') return { name: 'minMaxNorm', min: 1, max: 1, rate: 1, axis };
  if (name === 'maxnorm') return { name: 'minMaxNorm', min: 0, max: numberOf(config, 'max_value', 2), rate: 1, axis };
  if (name === 'minmaxnorm') {
    const [min, max] = [numberOf(config, 'min_value', 0), numberOf(config, 'max_value', 1)];
    return { name: 'minMaxNorm', min, max, rate: numberOf(config, 'rate', 1), axis };
  }
  return layer.failTraining(`have no ${key} but MaxNorm, MinMaxNorm, UnitNorm and NonNeg`, describe(value));
}

/** Regularizers and constraints of a kernel and a bias. */
export function weightRules(layer: LayerConfig): WeightOptions {
  const found = {
    kernelRegularizer: regularizerOf(layer, 'kernel_regularizer'),
    kernelConstraint: constraintOf(layer, 'kernel_constraint'),
    biasRegularizer: regularizerOf(layer, 'bias_regularizer'),
    biasConstraint: constraintOf(layer, 'bias_constraint'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, rule]) => rule !== undefined));
}

/** Throws if a layer has a rule that Keras could express, but bptt has not for this array. */
export function refuseRules(layer: LayerConfig, ...keys: readonly string[]): void {
  for (const key of keys) {
    const value = layer.forTraining(key);
    if (value !== undefined) layer.failTraining(`have no ${key}`, describe(value));
  }
}

/** A regularizer in Keras' config. */
export function regularizerConfig(rule: Regularizer | undefined): Json {
  return rule === undefined ? null : { class_name: 'L1L2', config: { l1: 0, l2: rule.factor } };
}

/** A constraint in Keras' config. */
export function constraintConfig(rule: Constraint | undefined): Json {
  if (rule === undefined) return null;
  if (rule.name === 'nonNegative') return { class_name: 'NonNeg', config: {} };
  const { min, max, rate, axis } = rule;
  return { class_name: 'MinMaxNorm', config: { min_value: min, max_value: max, rate, axis } };
}
