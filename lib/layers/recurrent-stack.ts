// `recurrentStack`: several recurrent layers, one above the other.

import { requireBoolean, requireFunction, requireInstance, requireInteger } from '../checks.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { Layer } from './layer.ts';

/** Options of `recurrentStack`. */
export interface RecurrentStackOptions {
  /** Whether the last layer returns the output of every time step; default false. */
  readonly returnSequences?: boolean;
}

/** A stack of more layers is a mistake. */
const MOST_LAYERS = 65_536;

const OPTIONS: Schema<RecurrentStackOptions> = { returnSequences: optional(requireBoolean, false) };

/**
 * Makes recurrent layers for a network, each for the output sequences of the one before. PyTorch calls their number
 * `num_layers`.
 *
 * @param layers - how many, at least 1
 * @param make - makes one layer, with the `returnSequences` that it needs at its place; `k` counts from 0
 * @param options - `returnSequences` of the last one: default false
 * @throws ArgumentError; errors of `make`
 *
 * @example
 * ```ts
 * const stack = recurrentStack(3, (options) => new LSTM({ units: 8, ...options }));
 * const model = new Sequential([...stack, new Dense({ units: 1 })], { inputSize: 4 });
 * model.layerNames; // ['lstm1', 'lstm2', 'lstm3', 'dense1']
 * ```
 */
export function recurrentStack<L extends Layer>(
  layers: number,
  make: (options: { readonly returnSequences: boolean }, k: number) => L,
  options: RecurrentStackOptions = {},
): L[] {
  const where = 'recurrentStack';
  requireInteger(where, 'layers', layers, 1, MOST_LAYERS);
  requireFunction(where, 'make', make);
  const { returnSequences } = readOptions(where, options, OPTIONS);
  return Array.from({ length: layers }, (_, k) => {
    const layer = make({ returnSequences: k + 1 < layers || returnSequences }, k);
    return requireInstance(where, `result of make, layer ${k}`, layer, Layer, 'be a layer') as L;
  });
}
