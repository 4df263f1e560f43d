// Descriptions of layers and cells for saved files: the options from which equal ones can be made.

/** A layer or cell that a file can describe, also as part of another one. */
export interface Described {
  /** The name of its class in files. */
  readonly kind: string;
  /** The options to save. */
  config(where: string): Config;
}

/** The value of an option: simple, a layer or cell, or a list or record of values. */
export type ConfigValue =
  | string
  | number
  | boolean
  | undefined
  | Described
  | readonly ConfigValue[]
  | { readonly [name: string]: ConfigValue };

/**
 * Options to save, by name. An option whose value is a layer or a cell has it as it is: the file then holds its options
 * within those of the outer one. An option that is undefined is not saved.
 */
export type Config = Readonly<Record<string, ConfigValue>>;
