import { SIMPLE_RNN_OPTIONS, SimpleRNNCell, type SimpleRNNOptions } from '../cells/simple-rnn-cell.ts';
import { RNN, type SequenceOptions, splitOptions } from './rnn.ts';

/** Options of a layer: those of its cell, and `returnSequences`. */
export interface SimpleRNNLayerOptions extends SimpleRNNOptions, SequenceOptions {}

/**
 * A simple recurrent layer: `SimpleRNNCell`, equation (R1), over a sequence.
 *
 * @example
 * ```ts
 * const layer = new SimpleRNN({ units: 64, returnSequences: true });
 * layer.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 80, 64]
 * ```
 */
export class SimpleRNN extends RNN<'h'> {
  declare readonly cell: SimpleRNNCell;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: SimpleRNNLayerOptions) {
    const { sequence, cell } = splitOptions('SimpleRNN', options, SIMPLE_RNN_OPTIONS);
    super({ ...sequence, cell: new SimpleRNNCell(cell, 'SimpleRNN') }, 'SimpleRNN');
  }
}
