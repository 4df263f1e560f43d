// The check of plain descriptions of regularizers and constraints.

import { reading, refuse } from '../checks.ts';
import { readOptions, type Schema } from '../options.ts';

/**
 * Returns a checked, frozen copy of a description.
 *
 * @param expected - as in error messages
 * @param schemas - the schema of each kind, by `name`
 */
export function requireDescription<D extends { readonly name: string }>(
  where: string,
  argument: string,
  value: unknown,
  expected: string,
  schemas: { readonly [N in D['name']]: Schema<Extract<D, { readonly name: N }>> },
): D {
  if (typeof value === 'function') refuse(where, argument, expected, value, 'Call the function first');
  if (typeof value !== 'object' || value === null) refuse(where, argument, expected, value);
  const name = reading(where, argument, () => (value as D).name as D['name']);
  if (!Object.keys(schemas).includes(name)) refuse(where, argument, expected, value);
  return Object.freeze(readOptions(where, value as D, schemas[name] as unknown as Schema<D>, argument)) as unknown as D;
}
