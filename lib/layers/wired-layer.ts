// The base class of layers that are graphs of other layers.

import { refuse } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import { CompositeLayer } from './composite-layer.ts';
import type { OutputRange, Part } from './layer-description.ts';
import type { NetworkState } from './network.ts';
import { withInputSize } from './network-layers.ts';
import { anyInput } from './parts.ts';
import { WiredPass } from './wired-pass.ts';
import { type ArgumentOf, mergedShape, requireSizes, requireWiring, valueShapes, type Wiring } from './wiring.ts';

/** A layer that is a directed acyclic graph of layers. */
export abstract class WiredLayer extends CompositeLayer<NetworkState> {
  /** @internal */
  readonly wiring: Wiring;
  readonly #argumentOf: ArgumentOf;

  /** @param argumentOf - how errors name a node */
  constructor(where: string, wiring: Wiring, build: BuildOptions, argumentOf: ArgumentOf) {
    requireWiring(where, wiring, argumentOf);
    const layers = wiring.nodes.map(({ layer }) => layer);
    const first = wiring.nodes.filter(({ sources }) => sources.length === 1 && sources[0] === 0);
    const sized = first.find(({ layer }) => layer.inputSize !== undefined)?.layer;
    super(sized === undefined ? build : withInputSize(where, sized, build), layers);
    for (const { path, layer } of first) {
      const { inputSize } = layer;
      if (inputSize === undefined || inputSize === this.inputSize) continue;
      refuse(where, path.join('.'), `take the ${this.inputSize} features of the input`, inputSize);
    }
    this.wiring = wiring;
    this.#argumentOf = argumentOf;
  }

  /** @internal */
  override parts(input: SignalShape): readonly Part[] {
    const shapes = valueShapes(this.wiring, input);
    return this.wiring.nodes.map(({ path, layer, sources, merge }) => {
      return { path, layer, input: mergedShape(shapes, sources, merge) };
    });
  }

  /** @internal */
  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    requireSizes(this.kind, this.wiring, valueShapes(this.wiring, anyInput(inputSize)), this.#argumentOf);
    return super.parameterSpecs(inputSize);
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
  layOut(workspace: Workspace, input: Signal): Pass {
    return new WiredPass(this.wiring, workspace, input);
  }
}
