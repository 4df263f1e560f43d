// Clipping of groups of parameters, each in its own way.

import { requireEntries } from '../checks.ts';
import { readOptions, required, type Schema, unchecked } from '../options.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { factsOf, type ParameterSelector, requireFound, requireSelector } from '../parameters/selector.ts';
import {
  applyClipping,
  type Clipping,
  type ClippingFunction,
  normOfGradients,
  requireClipping,
} from './clip-gradients.ts';

/** How to clip some of the parameters. */
export interface ClippingGroup {
  /** Which parameters. */
  readonly parameters: ParameterSelector;
  /** How their gradients are clipped; a global norm is that of the group. */
  readonly clip: Clipping;
}

const OPTIONS: Schema<ClippingGroup> = {
  parameters: required(unchecked<ParameterSelector>),
  clip: required(requireClipping),
};

/**
 * Returns a clipping of groups of parameters, each in its own way and with its own norm. The first group of a parameter
 * counts; gradients without a group are not clipped.
 *
 * @param groups - `parameters`: a name, a layer, a pattern, an array of these, or a condition; `clip`: as that of `compile`
 * @returns a function for `clip` of `compile`, and for `clipGradients`, which throws an ArgumentError if a name or pattern
 *   fits no parameter
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * groupClipping([{ parameters: /recurrentKernel$/, clip: { globalNorm: 0.5 } }, { parameters: /./, clip: { value: 1 } }]);
 * ```
 */
export function groupClipping(groups: readonly ClippingGroup[]): ClippingFunction {
  const where = 'groupClipping';
  const entries = requireEntries(where, 'groups', groups, 'be an array of { parameters, clip }');
  const read = entries.map((each, i) => {
    const { parameters, clip } = readOptions(where, each, OPTIONS, `groups[${i}]`);
    return { clip, choices: requireSelector(where, `groups[${i}].parameters`, parameters) };
  });
  return (list) => {
    const all = list.flatMap((each) => [...each]).map(factsOf);
    for (const { choices } of read) requireFound(where, choices, all);
    for (const [i, { clip }] of read.entries()) {
      const first = (parameter: Parameter): boolean =>
        read.findIndex(({ choices }) => choices.some((each) => each.chooses(factsOf(parameter)))) === i;
      const own = list.map((each): Parameters => each.filter(first)).filter(({ size }) => size > 0);
      applyClipping(own, clip, normOfGradients(own));
    }
  };
}
