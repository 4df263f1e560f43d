// The base class of layers that are graphs of other layers.

import { refuse } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { StateSpec } from '../memory/states.ts';
import type { BuildOptions } from '../parameters/buildable.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { OutputRange } from './layer-description.ts';
import type { NetworkState } from './network.ts';
import { isStateful, withInputSize } from './network-layers.ts';
import { clearUnkept, StateLayer } from './state-layer.ts';
import { WiredPass } from './wired-pass.ts';
import {
  mergedShape,
  nameOf,
  requireSizes,
  requireWiring,
  valueShapes,
  type WiredNode,
  type Wiring,
} from './wiring.ts';

/** A layer that is a directed acyclic graph of layers. */
export abstract class WiredLayer extends StateLayer<NetworkState> {
  /** @internal */
  readonly wiring: Wiring;
  /** @internal */
  readonly needsTime: boolean;
  override readonly stateful: boolean;
  /** @internal */
  override readonly trainsInitialState: boolean;
  /** @internal */
  override readonly random: boolean;
  /** @internal */
  override readonly attends: boolean;
  /** @internal */
  override readonly needsWhole: string | undefined;
  readonly #argumentOf: (node: WiredNode) => string;

  /** @param argumentOf - how errors name a node */
  constructor(where: string, wiring: Wiring, build: BuildOptions, argumentOf: (node: WiredNode) => string) {
    requireWiring(where, wiring, argumentOf);
    const layers = wiring.nodes.map(({ layer }) => layer);
    const first = wiring.nodes.filter(({ sources }) => sources.length === 1 && sources[0] === 0);
    const sized = first.find(({ layer }) => layer.inputSize !== undefined)?.layer;
    super(sized === undefined ? build : withInputSize(where, sized, build));
    for (const { path, layer } of first) {
      const { inputSize } = layer;
      if (inputSize === undefined || inputSize === this.inputSize) continue;
      refuse(where, path.join('.'), `take the ${this.inputSize} features of the input`, inputSize);
    }
    this.wiring = wiring;
    this.#argumentOf = argumentOf;
    this.needsTime = layers.some(({ needsTime }) => needsTime);
    this.stateful = layers.some(isStateful);
    this.trainsInitialState = layers.some((layer) => layer.trainsInitialState);
    this.random = layers.some(({ random }) => random);
    this.attends = layers.some(({ attends }) => attends);
    this.needsWhole = layers.find(({ needsWhole }) => needsWhole !== undefined)?.needsWhole;
    for (const layer of layers) layer.adopt();
  }

  /** @internal Its layers, which are compared, hold the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal What each node reads, for an input size. */
  protected each<R>(inputSize: number, visit: (node: WiredNode, F: number) => R): R[] {
    const shapes = valueShapes(this.wiring, { T: Number.NaN, B: Number.NaN, F: inputSize });
    requireSizes(this.kind, this.wiring, shapes, this.#argumentOf);
    return this.wiring.nodes.map((node) => visit(node, mergedShape(shapes, node.sources, node.merge).F));
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return this.each(inputSize, (node, F) =>
      node.layer.parameterSpecs(F).map((spec) => ({ ...spec, name: `${nameOf(node)}.${spec.name}` })),
    ).flat();
  }

  /** @internal */
  protected override requireParts(where: string): void {
    for (const { layer } of this.wiring.nodes) layer.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    this.each(inputSize, (node, F) => node.layer.attach(parameters.within(`${nameOf(node)}.`), F));
  }

  /** @internal */
  override attendTo(sourceSize: number): void {
    for (const { layer } of this.wiring.nodes) layer.attendTo(sourceSize);
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return mergedShape(valueShapes(this.wiring, input), this.wiring.outputs, this.wiring.merge);
  }

  /** @internal */
  override get outputRange(): OutputRange {
    const { nodes, outputs, merge } = this.wiring;
    const ranges = outputs.map((v): OutputRange => (v === 0 ? [-Infinity, Infinity] : nodes[v - 1]!.layer.outputRange));
    const over = (k: 0 | 1, join: (a: number, b: number) => number): number =>
      ranges.map((range) => range[k]).reduce(merge === 'sum' ? (a, b) => a + b : join);
    return [over(0, Math.min), over(1, Math.max)];
  }

  /** @internal */
  override stateSpecs(inputSize: number): readonly StateSpec[] {
    return this.each(inputSize, ({ path, layer }, F) =>
      layer.stateSpecs(F).map((spec) => ({ path: [...path, ...spec.path], width: spec.width })),
    ).flat();
  }

  /** @internal */
  override clearUnkept(kept: NetworkState): void {
    for (const { path, layer } of this.wiring.nodes) {
      const own = path.reduce<object | undefined>((state, name) => (state as never)?.[name], kept);
      clearUnkept(layer, own);
    }
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new WiredPass(this.wiring, workspace, input);
  }
}
