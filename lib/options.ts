// Options by schema. One line for each option says how it is checked, what its default is, and whether a saved file keeps
// it; the compiler demands exactly one line for each member of the interface that documents the options for users.
// What concerns two options at once is checked in code, after `readOptions`.
import { type NumberBounds, requireInteger, requireNumber, requireOneOf, requireOptions } from './checks.ts';

const { keys } = Object;

/** Returns `value` when it is right, and refuses it when not: `requireBoolean`, or the result of `number({ min: 0 })`. */
export type Check<T> = (where: string, argument: string, value: unknown) => T;

/** The line of an option that must be given. */
export interface Required<T> {
  readonly check: Check<T>;
  readonly fallback?: never;
  readonly saved?: boolean;
}

/** The line of an option that may be left out; `fallback` is its default, undefined where it has none. */
export interface Optional<T, Fallback> {
  readonly check: Check<T>;
  readonly fallback: Fallback;
  readonly saved?: boolean;
}

type Line = Required<unknown> | Optional<unknown, unknown>;
type Given<T> = Exclude<T, undefined>;

/** One line for each of the options `O`; those among `Open` may be left out and have no default. */
export type Schema<O, Open extends keyof O = never> = {
  readonly [N in keyof O]-?: Pick<O, N> extends Record<N, O[N]>
    ? Required<O[N]>
    : Optional<Given<O[N]>, N extends Open ? undefined : Given<O[N]>>;
};

/** The options `O` after the check, with defaults. */
export type Settings<O, Open extends keyof O = never> = {
  readonly [N in Exclude<keyof O, Open>]-?: Given<O[N]>;
} & { readonly [N in Open]?: Given<O[N]> };

/** An option that must be given. */
export function required<T>(check: Check<T>): Required<T> {
  return { check };
}

/** An option that may be left out, and its default, which is not checked. Without a default it stays left out. */
export function optional<T>(check: Check<T>): Optional<T, undefined>;
export function optional<T>(check: Check<T>, fallback: NoInfer<T>): Optional<T, T>;
export function optional<T>(check: Check<T>, fallback?: T): Optional<T, T | undefined> {
  return { check, fallback };
}

/** An option that a saved file keeps; `savedOptions` collects them. */
export function saved<L extends Line>(line: L): L {
  return { ...line, saved: true };
}

/** The check of a finite number within bounds. */
export function number(bounds?: NumberBounds): Check<number> {
  return (where, argument, value) => requireNumber(where, argument, value, bounds);
}

/** The check of an integer from `min`, 1 by default, to `max`. */
export function integer(min?: number, max?: number): Check<number> {
  return (where, argument, value) => requireInteger(where, argument, value, min, max);
}

/** The check of an option that code after `readOptions` checks. */
export function unchecked<T>(_where: string, _argument: string, value: unknown): T {
  return value as T;
}

/** The check of a word among `choices`. */
export function oneOf<T extends string>(...choices: readonly T[]): Check<T> {
  return (where, argument, value) => requireOneOf(where, argument, value, choices);
}

/**
 * A checked copy of `options`, with defaults. Unknown names are refused, then each option is checked, in the order of the
 * schema. Every property is read once: the values that were checked are the values that are used.
 *
 * @param where - public function, as in error messages
 * @param argument - name of the argument; options of an argument with another name are called `argument.name`
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
  const given = requireOptions(where, options, names, argument) as Readonly<Record<string, unknown>>;
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

/** The options that a saved file keeps, in the order of the schema, read from the fields of `object` with their names. */
export function savedOptions(
  schema: Readonly<Record<string, Line>>,
  object: object,
): Record<string, string | number | boolean> {
  const fields = object as Readonly<Record<string, string | number | boolean>>;
  const names = keys(schema).filter((name) => schema[name]!.saved);
  return Object.fromEntries(names.map((name) => [name, fields[name]!]));
}
