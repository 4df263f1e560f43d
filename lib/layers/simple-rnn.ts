// The simple recurrent layer.

import {
  type OpenSimpleRNNOptions,
  SIMPLE_RNN_OPTIONS,
  SimpleRNNCell,
  type SimpleRNNOptions,
} from '../cells/simple-rnn-cell.ts';
import { readOptions, type Schema } from '../options.ts';
import { divided, SEQUENCE_OPTIONS, type SequenceOptions } from './recurrent-options.ts';
import { RNN } from './rnn.ts';

/** Options of a layer: those of its cell, and those of a sequence. */
export interface SimpleRNNLayerOptions extends SimpleRNNOptions, SequenceOptions {}

const OPTIONS: Schema<SimpleRNNLayerOptions, OpenSimpleRNNOptions> = { ...SIMPLE_RNN_OPTIONS, ...SEQUENCE_OPTIONS };

/**
 * A simple recurrent layer: `SimpleRNNCell`, equation (R1), over a sequence.
 *
 * @example
 * ```ts
 * const layer = new SimpleRNN({ units: 64, returnSequences: true });
 * layer.forward(randomNormal([2, 80, 100], { seed: 1 })).shape; // [2, 80, 64]
 * ```
 */
export class SimpleRNN extends RNN<SimpleRNNCell> {
  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: SimpleRNNLayerOptions) {
    const [sequence, cell] = divided(readOptions('SimpleRNN', options, OPTIONS));
    super({ cell: new SimpleRNNCell(cell, 'SimpleRNN'), ...sequence }, 'SimpleRNN');
  }
}
