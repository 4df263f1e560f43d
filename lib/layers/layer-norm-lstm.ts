// The layer of LSTM cells with layer normalization.

import {
  LAYER_NORM_LSTM_OPTIONS,
  LayerNormLSTMCell,
  type LayerNormLSTMOptions,
  type OpenLayerNormLSTMOptions,
} from '../cells/layer-norm-lstm-cell.ts';
import { readOptions, type Schema } from '../options.ts';
import { divided, SEQUENCE_OPTIONS, type SequenceOptions } from './recurrent-options.ts';
import { RNN } from './rnn.ts';

/** Options of a layer: those of its cell, and `returnSequences`. */
export interface LayerNormLSTMLayerOptions extends LayerNormLSTMOptions, SequenceOptions {}

const OPTIONS: Schema<LayerNormLSTMLayerOptions, OpenLayerNormLSTMOptions> = {
  ...LAYER_NORM_LSTM_OPTIONS,
  ...SEQUENCE_OPTIONS,
};

/**
 * A layer of LSTM cells with layer normalization: `LayerNormLSTMCell`, equations (N1) to (N5), over a sequence. To load
 * a saved model with this layer, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const model = new Sequential([new LayerNormLSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
 * Sequential.fromBytes(model.toBytes(), { classes: [LayerNormLSTM] }).predict(zeros([2, 5, 3])).shape; // [2, 1]
 * ```
 */
export class LayerNormLSTM extends RNN<LayerNormLSTMCell> {
  /** Name in saved files. */
  static readonly kind = 'LayerNormLSTM';

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: LayerNormLSTMLayerOptions) {
    const [sequence, cell] = divided(readOptions('LayerNormLSTM', options, OPTIONS));
    super({ cell: new LayerNormLSTMCell(cell, 'LayerNormLSTM'), ...sequence }, 'LayerNormLSTM');
  }
}
