// How layers of a directed acyclic graph are wired: what each of them reads, and what the graph puts out.

import { refuse, requireInstance } from '../checks.ts';
import type { SignalShape } from '../engine/signal.ts';
import { Layer } from './layer.ts';
import { isStateful } from './network-layers.ts';

/** How several values become one: one above the other, (J1), or their sum, (J2). */
export type BranchMerge = 'concat' | 'sum';

/** A layer and the values that it reads. Value 0 is the input of the graph, value k + 1 the output of node k. */
export interface WiredNode {
  /** Names from the graph to the layer: `['vad']`, or `['branch1', 'gru1']`. */
  readonly path: readonly string[];
  readonly layer: Layer;
  /** Numbers of values, in order. */
  readonly sources: readonly number[];
  readonly merge: BranchMerge;
}

/** A graph: each node reads the input and nodes before it. */
export interface Wiring {
  readonly nodes: readonly WiredNode[];
  /** Numbers of the values that make up the output. */
  readonly outputs: readonly number[];
  readonly merge: BranchMerge;
}

/** The argument of a node in messages, or that of the outputs. */
export type ArgumentOf = (node: WiredNode | undefined) => string;

/** A name of a node in messages. */
export function nameOf({ path }: Pick<WiredNode, 'path'>): string {
  return path.join('.');
}

/** Layers that each read the one before; the first reads the input. `before`: number of nodes before them. */
export function chainOf(
  layers: readonly Layer[],
  pathOf: (k: number) => readonly string[],
  before: number,
): WiredNode[] {
  return layers.map((layer, k) => ({
    path: pathOf(k),
    layer,
    sources: [k === 0 ? 0 : before + k],
    merge: 'concat',
  }));
}

/** Checks that a list has `least` layers, and layers only. */
export function requireChain(
  where: string,
  argument: string,
  layers: readonly Layer[],
  least: number,
): readonly Layer[] {
  if (layers.length < least) refuse(where, argument, 'be an array of at least one layer', layers);
  for (const [k, layer] of layers.entries()) requireInstance(where, `${argument}[${k}]`, layer, Layer, 'be a layer');
  return layers;
}

/** Shapes of all values, for a shape of the input. Sizes that are not known are NaN. */
export function valueShapes({ nodes }: Wiring, input: SignalShape): SignalShape[] {
  const shapes = [input];
  for (const { layer, sources, merge } of nodes) shapes.push(layer.outputShape(mergedShape(shapes, sources, merge)));
  return shapes;
}

/** Shape of some values as one. */
export function mergedShape(
  shapes: readonly SignalShape[],
  values: readonly number[],
  merge: BranchMerge,
): SignalShape {
  const first = shapes[values[0]!]!;
  return merge === 'sum' ? first : { ...first, F: values.reduce((sum, v) => sum + shapes[v]!.F, 0) };
}

/** Checks that the layers are new, and that what each of them reads fits it. */
export function requireWiring(where: string, wiring: Wiring, argumentOf: ArgumentOf): void {
  const { nodes, outputs, merge } = wiring;
  let shapes: SignalShape[] = [{ T: Number.NaN, B: Number.NaN, F: Number.NaN }];
  for (const [i, node] of nodes.entries()) {
    const argument = argumentOf(node);
    requireNewLayer(where, argument, node.layer, nodes.slice(0, i));
    requireAlike(where, argument, shapes, node.sources, node.merge);
    const { T, B, F } = mergedShape(shapes, node.sources, node.merge);
    const { layer } = node;
    if (layer.needsTime && T === undefined) {
      const remedy = 'Give the recurrent layer before it returnSequences: true';
      refuse(where, argument, 'read a layer that gives sequences', layer, remedy);
    }
    const { inputSize = F } = layer;
    if (F >= 1 && inputSize !== F) refuse(where, argument, `take the ${F} features that it reads`, inputSize);
    shapes = [...shapes, layer.outputShape({ T, B, F: inputSize })];
  }
  requireAlike(where, argumentOf(undefined), shapes, outputs, merge);
  const layers = nodes.map(({ layer }) => layer);
  if (layers.some(isStateful) && layers.some(({ trainsInitialState }) => trainsInitialState)) {
    refuse(where, 'layers', 'not have both stateful and trainInitialState', layers);
  }
}

/** Checks the sizes of sums once the shapes of all values are known. */
export function requireSizes(
  where: string,
  { nodes, outputs, merge }: Wiring,
  shapes: readonly SignalShape[],
  argumentOf: ArgumentOf,
): void {
  for (const node of nodes) requireAlike(where, argumentOf(node), shapes, node.sources, node.merge);
  requireAlike(where, argumentOf(undefined), shapes, outputs, merge);
}

function requireNewLayer(where: string, argument: string, layer: unknown, before: readonly WiredNode[]): void {
  const checked = requireInstance(where, argument, layer as Layer, Layer, 'be a layer');
  if (checked.inUse || before.some((node) => node.layer === checked)) {
    refuse(where, argument, 'be new: not in use elsewhere or twice', checked, 'Make a new layer');
  }
  if (checked.masks) refuse(where, argument, 'not mask inputs', checked, 'Put it before the branches');
  if (checked.readsIndices) refuse(where, argument, 'not read indices', checked, 'Put it before the branches');
  if (checked.timeAxis !== 'kept') {
    refuse(where, argument, 'keep the time axis', checked, 'Put it before or after the branches');
  }
  if (checked.readsBackwards) refuse(where, argument, 'read forwards', 'goBackwards', 'Use Bidirectional');
}

/** Refuses values that cannot become one. */
function requireAlike(
  where: string,
  argument: string,
  shapes: readonly SignalShape[],
  values: readonly number[],
  merge: BranchMerge,
): void {
  const [first, ...others] = values.map((v) => shapes[v]!);
  for (const { T, F } of others) {
    if ((T === undefined) !== (first!.T === undefined)) {
      const remedy = 'Give every recurrent layer returnSequences: true, or none';
      refuse(where, argument, 'read only sequences, or only the last time step of each', 'both', remedy);
    }
    if (merge === 'sum' && F >= 1 && first!.F >= 1 && F !== first!.F) {
      const remedy = "Add a linear Dense that makes them equal, or use merge: 'concat'";
      refuse(where, argument, 'sum outputs of equal size', `${first!.F} and ${F} features`, remedy);
    }
  }
}
