// `recurrentProperties`: properties of any recurrent layer.

import { requireFunction } from '../checks.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { type DType, requireDType } from '../tensor/storage.ts';
import { requireScale, SHAPE_OPTIONS, type ShapeOptions } from './arbitrary-options.ts';
import { LayerPool } from './layer-pool.ts';
import { batchProperties } from './properties/batch.ts';
import { boundProperties, type CellKind, kindOf } from './properties/bounds.ts';
import { cotangentProperties } from './properties/cotangent.ts';
import { maskProperties } from './properties/mask.ts';
import type { Context, Properties } from './properties/property.ts';
import { type MakeStack, stackProperties } from './properties/stack.ts';
import { timeProperties } from './properties/time.ts';
import { weightProperties } from './properties/weights.ts';
import { type RecurrentLayer, type RecurrentLayerOptions, widthOf } from './recurrent-layer.ts';

/** Options of `recurrentProperties`. */
export interface RecurrentPropertiesOptions<L extends RecurrentLayer = RecurrentLayer> extends ShapeOptions {
  /** Precision of the layers; default `'float32'`. */
  readonly dtype?: DType;
  /** Largest magnitude of the weights; default: a random choice of 0.1, 0.5, 1.5 and 8. */
  readonly scale?: number;
  /** Kind of the cell, which determines the bounds to check; default: recognized by the names of the gates. */
  readonly kind?: CellKind;
  /** Creates a stack, for the property of stacks: `(layers, dtype) => new Sequential(layers, { dtype })`. */
  readonly stack?: MakeStack<L>;
}

const OPTIONS: Schema<RecurrentPropertiesOptions, 'scale' | 'kind' | 'stack'> = {
  ...SHAPE_OPTIONS,
  dtype: optional(requireDType, 'float32'),
  scale: optional(requireScale),
  kind: optional(oneOf('lstm', 'gru', 'tanh', 'other')),
  stack: optional(requireFunction<MakeStack<RecurrentLayer>>),
};

/**
 * Returns properties of any recurrent layer, each a fast-check property for `fc.assert`: splitting the sequence or the
 * batch changes no bit, rows are independent, masked steps change nothing, the backward pass is linear, and equal units
 * stay equal. Further properties apply only to LSTMs, GRUs or tanh cells.
 *
 * @param make - creates a layer from its options; called once per size
 * @param options - see RecurrentPropertiesOptions
 * @throws ArgumentError for an unknown option or a value outside its range
 *
 * @example
 * ```ts
 * const make = ({ units, returnSequences, ...rest }) => new RNN({ cell: new MyCell({ units, ...rest }), returnSequences });
 * for (const [name, property] of Object.entries(recurrentProperties(make))) {
 *   test(name, () => fc.assert(property));
 * }
 * ```
 */
export function recurrentProperties<L extends RecurrentLayer>(
  make: (options: RecurrentLayerOptions) => L,
  options: RecurrentPropertiesOptions<L> = {},
): Properties {
  const where = 'recurrentProperties';
  requireFunction(where, 'make', make);
  const { dtype, kind, stack, ...bounds } = readOptions(where, options as RecurrentPropertiesOptions, OPTIONS);
  const layers = new LayerPool(make, dtype);
  const context: Context = { layers, bounds };
  const example = layers.borrow({ I: 1, H: 1 }, true);
  const biased = [...example.parameters].some(({ name }) => name === 'bias');
  const wide = layers.borrow({ I: 1, H: 3 }, true); // with one unit, widths may be equal by chance
  const alike = wide.cell.states.every((name) => widthOf(wide, name) === wide.cell.units);
  const { scale: _scale, ...shapes } = bounds;
  return {
    ...timeProperties(context),
    ...batchProperties(context),
    ...maskProperties(context),
    ...cotangentProperties(context),
    ...weightProperties(context, alike),
    ...boundProperties(context, kind ?? (alike ? kindOf(example) : 'other'), biased),
    ...(stack === undefined ? {} : stackProperties({ ...context, bounds: shapes }, stack)),
  };
}
