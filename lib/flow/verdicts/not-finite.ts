// Verdicts on values that are not finite.

import type { NonFinitePlace } from '../../errors.ts';
import { inWords } from '../../training/non-finite.ts';
import type { Verdict } from '../gradient-flow.ts';
import type { Evidence } from './evidence.ts';

/** Reports a loss or gradients that are not finite, because of the input or of an explosion. */
export function notFinite({ flow: { loss, gradientNorm }, place, cells }: Evidence): Verdict[] {
  if (place === undefined) return [];
  const { layer, tensor, step, index, phase } = place;
  const isX = layer === undefined && tensor === 'x';
  const isState = step === undefined && cells.get(layer ?? '')?.states.includes(tensor ?? '') === true;
  return [
    {
      kind: isX || isState ? 'input' : 'exploding',
      where: nameOf(place),
      finding: `The loss is ${loss} and the global gradient norm ${gradientNorm}, so training cannot take this step. Cause: ${inWords(place)}.`,
      remedy: isX
        ? 'Check the data: replace or remove NaN and infinities.'
        : isState
          ? 'Start from a zero state: model.stream({ batchSize }).zeroState().'
          : phase === 'forward' && index !== undefined
            ? 'Load parameters that were saved earlier. Then lower the learning rate, or clip by global norm.'
            : 'Lower the learning rate, and clip by global norm from the start.',
      numbers: { loss, gradientNorm },
    },
  ];
}

/** Name of a place: `lstm1.kernel`, `lstm1`, `x` or `loss`. */
function nameOf({ layer, tensor, index }: NonFinitePlace): string {
  if (layer === undefined) return tensor ?? 'loss';
  return index === undefined ? layer : `${layer}.${tensor}`;
}
