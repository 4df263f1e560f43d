import { LSTM_OPTIONS, LSTMCell, type LSTMOptions } from '../cells/lstm-cell.ts';
import { RNN, type SequenceOptions, splitOptions } from './rnn.ts';

/** Options of a layer: those of its cell, and `returnSequences`. */
export interface LSTMLayerOptions extends LSTMOptions, SequenceOptions {}

/**
 * A layer of long short-term memory cells: `LSTMCell`, equations (L1) to (L6), over a sequence.
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 64, returnSequences: true });
 * layer.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 80, 64]
 * ```
 */
export class LSTM extends RNN<'h' | 'c'> {
  declare readonly cell: LSTMCell;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: LSTMLayerOptions) {
    const { sequence, cell } = splitOptions('LSTM', options, LSTM_OPTIONS);
    super({ ...sequence, cell: new LSTMCell(cell, 'LSTM') }, 'LSTM');
  }
}
