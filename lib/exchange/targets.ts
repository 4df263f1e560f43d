// What names in a file stand for: layers and cells of a model.

import type { Cell } from '../cells/cell.ts';
import { reading, refuse, requireInstance, requireOneOf } from '../checks.ts';
import { ArgumentError, StateError } from '../errors.ts';
import type { Layer } from '../layers/layer.ts';
import type { Part } from '../layers/layer-description.ts';
import { anyInput } from '../layers/parts.ts';
import type { EncoderDecoder } from '../model/encoder-decoder.ts';
import { Buildable } from '../parameters/buildable.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { listed } from './taker.ts';

/** A layer or cell that a name stands for. */
export interface Target {
  readonly part: Buildable;
  /** Its name in messages. */
  readonly label: string;
}

/** Names in a file, and the layers that they are here. */
type Names = Readonly<Record<string, NameTarget | readonly NameTarget[] | null>>;

type NameTarget = string | Layer | Cell;

/** A name with its layers; none if the model has no use for it. */
interface NamedTargets {
  readonly path: string;
  readonly targets: readonly Target[];
}

/** Layers of a module. */
const MOST_LAYERS = 65_536;

/** Returns a model that has parameters. */
export function requireModel(where: string, model: Layer | Cell | EncoderDecoder): Buildable {
  const checked = requireInstance<Buildable>(where, 'model', model, Buildable, 'be a model, a layer or a cell');
  if (checked.built) return checked;
  const remedy = 'Give the option inputSize and call build()';
  throw new StateError({
    where,
    argument: 'model',
    expected: 'have parameters',
    received: 'a model that is not built',
    remedy,
  });
}

/** The layers that a model is made of. */
export function partsOfModel(model: Buildable): readonly Part[] {
  if ('networks' in model) return (model as EncoderDecoder).networks.parts(model.inputSize!);
  return 'parts' in model ? (model as Layer).parts(anyInput(model.inputSize!)) : [];
}

/** The layers of a model, also those within layers, by name. */
export function layersOf(model: Buildable): ReadonlyMap<string, Buildable> {
  const layers = new Map<string, Buildable>();
  const visit = (parts: readonly Part[], prefix: string): void => {
    for (const { path, layer, input } of parts) {
      const name = prefix + path.join('.');
      layers.set(name, layer);
      visit(layer.parts(input), `${name}.`);
    }
  };
  visit(partsOfModel(model), '');
  return layers;
}

/**
 * Checks the names against the model.
 *
 * @param expected - for the error: what names are
 */
export function requireNames(where: string, model: Buildable, names: Names, expected: string): NamedTargets[] {
  const layers = layersOf(model);
  const labels = new Map([...layers].map(([name, layer]) => [layer, name]));
  const entries = reading(where, 'names', () => {
    if (typeof names !== 'object' || names === null || Array.isArray(names)) {
      return refuse(where, 'names', expected, names);
    }
    return Object.entries(names).map(([path, given]) => {
      if (!Array.isArray(given)) return [path, given] as const;
      const { length } = given;
      if (length > MOST_LAYERS) refuse(where, `names.${path}`, `list at most ${MOST_LAYERS} layers`, length);
      return [path, Array.from(given as readonly unknown[])] as const;
    });
  });
  return entries.map(([path, given]) => {
    if (given === null) return { path, targets: [] };
    const list = (Array.isArray(given) ? given : [given]) as readonly unknown[];
    if (list.length === 0) refuse(where, `names.${path}`, 'have at least one layer, or be null', given);
    const targets = list.map((each) => targetOf(where, `names.${path}`, each, layers, labels, model));
    const order = targets.map(({ part }) => [...layers.values()].indexOf(part));
    if (order.some((place, k) => k > 0 && place >= 0 && place <= order[k - 1]!)) {
      const received = targets.map(({ label }) => label);
      refuse(where, `names.${path}`, 'list layers once, in the order of the model', received);
    }
    return { path, targets };
  });
}

function targetOf(
  where: string,
  argument: string,
  given: unknown,
  layers: ReadonlyMap<string, Buildable>,
  labels: ReadonlyMap<Buildable, string>,
  model: Buildable,
): Target {
  if (typeof given === 'string') {
    if (layers.size === 0) refuse(where, argument, 'be the layer itself, as it is made of no others', given);
    const label = requireOneOf(where, argument, given, [...layers.keys()]);
    return { part: layers.get(label)!, label };
  }
  const expected = 'be the name of a layer of the model, a layer, a cell, or a list of them';
  const part = requireInstance<Buildable>(where, argument, given, Buildable, expected);
  const isIn = part.built && part.parameters.arena === model.parameters.arena;
  if (!isIn) refuse(where, argument, 'be a layer or a cell of the model', part);
  return { part, label: labels.get(part) ?? part.kind };
}

/** The initial states of recurrent layers that are parameters. */
export function initialStates({ parameters }: Buildable): Parameter[] {
  return [...parameters].filter(({ name }) => /(^|\.)initial[A-Z]\w*$/.test(name));
}

/**
 * Refuses names that leave out a parameter of the model, or name one twice.
 *
 * @param what - that has a name: `a module`
 */
export function requireAll(where: string, model: Buildable, parameters: readonly Parameter[], what: string): void {
  const places = new Set(parameters.map(({ at }) => at));
  if (places.size < parameters.length) refuse(where, 'names', 'name each layer once', `a layer twice`);
  const left = [...model.parameters].filter(({ at }) => !places.has(at)).map(({ name }) => name);
  if (left.length === 0) return;
  const remedy = 'To take a part of a model only, give that layer instead of the model';
  const received = `none for ${listed(left)}`;
  const expected = `name ${what} for each parameter of the model`;
  throw new ArgumentError({ where, argument: 'names', expected, received, remedy });
}
