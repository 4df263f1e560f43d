// What a layer declares about itself: the shapes of its output and states, and what it needs of sequences.

import type { Mask } from '../engine/packing.ts';
import type { SignalShape } from '../engine/signal.ts';
import type { StateSpec } from '../memory/states.ts';
import { Buildable } from '../parameters/buildable.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';

/** Lowest and highest number of an output. */
export type OutputRange = readonly [low: number, high: number];

/** A layer within a layer or a model. */
export interface Part {
  /** Names that lead to it: `['lstm1']`, or `['branch1', 'gru1']`. */
  readonly path: readonly string[];
  readonly layer: LayerDescription;
  /** Shape of its input; sizes that are not known are NaN. */
  readonly input: SignalShape;
}

/** The declarations of a layer, which networks and the engine read. `Layer` adds passes. */
export abstract class LayerDescription extends Buildable {
  /** @internal Whether the layer takes only sequences [B, T, I], and not [B, I]. */
  abstract readonly needsTime: boolean;

  /** @internal Shape of the output for an input. */
  abstract outputShape(input: SignalShape): SignalShape;

  /** @internal The layers that it is made of, for an input; none by default. */
  parts(_input: SignalShape): readonly Part[] {
    return [];
  }

  /** @internal Names and widths of the carried states, for an input size; none by default. */
  stateSpecs(_inputSize: number): readonly StateSpec[] {
    return [];
  }

  /** @internal Whether the layer reads sequences from their last time step to their first. */
  readonly readsBackwards: boolean = false;

  /** @internal Whether an initial state in it is a parameter. */
  readonly trainsInitialState: boolean = false;

  /** @internal Whether the layer finds out by itself which time steps count. */
  readonly masks: boolean = false;

  /** @internal Number of indices that its input [B, T] may have; 0 if it reads features, [B, T, I]. */
  readonly indexCount: number = 0;

  /** @internal Whether its input are indices. */
  get readsIndices(): boolean {
    return this.indexCount > 0;
  }

  /** @internal What takes no masks and no sequences of different lengths; undefined for most layers. */
  get needsEqualLengths(): string | undefined {
    if (this.timeAxis !== 'kept') return 'layers that change the number of time steps';
    return this.masks ? 'a model that begins with Masking or maskZero' : undefined;
  }

  /** @internal Whether the layer attends to the outputs of an encoder. */
  readonly attends: boolean = false;

  /** @internal Sets the number of features of a time step that the layer attends to. */
  attendTo(_sourceSize: number): void {}

  /** @internal Why the layer needs a whole sequence at once; undefined if it can run part by part. */
  readonly needsWhole: string | undefined = undefined;

  /**
   * @internal What becomes of the time axis: whether the output has the time steps of the input, or one at its end,
   * `'kept'`; another number of them, `'changed'`; or some, for an input without a time axis, `'made'`.
   */
  readonly timeAxis: 'kept' | 'changed' | 'made' = 'kept';

  /** @internal Least number of time steps whose output has at least `steps` time steps. */
  leastSteps(steps: number): number {
    return steps;
  }

  /** @internal Whether training draws random masks. */
  readonly random: boolean = false;

  /** @internal The kind of a cell whose time steps threads cannot divide; undefined for other layers. */
  get undividedCell(): string | undefined {
    return undefined;
  }

  /** @internal Lowest and highest number of the output. */
  get outputRange(): OutputRange {
    return [-Infinity, Infinity];
  }

  /** @internal Which time steps of a checked input count, if the layer finds that out by itself. */
  maskOf(_source: NdArrayLike): Mask | undefined {
    return undefined;
  }
}
