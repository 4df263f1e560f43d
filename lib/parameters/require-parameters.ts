// Checks of arguments that are parameters.

import { reading, refuse, requireEntries, requireInstance } from '../checks.ts';
import { Parameters } from './parameters.ts';

/** Returns `value` if it is the parameters of a model, layer or cell, or a subset of them. */
export function requireParameters(where: string, argument: string, value: unknown): Parameters {
  return requireInstance(where, argument, value, Parameters, 'be the parameters of a model, layer or cell');
}

/** The same for one or an array of them. Refuses an array that names elements twice. */
export function requireParametersList(where: string, argument: string, value: unknown): readonly Parameters[] {
  if (!reading(where, argument, () => Array.isArray(value))) return [requireParameters(where, argument, value)];
  const list = requireEntries<unknown>(
    where,
    argument,
    value as readonly unknown[],
    'be parameters, or an array of them',
  );
  if (list.length === 0) refuse(where, argument, 'have at least one entry', list);
  const checked = list.map((each, i) => requireParameters(where, `${argument}[${i}]`, each));
  for (const [i, each] of checked.entries()) {
    for (const [k, other] of checked.slice(0, i).entries()) {
      if (overlap(each, other)) refuse(where, `${argument}[${i}]`, `share nothing with ${argument}[${k}]`, each);
    }
  }
  return checked;
}

/** Whether these have elements in common. */
function overlap(one: Parameters, other: Parameters): boolean {
  if (one.arena !== other.arena) return false;
  return one.extents.some((a) => other.extents.some((b) => a.at < b.at + b.size && b.at < a.at + a.size));
}
