// Layers and cells in a saved file: their options as JSON, and the classes that make them again.

import { Cell } from '../cells/cell.ts';
import type { Config, ConfigValue, Described } from '../cells/config.ts';
import { GRUCell } from '../cells/gru-cell.ts';
import { LSTMCell } from '../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../cells/simple-rnn-cell.ts';
import { reading, refuse, requireEntries } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, FormatError } from '../errors.ts';
import { isMetadataClass, type MetadataClass } from '../formats/metadata.ts';
import { isJsonObject, type Json, type JsonObject } from '../formats/strict-json.ts';
import { Dense } from './dense.ts';
import { Dropout } from './dropout.ts';
import { GRU } from './gru.ts';
import { Layer } from './layer.ts';
import { LSTM } from './lstm.ts';
import { divided } from './recurrent-options.ts';
import { RNN } from './rnn.ts';
import { SimpleRNN } from './simple-rnn.ts';

/**
 * The class of a layer or cell that a file may name. Its static `kind` is the name, because bundlers change the names of
 * classes.
 */
export interface SavedClass {
  /** The name in files, equal to that of its layers or cells. */
  readonly kind: string;
  /** As of any class of layers or cells. */
  readonly prototype: Layer | Cell;
  new (options: never): Layer | Cell;
}

type Made = new (options: never) => Layer | Cell;

export const LAYER_LIMIT = 64;
/** Layers and cells within others, in one file. */
const PART_LIMIT = 4 * LAYER_LIMIT;
export const SIZE_LIMIT = 65_536;
/** Options that are sizes of arrays. */
const SIZES = ['units', 'projectionSize', 'filters', 'kernelSize', 'dilationRate', 'strides', 'times'] as const;

/** The classes that every file can name, with the layer `RNN`. Names from a file are looked up in such maps alone. */
const KNOWN: ReadonlyMap<string, Made> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries({ LSTM, GRU, SimpleRNN, Dense, Dropout, LSTMCell, GRUCell, SimpleRNNCell }),
);

/** Whether a value is one of our classes, or extends one. */
export function isPartClass(value: unknown): value is SavedClass {
  if (typeof value !== 'function') return false;
  const { prototype } = value;
  return prototype instanceof Layer || prototype instanceof Cell;
}

/** Checks the option `classes`. */
export function requireClasses(
  where: string,
  argument: string,
  value: unknown,
): readonly (SavedClass | MetadataClass)[] {
  const list = requireEntries(
    where,
    argument,
    value as readonly (SavedClass | MetadataClass)[],
    'be an array of classes',
  );
  const names = new Set<string>();
  for (const [i, each] of list.entries()) {
    const entry = `${argument}[${i}]`;
    const kind = reading(where, entry, () =>
      isPartClass(each) || isMetadataClass(each)
        ? each.kind
        : refuse(where, entry, 'be the class of a layer, of a cell, or of objects in metadata', each),
    );
    if (!hasKind(each as SavedClass)) {
      refuse(where, entry, 'have a static kind, its name in files', kind, "Add: static readonly kind = 'MyCell'");
    }
    if (names.has(kind)) refuse(where, entry, 'have another kind than the classes before it', kind);
    if (kind === 'RNN' || (KNOWN.get(kind) ?? each) !== each) {
      refuse(where, entry, 'have another kind than the classes of the library', kind);
    }
    names.add(kind);
  }
  return list;
}

/** Makes layers of JSON, with the classes that a file may name. */
export class LayerReader {
  readonly #where: string;
  readonly #classes: ReadonlyMap<string, Made>;
  #parts = 0;

  constructor(where: string, classes: readonly SavedClass[] = []) {
    this.#where = where;
    this.#classes = new Map([...KNOWN, ...classes.map((each) => [each.kind, each] as const)]);
  }

  /** Makes a layer. Throws an ArgumentError for options that its class refuses or does not know. */
  layer(config: Json): Layer {
    const part = this.#make(config);
    return part instanceof Layer ? part : refuse('layer', 'kind', 'be that of a layer, not of a cell', part.kind);
  }

  #make(config: Json): Layer | Cell {
    if (!isJsonObject(config)) return refuse('layer', 'options', 'be an object', config);
    if (++this.#parts > PART_LIMIT) refuse('layer', 'parts', `be at most ${PART_LIMIT}`, this.#parts);
    for (const name of SIZES) {
      if (config[name] !== undefined && !isSize(config[name])) {
        refuse('layer', name, `be an integer from 1 to ${SIZE_LIMIT}`, config[name]);
      }
    }
    const { kind, ...options } = config;
    const entries = Object.entries(options).map(([name, value]) => [name, this.#value(value)] as const);
    const part = this.#construct(kind, Object.fromEntries(entries));
    const known = describePart('layer', part);
    for (const [name, value] of Object.entries(config)) {
      if (!isKept(value, known[name])) refuse('layer', name, 'be an option that is saved with a layer', value);
    }
    return part;
  }

  #construct(kind: unknown, options: Readonly<Record<string, unknown>>): Layer | Cell {
    if (kind !== 'RNN') return new (this.#classOf('kind', kind))(options as never);
    const { cell, ...others } = options;
    const [sequence, rest] = divided(others);
    const made = new (this.#classOf('cell', cell))(rest as never);
    if (!(made instanceof Cell)) return refuse('layer', 'cell', 'be that of a cell', cell);
    return new RNN({ cell: made, ...sequence });
  }

  #value(value: Json): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#value(each));
    if (!isJsonObject(value)) return value;
    if ('kind' in value) return this.#make(value);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#value(each)]));
  }

  #classOf(argument: string, name: unknown): Made {
    const found = this.#classes.get(name as string);
    if (found !== undefined) return found;
    const isName = typeof name === 'string' && /^[A-Za-z_]\w{0,63}$/.test(name);
    if (!isName) return refuse('layer', argument, 'be the name of a class', name);
    throw new FormatError({
      where: this.#where,
      argument: 'bytes',
      expected: `name only these classes: ${[...this.#classes.keys(), 'RNN'].join(', ')}`,
      received: describe(name),
      remedy: `If you trust the file, pass the class: classes: [${name}]`,
    });
  }
}

/** Describes layers as JSON. Refuses a layer that no file can describe. */
export function describeLayers(where: string, layers: readonly Layer[]): JsonObject[] {
  return layers.map((layer) => describePart(where, layer));
}

/** Refuses a description from which no equal layer can be made, such as one with the kind of another class. */
export function requireReadable(where: string, reader: LayerReader, config: Json): void {
  try {
    reader.layer(config);
  } catch (error) {
    if (!(error instanceof ArgumentError) && !(error instanceof FormatError)) throw error;
    const { kind } = config as JsonObject;
    refuse(where, 'layers', 'be of the classes that their kinds name, to be saved', kind);
  }
}

/** The classes that a file of these layers names, without those that every file can name. */
export function classesOf(where: string, layers: readonly Layer[]): SavedClass[] {
  const classes = new Map<string, SavedClass>();
  const visit = (value: ConfigValue): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!isDescribed(value)) Object.values(value).forEach(visit);
    else if (value instanceof RNN && value.kind === 'RNN') visit(value.cell);
    else {
      const { kind } = value;
      if (!KNOWN.has(kind)) classes.set(kind, requireNamed(where, value));
      Object.values(value.config(where)).forEach(visit);
    }
  };
  layers.forEach(visit);
  return [...classes.values()];
}

/** Returns the class of a layer or cell whose name in files is its `kind`. */
function requireNamed(where: string, part: Described): SavedClass {
  const { kind } = part;
  const of: unknown = part.constructor;
  if (isPartClass(of) && hasKind(of, kind)) return of;
  const expected = `be of the library, or of a class with the static kind ${describe(kind)}, to be saved`;
  return refuse(where, 'layers', expected, part);
}

/** Whether a class has a static `kind`, and does not just inherit that of another class. */
function hasKind(of: SavedClass, kind: string = of.kind): boolean {
  return Object.hasOwn(of, 'kind') && typeof kind === 'string' && kind !== '' && of.kind === kind;
}

/** The options of a layer or cell with its kind, as JSON. */
function describePart(where: string, part: Described): JsonObject {
  const config: Config = { kind: part.kind, ...part.config(where) };
  for (const name of SIZES) {
    const size = config[name];
    if (size !== undefined && !isSize(size)) refuse(where, name, `be at most ${SIZE_LIMIT} to be saved`, size);
  }
  return jsonOf(where, config) as JsonObject;
}

function jsonOf(where: string, value: ConfigValue): Json {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) {
    return refuse(where, 'layers', 'have options without NaN, infinities or null, to be saved', value);
  }
  if (typeof value !== 'object') return value as Json;
  if (Array.isArray(value)) return value.map((each) => jsonOf(where, each));
  if (isDescribed(value)) return describePart(where, value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, jsonOf(where, each)]));
}

function isDescribed(value: object): value is Described {
  return value instanceof Layer || value instanceof Cell;
}

/** Whether a layer keeps all options of `given`; it may have further ones. */
function isKept(given: Json | undefined, known: Json | undefined): boolean {
  if (Array.isArray(given)) {
    return Array.isArray(known) && given.length === known.length && given.every((each, i) => isKept(each, known[i]));
  }
  if (!isJsonObject(given)) return given === known;
  return isJsonObject(known) && Object.entries(given).every(([name, each]) => isKept(each, known[name]));
}

/** Whether a number is a size that a file may have. */
export function isSize(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= SIZE_LIMIT;
}
