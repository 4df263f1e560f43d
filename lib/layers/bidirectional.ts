// A layer that reads sequences in both directions.

import type { State } from '../cells/cell.ts';
import { reading, refuse, requireEntries, requireInstance, requireShape } from '../checks.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { Signal, SignalShape } from '../engine/signal.ts';
import { oneOf, optional, readOptions, required, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { Tensor } from '../tensor/tensor.ts';
import { BidirectionalPass, DIRECTIONS, type MergeMode } from './bidirectional-pass.ts';
import { CompositeLayer } from './composite-layer.ts';
import { Layer, type LayerConfig } from './layer.ts';
import type { OutputRange, Part } from './layer-description.ts';
import { isStateful, withInputSize } from './network-layers.ts';

/** Options of a bidirectional layer. */
export interface BidirectionalOptions extends BuildOptions {
  /** The layers of the forward and the backward direction, new ones; with equal `returnSequences`. */
  readonly layers: readonly [forward: Layer, backward: Layer];
  /**
   * How the outputs of both directions become one: `'concat'`, one above the other, (B1); `'sum'`, (B2); `'mul'`, the
   * elementwise product, (B3); or `'average'`, (B4). Default `'concat'`; `separate` divides its output again.
   */
  readonly mergeMode?: MergeMode;
}

/** Arrays of both directions. */
export interface Directions {
  /** That of the forward direction. */
  readonly forward: Tensor;
  /** That of the backward direction. */
  readonly backward: Tensor;
}

/** The states of both directions. */
export type BidirectionalState = Readonly<Record<'forward' | 'backward', State>>;

const OPTIONS: Schema<BidirectionalOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  layers: required(requireLayers),
  mergeMode: saved(optional(oneOf('concat', 'sum', 'mul', 'average'), 'concat')),
};

/**
 * Two layers over the same sequences: one reads them from the first time step to the last, the other from the last to the
 * first (Schuster and Paliwal 1997). With a mask, each row is read backwards from its own last step that counts. With
 * `returnSequences` the output of the backward direction is in the order of the input; otherwise it is the output after
 * the first time step.
 *
 * It needs whole sequences, so it has no streams, `checkpoint` or `truncate`. Parameters are named `forward.kernel`,
 * `backward.kernel`. To load a saved model with this layer, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const direction = () => new LSTM({ units: 8, returnSequences: true });
 * const layer = new Bidirectional({ layers: [direction(), direction()] });
 * const y = layer.forward(randomNormal([2, 5, 3], { seed: 1 }), { lengths: [5, 2] });
 * y.shape;                          // [2, 5, 16]
 * layer.separate(y).backward.shape; // [2, 5, 8]
 * ```
 */
export class Bidirectional extends CompositeLayer<BidirectionalState> {
  /** Name in saved files. */
  static readonly kind = 'Bidirectional';
  readonly kind = 'Bidirectional';
  /** @internal */
  override readonly needsTime = true;
  /** @internal */
  override readonly needsWhole = 'Bidirectional: its backward direction begins with the last time step';
  /** The layers of the forward and the backward direction. */
  readonly layers: readonly [forward: Layer, backward: Layer];
  /** How the outputs of both directions become one. */
  readonly mergeMode: MergeMode;

  /**
   * @param options - `layers`; `mergeMode`: default `'concat'`; `seed` of all initial values, default 0; `dtype`, default
   *   `'float32'`; `inputSize`; `backend`
   * @throws ArgumentError for layers that are in use, do not fit each other or read backwards by themselves
   */
  constructor(options: BidirectionalOptions) {
    const where = 'Bidirectional';
    if (reading(where, 'options', () => (options as unknown) instanceof Layer)) {
      const remedy =
        'Give a layer for each direction: new Bidirectional({ layers: [new GRU({ units: 8 }), new GRU({ units: 8 })] })';
      refuse(where, 'options', 'be { layers: [forward, backward] }', options, remedy);
    }
    const { layers, mergeMode, ...build } = readOptions(where, options, OPTIONS);
    super(withInputSize(where, layers[0], build), layers);
    this.layers = layers;
    this.mergeMode = mergeMode;
    const [y, z] = this.#outputs({ T: 1, B: 1, F: layers[0].inputSize ?? Number.NaN });
    if (y.T !== z.T) refuse(where, 'layers', 'have equal returnSequences', layers[1]);
    if (layers.some(isStateful) && layers.some(({ trainsInitialState }) => trainsInitialState)) {
      refuse(where, 'layers', 'not have both stateful and trainInitialState', layers);
    }
    if (mergeMode !== 'concat' && y.F !== z.F) {
      refuse(where, 'layers', `have outputs of equal size for mergeMode '${mergeMode}'`, `${y.F} and ${z.F} features`);
    }
  }

  /** @internal */
  override parts(input: SignalShape): readonly Part[] {
    return this.layers.map((layer, i) => ({ path: [DIRECTIONS[i]!], layer, input }));
  }

  #outputs(input: SignalShape): readonly [SignalShape, SignalShape] {
    return [this.layers[0].outputShape(input), this.layers[1].outputShape(input)];
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    const [y, z] = this.#outputs(input);
    return this.mergeMode === 'concat' ? { ...y, F: y.F + z.F } : y;
  }

  /** @internal */
  override get outputRange(): OutputRange {
    const [[a, b], [c, d]] = [this.layers[0].outputRange, this.layers[1].outputRange];
    if (this.mergeMode === 'sum') return [a + c, b + d];
    if (this.mergeMode !== 'mul') return [Math.min(a, c), Math.max(b, d)];
    const products = [a * c, a * d, b * c, b * d].map((v) => (Number.isNaN(v) ? 0 : v));
    return [products.reduce((low, v) => Math.min(low, v)), products.reduce((high, v) => Math.max(high, v))];
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { layers: this.layers, ...savedOptions(OPTIONS, this) };
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new BidirectionalPass(this.layers, this.mergeMode, workspace, input);
  }

  /**
   * Divides an output with `mergeMode: 'concat'`, or its gradient, into those of the two directions.
   *
   * @param output - [..., F]
   * @returns views
   * @throws ArgumentError for another `mergeMode`, ShapeError for an array of another size
   */
  separate(output: Tensor): Directions {
    const where = 'Bidirectional.separate';
    if (this.mergeMode !== 'concat') refuse(where, 'mergeMode', "be 'concat'", this.mergeMode);
    const [y, z] = this.#outputs({ T: 1, B: 1, F: this.inputSize ?? Number.NaN });
    return reading(where, 'output', () => {
      const { shape } = requireInstance(where, 'output', output, Tensor, 'be a tensor');
      const outer = shape.slice(0, -1);
      if (shape.at(-1) !== y.F + z.F) requireShape(where, 'output', shape, [...outer, y.F + z.F]);
      const whole = outer.map(() => null);
      return { forward: output.hi(...whole, y.F), backward: output.lo(...whole, y.F) };
    });
  }
}

function requireLayers(where: string, argument: string, value: unknown): readonly [Layer, Layer] {
  const expected = 'be a pair [forward, backward] of layers';
  const list = requireEntries(where, argument, value as readonly Layer[], expected);
  if (list.length !== 2) refuse(where, argument, expected, value);
  for (const [i, layer] of list.entries()) {
    const entry = `${argument}[${i}]`;
    requireInstance(where, entry, layer, Layer, 'be a layer');
    if (layer.inUse || list[0] === list[i + 1]) {
      refuse(where, entry, 'be new: not in use elsewhere or twice', layer, 'Make a new layer');
    }
    if (!layer.needsTime) refuse(where, entry, 'be recurrent', layer);
    if (layer.readsBackwards) refuse(where, entry, 'not have goBackwards, which Bidirectional adds', layer);
    if (layer.readsIndices) refuse(where, entry, 'not read indices', layer, 'Put Embedding before Bidirectional');
    if (layer.masks) refuse(where, entry, 'not begin with Masking', layer, 'Put Masking before Bidirectional');
  }
  return list as unknown as readonly [Layer, Layer];
}
