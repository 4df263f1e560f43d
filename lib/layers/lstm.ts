// The LSTM layer.

import { LSTM_OPTIONS, LSTMCell, type LSTMOptions, type OpenLSTMOptions } from '../cells/lstm-cell.ts';
import { readOptions, type Schema } from '../options.ts';
import { divided, SEQUENCE_OPTIONS, type SequenceOptions } from './recurrent-options.ts';
import { RNN } from './rnn.ts';

/** Options of a layer: those of its cell, and those of a sequence. */
export interface LSTMLayerOptions extends LSTMOptions, SequenceOptions {}

const OPTIONS: Schema<LSTMLayerOptions, OpenLSTMOptions> = { ...LSTM_OPTIONS, ...SEQUENCE_OPTIONS };

/**
 * A layer of long short-term memory cells: `LSTMCell`, equations (L1) to (L6), over a sequence.
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 64, returnSequences: true });
 * layer.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 80, 64]
 * ```
 */
export class LSTM extends RNN<LSTMCell> {
  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: LSTMLayerOptions) {
    const [sequence, cell] = divided(readOptions('LSTM', options, OPTIONS));
    super({ cell: new LSTMCell(cell, 'LSTM'), ...sequence }, 'LSTM');
  }
}
