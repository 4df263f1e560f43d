// Which outputs of a model a loss can take.

import { ArgumentError } from '../errors.ts';
import type { PredictionKind } from './probabilities.ts';

/** Throws if outputs within [low, high] are not what a loss takes, or cannot reach a loss near 0. */
export function requireOutputs(
  where: string,
  kind: string,
  activation: 'softmax' | 'sigmoid' | undefined,
  from: PredictionKind | undefined,
  [low, high]: readonly [number, number],
): void {
  if (from === 'probabilities' && !(low >= 0 && high <= 1)) {
    throw new ArgumentError({
      where,
      argument: 'loss',
      expected: `follow a layer that returns probabilities, because ${kind} has from: 'probabilities'`,
      received: `a last layer whose outputs are from ${low} to ${high}`,
      remedy: "End the model with a softmax or sigmoid, or use from: 'logits', which is more accurate",
    });
  }
  const bounded = activation === 'softmax' ? high - low < Infinity : low > -Infinity || high < Infinity;
  if (activation === undefined || !bounded) return; // softmax depends only on differences
  throw new ArgumentError({
    where,
    argument: 'loss',
    expected: `follow a layer that returns logits, because ${kind} applies ${activation} itself`,
    received: `a last layer whose outputs are ${high < Infinity ? `from ${low} to ${high}` : `at least ${low}`}`,
    remedy: `Use a linear Dense as the last layer, and apply ${activation} to predictions`,
  });
}
