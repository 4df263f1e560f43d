// The GRU layer.

import { GRU_OPTIONS, GRUCell, type GRUOptions, type OpenGRUOptions } from '../cells/gru-cell.ts';
import { readOptions, type Schema } from '../options.ts';
import { divided, SEQUENCE_OPTIONS, type SequenceOptions } from './recurrent-options.ts';
import { RNN } from './rnn.ts';

/** Options of a layer: those of its cell, and those of a sequence. */
export interface GRULayerOptions extends GRUOptions, SequenceOptions {}

const OPTIONS: Schema<GRULayerOptions, OpenGRUOptions> = { ...GRU_OPTIONS, ...SEQUENCE_OPTIONS };

/**
 * A layer of gated recurrent units: `GRUCell`, equations (G1) to (G5), over a sequence.
 *
 * @example
 * ```ts
 * const layer = new GRU({ units: 64, returnSequences: true });
 * layer.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 80, 64]
 * ```
 */
export class GRU extends RNN<GRUCell> {
  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: GRULayerOptions) {
    const [sequence, cell] = divided(readOptions('GRU', options, OPTIONS));
    super({ cell: new GRUCell(cell, 'GRU'), ...sequence }, 'GRU');
  }
}
