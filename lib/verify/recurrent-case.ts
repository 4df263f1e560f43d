// Random passes of recurrent layers.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { assign, type NdArrayLike } from '../tensor/ndarray-like.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import { arbitraries } from './arbitraries.ts';
import type { NumberOptions, PassShape, ShapeOptions } from './arbitrary-options.ts';
import type { LayerPool } from './layer-pool.ts';
import { printed, printedAs } from './printed.ts';
import {
  type CallableRecurrentLayer,
  type CaseForwardOptions,
  type Named,
  type RecurrentLayer,
  widthOf,
} from './recurrent-layer.ts';
import { mapNamed, reordered } from './views.ts';

/** Bounds of generated cases. */
export interface CaseOptions extends ShapeOptions {
  /** Largest magnitude of the weights; default: one of the scales of `arbitraries.scale`. */
  readonly scale?: number;
  /** Special numbers in the input; default `'small'`. */
  readonly special?: NumberOptions['special'];
}

/** All inputs of a pass. */
interface CaseValues {
  readonly shape: PassShape;
  readonly weights: Named;
  readonly x: Tensor;
  readonly initialState: Named;
  /** Gradient of the output, [B, T, width of the first state]. */
  readonly dy: Tensor;
  /** Gradient of the final state. */
  readonly dState: Named;
}

/** All results of a forward and backward pass. */
export interface PassResult {
  readonly output: Tensor;
  readonly state: Named;
  readonly dx: Tensor;
  readonly dInitialState: Named;
  /** Copies of the parameters' gradients. */
  readonly gradients: Named;
}

/** A random pass of a recurrent layer. If it fails, it is printed in full. */
export class RecurrentCase implements CaseValues {
  readonly layers: LayerPool;
  readonly dtype: DType;
  readonly shape: PassShape;
  readonly weights: Named;
  readonly x: Tensor;
  readonly initialState: Named;
  readonly dy: Tensor;
  readonly dState: Named;

  constructor(layers: LayerPool, values: CaseValues) {
    this.layers = layers;
    this.dtype = layers.dtype;
    this.shape = values.shape;
    this.weights = values.weights;
    this.x = values.x;
    this.initialState = values.initialState;
    this.dy = values.dy;
    this.dState = values.dState;
    printedAs(this, () => this.toString());
  }

  /** A copy of the case with other values. */
  with(changes: Partial<CaseValues>): RecurrentCase {
    const { shape, weights, x, initialState, dy, dState } = this;
    return new RecurrentCase(this.layers, { shape, weights, x, initialState, dy, dState, ...changes });
  }

  /** Returns a layer with the weights of this case. The next call may return the same layer with other weights. */
  layer(returnSequences = true): RecurrentLayer {
    const layer = this.layers.borrow(this.shape, returnSequences);
    for (const { name, value } of layer.parameters) assign(value, this.weights[name]!);
    return layer;
  }

  /** Runs forward and backward. */
  run(options: CaseForwardOptions = {}): PassResult {
    const layer = this.layer();
    const { output, state } = forward(layer, this.x, this.initialState, options);
    return { output, state, ...backward(layer, this.dy, this.dState) };
  }

  /** The case as text for fast-check, with numbers as in source code. */
  toString(): string {
    const { shape, weights, x, initialState, dy, dState, dtype } = this;
    const entries = Object.entries({ ...shape, dtype, weights, x, initialState, dy, dState });
    return `{ ${entries.map(([name, value]) => `${name}: ${printed(value)}`).join(', ')} }`;
  }
}

/** Generates random passes of layers, which shrink to one step of one unit on zeros. */
export function recurrentCase(layers: LayerPool, options: CaseOptions): Arbitrary<RecurrentCase> {
  const { dtype } = layers;
  const { scale, special = 'small', ...bounds } = options;
  return arbitraries.shape(bounds).chain((shape) => {
    const layer = layers.borrow(shape, true);
    const { cell, parameters } = layer;
    const widths = Object.fromEntries(cell.states.map((name) => [name, widthOf(layer, name)]));
    const states = arbitraries.state(widths, shape, { dtype });
    const width = widths[cell.states[0]!]!;
    const shapes = Object.fromEntries([...parameters].map(({ name, value }) => [name, value.shape]));
    return fc
      .record({
        shape: fc.constant(shape),
        weights: arbitraries.weights(shapes, { dtype, ...(scale !== undefined && { scale }) }),
        x: arbitraries.sequence(shape, { dtype, special }),
        initialState: states,
        dy: arbitraries.cotangent([shape.B, shape.T, width], { dtype }),
        dState: states,
      })
      .map((values) => new RecurrentCase(layers, values));
  });
}

/** Selects rows of a case, by index. */
export function rowsOf(pass: RecurrentCase, numbers: readonly number[]): RecurrentCase {
  return pass.with({
    shape: { ...pass.shape, B: numbers.length },
    x: reordered(pass.x, 0, numbers),
    dy: reordered(pass.dy, 0, numbers),
    initialState: mapNamed(pass.initialState, (state) => reordered(state, 0, numbers)),
    dState: mapNamed(pass.dState, (state) => reordered(state, 0, numbers)),
  });
}

/** Runs forward and returns output and final state. */
export function forward(
  layer: RecurrentLayer,
  x: NdArrayLike,
  initialState: Named,
  options: CaseForwardOptions = {},
): Pick<PassResult, 'output' | 'state'> {
  return (layer as unknown as CallableRecurrentLayer).forward(x, { ...options, initialState, returnState: true });
}

/**
 * Runs backward and returns the gradients of the last pass. Clears the parameters' gradients first, unless `accumulate`
 * is set.
 */
export function backward(
  layer: RecurrentLayer,
  dy: NdArrayLike,
  dState: Named,
  accumulate = false,
): Pick<PassResult, 'dx' | 'dInitialState' | 'gradients'> {
  if (!accumulate) layer.parameters.zeroGradients();
  const { dx, dInitialState } = (layer as unknown as CallableRecurrentLayer).backward(dy, { dState });
  const gradients = Object.fromEntries([...layer.parameters].map(({ name, gradient }) => [name, gradient.copy()]));
  return { dx, dInitialState, gradients };
}
