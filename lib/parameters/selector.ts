// Choosing parameters by name, pattern or condition.

import { reading, refuse, requireBoolean, requireEntries } from '../checks.ts';
import type { Parameter } from './parameter.ts';

/** What a condition sees of a parameter. */
export interface ParameterFacts {
  /** Full name: `lstm1.kernel`. */
  readonly name: string;
  /** Length of each axis. A bias has one axis. */
  readonly shape: readonly number[];
}

/**
 * Which parameters: a name (`'dense1.bias'`), the name of a layer, for all its parameters (`'lstm1'`), a pattern of names
 * (`/bias$/`), an array of these, or a condition (`({ shape }) => shape.length === 1`).
 */
export type ParameterSelector = string | RegExp | readonly (string | RegExp)[] | ((of: ParameterFacts) => boolean);

/** What a selector sees of a parameter. */
export function factsOf({ name, value }: Parameter): ParameterFacts {
  return { name, shape: value.shape };
}

/** A part of a selector, which has to choose at least one parameter. */
export interface Choice {
  /** Name in errors. */
  readonly argument: string;
  readonly given: unknown;
  chooses(of: ParameterFacts): boolean;
}

const EXPECTED = 'be a name of a parameter or a layer, a pattern, an array of these, or a function';

/** Checks a selector, and returns its parts. */
export function requireSelector(where: string, argument: string, value: unknown): readonly Choice[] {
  if (typeof value === 'function') return [byCondition(where, argument, value as Choice['chooses'])];
  if (!reading(where, argument, () => Array.isArray(value))) return [byName(where, argument, value)];
  const names = requireEntries<unknown>(where, argument, value as readonly unknown[], EXPECTED);
  if (names.length === 0) refuse(where, argument, 'have at least one entry', names);
  return names.map((each, i) => byName(where, `${argument}[${i}]`, each));
}

function byName(where: string, argument: string, given: unknown): Choice {
  if (typeof given === 'string') {
    return { argument, given, chooses: ({ name }) => name === given || name.startsWith(`${given}.`) };
  }
  return reading(where, argument, () => {
    if (!(given instanceof RegExp)) return refuse(where, argument, EXPECTED, given);
    const pattern = new RegExp(given.source, given.flags.replace(/[gy]/g, '')); // the others keep a position
    return { argument, given, chooses: ({ name }) => pattern.test(name) };
  });
}

function byCondition(where: string, argument: string, given: Choice['chooses']): Choice {
  const chooses = ({ name, shape }: ParameterFacts): boolean => {
    const answer = reading(where, argument, () => given({ name, shape: [...shape] }));
    return requireBoolean(where, `${argument}({ name: '${name}' })`, answer);
  };
  return { argument, given, chooses };
}

/** Throws unless each part of a selector chooses one of the parameters. */
export function requireFound(where: string, parts: readonly Choice[], all: readonly ParameterFacts[]): void {
  for (const { argument, given, chooses } of parts) {
    if (all.some((each) => chooses(each))) continue;
    const names = all.map(({ name }) => name);
    const shown = names.length > 24 ? [...names.slice(0, 24), '…'] : names;
    refuse(where, argument, `choose at least one of ${shown.join(', ')}`, given);
  }
}
