// The base class of layers that are made of other layers.

import type { SignalShape } from '../engine/signal.ts';
import type { StateSpec } from '../memory/states.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Layer } from './layer.ts';
import type { Part } from './layer-description.ts';
import { isStateful } from './network-layers.ts';
import { anyInput, attachParts, specsOf } from './parts.ts';
import { clearUnkept, StateLayer } from './state-layer.ts';

/** A layer that is made of other layers: its parameters and states are theirs, named after them. */
export abstract class CompositeLayer<S extends object = object> extends StateLayer<S> {
  /** @internal */
  readonly needsTime: boolean;
  override readonly stateful: boolean;
  /** @internal */
  override readonly trainsInitialState: boolean;
  /** @internal */
  override readonly attends: boolean;
  /** @internal */
  override readonly random: boolean;
  /** @internal */
  override readonly needsWhole: string | undefined;

  /** @param layers - all of them; none in use elsewhere */
  constructor(options: BuildOptions, layers: readonly Layer[]) {
    super(options);
    this.needsTime = layers.some(({ needsTime }) => needsTime);
    this.stateful = layers.some(isStateful);
    this.trainsInitialState = layers.some(({ trainsInitialState }) => trainsInitialState);
    this.attends = layers.some(({ attends }) => attends);
    this.random = layers.some(({ random }) => random);
    this.needsWhole = layers.find(({ needsWhole }) => needsWhole !== undefined)?.needsWhole;
    for (const layer of layers) layer.adopt();
  }

  /** @internal */
  abstract override parts(input: SignalShape): readonly Part[];

  /** @internal Its layers, which are compared, hold the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    return specsOf(this.parts(anyInput(inputSize)));
  }

  /** @internal */
  protected override requireParts(where: string): void {
    for (const { layer } of this.parts(anyInput(Number.NaN))) layer.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    attachParts(this.parts(anyInput(inputSize)), parameters);
  }

  /** @internal */
  override attendTo(sourceSize: number): void {
    for (const { layer } of this.parts(anyInput(Number.NaN))) layer.attendTo(sourceSize);
  }

  /** @internal */
  override stateSpecs(inputSize: number): readonly StateSpec[] {
    return this.parts(anyInput(inputSize)).flatMap(({ path, layer, input }) =>
      layer.stateSpecs(input.F).map((spec) => ({ path: [...path, ...spec.path], width: spec.width })),
    );
  }

  /** @internal */
  override clearUnkept(kept: S): void {
    for (const { path, layer } of this.parts(anyInput(Number.NaN))) {
      clearUnkept(
        layer,
        path.reduce<object | undefined>((state, name) => (state as never)?.[name], kept),
      );
    }
  }
}
