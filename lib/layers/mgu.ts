// The layer of minimal gated units.

import { MGU_OPTIONS, MGUCell, type MGUOptions, type OpenMGUOptions } from '../cells/mgu-cell.ts';
import { readOptions, type Schema } from '../options.ts';
import { divided, SEQUENCE_OPTIONS, type SequenceOptions } from './recurrent-options.ts';
import { RNN } from './rnn.ts';

/** Options of a layer: those of its cell, and those of a sequence. */
export interface MGULayerOptions extends MGUOptions, SequenceOptions {}

const OPTIONS: Schema<MGULayerOptions, OpenMGUOptions> = { ...MGU_OPTIONS, ...SEQUENCE_OPTIONS };

/**
 * A layer of minimal gated units: `MGUCell`, equations (M1) to (M3), over a sequence. To load a saved model with this
 * layer, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const model = new Sequential([new MGU({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
 * Sequential.fromBytes(model.toBytes(), { classes: [MGU] }).predict(zeros([2, 5, 3])).shape; // [2, 1]
 * ```
 */
export class MGU extends RNN<MGUCell> {
  /** Name in saved files. */
  static readonly kind = 'MGU';

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: MGULayerOptions) {
    const [sequence, cell] = divided(readOptions('MGU', options, OPTIONS));
    super({ cell: new MGUCell(cell, 'MGU'), ...sequence }, 'MGU');
  }
}
