// The version of Keras decides what hard_sigmoid means: a/5 + 1/2 in Keras 1 and 2, a/6 + 1/2 in Keras 3.

import { refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';

/** Checks a version from a caller: `'2'`, `'2.3.1'`. */
export function requireVersion(where: string, argument: string, value: unknown): string {
  if (typeof value === 'string' && /^[123](\.|$)/.test(value)) return value;
  return refuse(where, argument, "be a version of Keras 1 to 3, such as '2.3.1'", value);
}

/**
 * The version of a file.
 *
 * @param found - in the file
 * @param given - by the caller, for a file that does not say it
 */
export function versionOf(where: string, found: string | undefined, given: string | undefined): string | undefined {
  if (found === undefined) return given;
  if (!/^[123](\.|$)/.test(found)) {
    const received = describe(found);
    throw new FormatError({ where, argument: 'bytes', expected: 'be written by Keras 1 to 3', received });
  }
  if (given !== undefined && given[0] !== found[0]) {
    refuse(where, 'kerasVersion', `be that of the file, ${describe(found)}, or be left out`, given);
  }
  return found;
}

/** The hard sigmoid of a version; undefined for an unknown one. */
export function hardSigmoidOf(version: string | undefined): 'hardSigmoidFifth' | 'hardSigmoidSixth' | undefined {
  if (version === undefined) return undefined;
  return version.startsWith('3') ? 'hardSigmoidSixth' : 'hardSigmoidFifth';
}
