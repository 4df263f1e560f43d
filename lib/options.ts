// Checks options by a schema. A schema has one line per option: its check, its default, and whether a saved file keeps
// it. The compiler requires exactly one line per member of the interface that documents the options. Conditions on two
// options are checked by code after `readOptions`.
import { type NumberBounds, requireInteger, requireNumber, requireOneOf, requireRecord } from './checks.ts';

const { keys } = Object;

/** Returns `value` if it is valid, and otherwise throws: `requireBoolean`, or the result of `number({ min: 0 })`. */
export type Check<T> = (where: string, argument: string, value: unknown) => T;

/** The value of an option in a saved file. */
export type SavedOption = string | number | boolean | Readonly<Record<string, string | number>>;

/** Whether a saved file keeps an option: always, or only if it differs from its default. */
type Saved = 'always' | 'if set';

/** Schema line of a required option. */
export interface Required<T> {
  readonly check: Check<T>;
  readonly fallback?: never;
  readonly saved?: Saved;
}

/** Schema line of an optional option. `fallback` is its default, or undefined. */
export interface Optional<T, Fallback> {
  readonly check: Check<T>;
  readonly fallback: Fallback;
  readonly saved?: Saved;
}

type Line = Required<unknown> | Optional<unknown, unknown>;
type Given<T> = Exclude<T, undefined>;

/** One line for each of the options `O`. The options `Open` are optional and have no default. */
export type Schema<O, Open extends keyof O = never> = {
  readonly [N in keyof O]-?: Pick<O, N> extends Record<N, O[N]>
    ? Required<O[N]>
    : Optional<Given<O[N]>, N extends Open ? undefined : Given<O[N]>>;
};

/** The checked options `O`, with defaults. */
export type Settings<O, Open extends keyof O = never> = {
  readonly [N in Exclude<keyof O, Open>]-?: Given<O[N]>;
} & { readonly [N in Open]?: Given<O[N]> };

/** Creates the line of a required option. */
export function required<T>(check: Check<T>): Required<T> {
  return { check };
}

/**
 * Creates the line of an optional option. The default is not checked. Without a default, a missing option stays
 * undefined.
 */
export function optional<T>(check: Check<T>): Optional<T, undefined>;
export function optional<T>(check: Check<T>, fallback: NoInfer<T>): Optional<T, T>;
export function optional<T>(check: Check<T>, fallback?: T): Optional<T, T | undefined> {
  return { check, fallback };
}

/** Marks an option that a saved file keeps; `savedOptions` collects them. */
export function saved<L extends Line>(line: L): L {
  return { ...line, saved: 'always' };
}

/** The same, but a saved file keeps only a value that differs from the default. */
export function savedIfSet<T, F>(line: Optional<T, F>): Optional<T, F> {
  return { ...line, saved: 'if set' };
}

/** Creates the check of a finite number within bounds. */
export function number(bounds?: NumberBounds): Check<number> {
  return (where, argument, value) => requireNumber(where, argument, value, bounds);
}

/** Creates the check of an integer from `min`, 1 by default, to `max`. */
export function integer(min?: number, max?: number): Check<number> {
  return (where, argument, value) => requireInteger(where, argument, value, min, max);
}

/** Accepts any value, for an option that is checked after `readOptions`. */
export function unchecked<T>(_where: string, _argument: string, value: unknown): T {
  return value as T;
}

/** Creates the check of a string among `choices`. */
export function oneOf<T extends string>(...choices: readonly T[]): Check<T> {
  return (where, argument, value) => requireOneOf(where, argument, value, choices);
}

/**
 * Returns a checked copy of `options`, with defaults. Unknown names throw; then each option is checked in the order of
 * the schema. Every property is read once, so callers use the values that were checked.
 *
 * @param where - public function, as in error messages
 * @param argument - name of the argument; unless it is `options`, errors name an option `argument.name`
 * @throws ArgumentError
 */
export function readOptions<O extends object, Open extends keyof O>(
  where: string,
  options: NoInfer<O>,
  schema: Schema<O, Open>,
  argument = 'options',
): Settings<O, Open> {
  const lines: Readonly<Record<string, Line>> = schema;
  const names = keys(lines);
  const given = requireRecord(where, argument, options, names) as Readonly<Record<string, unknown>>;
  const prefix = argument === 'options' ? '' : `${argument}.`;
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const line = lines[name]!;
    const value = given[name];
    const isDefault = value === undefined && 'fallback' in line;
    const setting = isDefault ? line.fallback : line.check(where, prefix + name, value);
    if (setting !== undefined) settings[name] = setting;
  }
  return settings as Settings<O, Open>;
}

/**
 * Returns the options that a saved file keeps, in the order of the schema. Their values are the fields of `object` with
 * the same names; undefined ones are left out.
 */
export function savedOptions(schema: Readonly<Record<string, Line>>, object: object): Record<string, SavedOption> {
  const fields = object as Readonly<Record<string, SavedOption | undefined>>;
  const names = keys(schema).filter((name) => {
    const { saved, fallback } = schema[name]!;
    return fields[name] !== undefined && (saved === 'always' || (saved === 'if set' && fields[name] !== fallback));
  });
  return Object.fromEntries(names.map((name) => [name, fields[name]!]));
}
