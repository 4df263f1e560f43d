// How Keras spells options in the configs that are written.

import { refuse } from '../../checks.ts';
import type { WeightOptions } from '../../parameters/weight-options.ts';
import type { JsonObject } from './config.ts';
import { constraintConfig, regularizerConfig } from './rules.ts';

/** How a config is written. */
export interface Spelling {
  /** Public function, as in error messages. */
  readonly where: string;
  /** What reads the config. TensorFlow.js has neither GRUs that reset after the product nor causal convolutions. */
  readonly reader: 'Keras' | 'TensorFlow.js';
  /** What the reader of the config calls hard_sigmoid. */
  readonly hardSigmoid: 'hardSigmoidFifth' | 'hardSigmoidSixth';
  /** Rows of a batch, which stateful layers of Keras need to know; null if any number will do. */
  readonly batchSize: number | null;
}

/** Throws the error for a layer that Keras cannot express. */
export function refuseToWrite({ where }: Spelling, label: string, expected: string, received: unknown): never {
  return refuse(where, `model.${label}`, expected, received);
}

/** Keras' name of an activation. */
export function activationName(spelling: Spelling, label: string, name: string): string {
  if (!name.startsWith('hardSigmoid')) return name;
  if (name === spelling.hardSigmoid) return 'hard_sigmoid';
  return refuseToWrite(spelling, label, `have ${spelling.hardSigmoid}, the hard sigmoid of ${spelling.reader}`, name);
}

/** Regularizers and constraints of a kernel and a bias. */
export function rulesConfig(rules: WeightOptions): JsonObject {
  return {
    kernel_regularizer: regularizerConfig(rules.kernelRegularizer),
    bias_regularizer: regularizerConfig(rules.biasRegularizer),
    kernel_constraint: constraintConfig(rules.kernelConstraint),
    bias_constraint: constraintConfig(rules.biasConstraint),
  };
}
