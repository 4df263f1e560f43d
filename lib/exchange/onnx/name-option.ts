// Names in a file that callers give.

import { refuse } from '../../checks.ts';
import type { Check } from '../../options.ts';

/** Returns a check of a name; `what`: `a node`. */
export function nameOf(what: string): Check<string> {
  return (where, argument, value) =>
    typeof value === 'string' ? value : refuse(where, argument, `be the name of ${what}`, value);
}
