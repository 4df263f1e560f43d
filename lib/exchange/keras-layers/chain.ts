// The layers of a Keras model in the order in which data run through them. A model whose graph is no chain is refused.

import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { shortName } from '../taker.ts';
import { type Dialect, entryOf, isObject, type Json, type JsonObject, refuseLayer } from './config.ts';
import { numbered, pathName } from './paths.ts';

/** A layer in a model's config. */
export interface ChainLink {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
}

/** A layer, and where files have its arrays. */
export interface PlacedLink extends ChainLink {
  /** Name of the layer of the outermost model that it is in, or that it is: names of groups in files of Keras 1 and 2. */
  readonly group: string;
  /** Path below `layers` in files of Keras 3: `'lstm_1'`, `'sequential/layers/dense'`. */
  readonly path: string;
}

/** A layer of a functional model: the layers that it reads, by name. */
interface GraphLink extends ChainLink {
  readonly inputs: readonly string[];
}

/** The most levels of models within models. */
const LEVELS = 4;
/** The most layers of a model. */
const MOST_LAYERS = 1024;
const MODELS: readonly string[] = ['Sequential', 'Functional', 'Model'];

function fail(where: string, expected: string, received: string, remedy?: string): never {
  throw new FormatError({
    where,
    argument: 'config',
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** A layer's name, class and config. */
function linkOf(where: string, value: Json | undefined, k: number): ChainLink {
  const [className, config] = isObject(value) ? [entryOf(value, 'class_name'), entryOf(value, 'config')] : [];
  if (typeof className !== 'string' || (!isObject(config) && !Array.isArray(config))) {
    return fail(where, 'have layers { class_name, config }', `${describe(value)} as layer ${k}`);
  }
  const inner = isObject(config) ? entryOf(config, 'name') : undefined;
  const name = entryOf(value as JsonObject, 'name') ?? inner;
  const fallback = `${className.toLowerCase()}_${k}`;
  const settings = isObject(config) ? config : { layers: config as readonly Json[] };
  return { name: typeof name === 'string' ? name : fallback, className, config: settings };
}

/** The names of layers whose outputs a layer reads, from `inbound_nodes`. */
function inputsOf(where: string, { name }: ChainLink, nodes: Json | undefined): string[] {
  const list = Array.isArray(nodes) ? (nodes as readonly Json[]) : [];
  if (list.length === 0) return [];
  if (list.length > 1) refuseLayer(where, name, 'be used once', `${list.length} uses`);
  const names: string[] = [];
  const read = (value: Json | undefined, depth: number): void => {
    const tensor = tensorOf(value);
    if (tensor !== undefined) names.push(requireFirst(where, name, tensor));
    else if (depth < LEVELS && isObject(value)) {
      read(entryOf(value, 'args'), depth + 1);
      requireNoTensors(where, name, entryOf(value, 'kwargs'));
    } else if (depth < LEVELS && Array.isArray(value))
      for (const each of value as readonly Json[]) read(each, depth + 1);
  };
  read(list[0], 0);
  return names;
}

/** A reference to an output of a layer: ['lstm', 0, 0, {}], or the one of Keras 3. */
function tensorOf(value: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number') return value;
  if (!isObject(value) || entryOf(value, 'class_name') !== '__keras_tensor__') return undefined;
  const config = entryOf(value, 'config');
  const history = isObject(config) ? entryOf(config, 'keras_history') : undefined;
  return Array.isArray(history) ? (history as readonly Json[]) : undefined;
}

/** The layer of a reference; refuses other outputs than the first, and arguments that are given beside it. */
function requireFirst(where: string, reader: string, [name, node, output, kwargs]: readonly Json[]): string {
  if (typeof name !== 'string' || node !== 0 || output !== 0) {
    refuseLayer(
      where,
      reader,
      'read the first output of a layer that is used once',
      describe([name, node, output] as Json),
    );
  }
  requireNoTensors(where, reader, kwargs);
  return name as string;
}

/** Refuses arguments of a call that name tensors, such as initial states and masks. */
function requireNoTensors(where: string, name: string, kwargs: Json | undefined): void {
  if (!isObject(kwargs)) return;
  for (const [key, value] of Object.entries(kwargs)) {
    if (key === 'training' && value === true) {
      const remedy = 'Call the layer without training=True, and predict as usual';
      refuseLayer(
        where,
        name,
        'not be called with training=True, with which dropout is active in predictions',
        'training=True',
        remedy,
      );
    }
    if (value === null || typeof value !== 'object') continue;
    refuseLayer(
      where,
      name,
      'be called with one array',
      `${shortName(key)} as well`,
      'Give states to calls of the model',
    );
  }
}

/** The layer of `input_layers` or `output_layers`. */
function endOf(where: string, config: JsonObject, key: string): string {
  const value = entryOf(config, key);
  const single = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? (value[0] as Json) : value;
  const tensor = tensorOf(single);
  const what = key === 'input_layers' ? 'one input' : 'one output';
  if (tensor === undefined) return fail(where, `have ${what}`, `${key} ${describe(value)}`);
  return requireFirst(where, key, tensor);
}

/** The layers of a functional model, from its input to its output. */
function orderOf(where: string, config: JsonObject, links: readonly GraphLink[]): ChainLink[] {
  const byName = new Map(links.map((link) => [link.name, link]));
  if (byName.size < links.length) fail(where, 'have layers of different names', 'a name twice');
  const [first, last] = [endOf(where, config, 'input_layers'), endOf(where, config, 'output_layers')];
  const order: GraphLink[] = [];
  for (let name: string | undefined = last; name !== undefined; ) {
    const link = byName.get(name);
    if (link === undefined || order.includes(link)) return fail(where, 'be a chain of its layers', shortName(name));
    if (link.inputs.length > 1) {
      const remedy = 'bptt imports chains of layers; make the layers by hand and load the weights into them';
      refuseLayer(where, name, 'read one layer', link.inputs.map(shortName).join(', '), remedy);
    }
    order.unshift(link);
    name = link.inputs[0];
  }
  if (order[0]!.name !== first) fail(where, `begin with ${shortName(first)}`, shortName(order[0]!.name));
  const left = links.find((link) => !order.includes(link));
  if (left !== undefined) {
    const remedy = 'bptt imports chains of layers; make the layers by hand and load the weights into them';
    refuseLayer(where, left.name, `lie on the way from ${shortName(first)} to ${shortName(last)}`, 'a branch', remedy);
  }
  return order;
}

/** The layers of one level. */
function levelOf(where: string, { className, config }: ChainLink): readonly ChainLink[] {
  const layers = entryOf(config, 'layers');
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > MOST_LAYERS) {
    return fail(where, `have 1 to ${MOST_LAYERS} layers`, describe(layers));
  }
  const list = layers as readonly Json[];
  const links = list.map((layer, k) => linkOf(where, layer, k));
  if (className === 'Sequential') return links;
  const withInputs = links.map((link, k) => {
    const inputs = inputsOf(where, link, entryOf(list[k] as JsonObject, 'inbound_nodes'));
    return { ...link, inputs };
  });
  return orderOf(where, config, withInputs);
}

/**
 * The layers of a model { class_name, config }: Sequential, or Functional (earlier Model) if its graph is a chain. Models
 * within it give their layers.
 */
export function chainOf({ where }: Dialect, model: Json): PlacedLink[] {
  const root = linkOf(where, model, 0);
  if (!MODELS.includes(root.className)) {
    fail(where, `have a model of class ${MODELS.join(', ')}`, shortName(root.className));
  }
  const chain: PlacedLink[] = [];
  const add = (link: ChainLink, depth: number, outer: string | undefined, above: string): void => {
    if (depth > LEVELS) fail(where, `have at most ${LEVELS} levels of models`, 'more');
    const used = new Map<string, number>();
    for (const each of levelOf(where, link)) {
      const [group, path] = [outer ?? each.name, above + numbered(used, pathName(each.className))];
      if (MODELS.includes(each.className)) add(each, depth + 1, group, `${path}/layers/`);
      else chain.push({ ...each, group, path });
      if (chain.length > MOST_LAYERS) fail(where, `have at most ${MOST_LAYERS} layers`, 'more');
    }
  };
  add(root, 1, undefined, '');
  return chain;
}
