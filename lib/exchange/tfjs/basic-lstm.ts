// Loads weights of TensorFlow's BasicLSTMCell, which files hold as plain arrays.

import { Cell } from '../../cells/cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import { refuse, requireInstance, requireRecord } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import type { RNN } from '../../layers/rnn.ts';
import { number, optional, readOptions, type Schema } from '../../options.ts';
import { Buildable } from '../../parameters/buildable.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import { type ForeignArray, requireForeignArray } from '../foreign-array.ts';
import { assignAll, type GateLayout, readGates } from '../gates.ts';
import { layoutOf } from '../keras-layers/weights.ts';
import { Taker } from '../taker.ts';
import { requireNoZoneout } from '../zoneout.ts';

/** The arrays of a BasicLSTMCell. */
export interface BasicLSTMArrays {
  /** `weights` or `kernel`, [I + H, 4H], with the rows of x before those of h'. */
  readonly kernel: ForeignArray | NdArrayLike;
  /** `biases` or `bias` [4H]. */
  readonly bias: ForeignArray | NdArrayLike;
}

/** Options of `loadBasicLSTMCell`. */
export interface BasicLSTMOptions {
  /** What the cell adds to the bias of its forget gate, which the arrays do not contain; default 1. */
  readonly forgetBias?: number;
}

const OPTIONS: Schema<BasicLSTMOptions> = { forgetBias: optional(number(), 1) };

const NAMES: readonly (keyof BasicLSTMArrays)[] = ['kernel', 'bias'];

/** TensorFlow's i, j, f, o. */
const LAYOUT: GateLayout = { gates: ['input', 'candidate', 'forget', 'output'], blocks: 'columns' };

/** The cell of an LSTM layer, or the cell itself. */
function cellOf(where: string, target: Buildable): LSTMCell {
  const built = requireInstance<Buildable>(where, 'target', target, Buildable, 'be an LSTM or an LSTMCell');
  const cell = built instanceof Cell ? built : (built as { readonly cell?: Cell }).cell;
  if (!(cell instanceof Cell) || cell.kind !== 'LSTMCell') {
    return refuse(where, 'target', 'be an LSTM or an LSTMCell', target);
  }
  if ('zoneout' in built) requireNoZoneout(where, 'target', built as unknown as RNN);
  layoutOf(where, 'target', cell as Cell);
  const lstm = cell as Cell as LSTMCell;
  const { recurrentActivation, useBias } = lstm;
  if (recurrentActivation !== 'sigmoid') {
    refuse(where, 'target', "have recurrentActivation 'sigmoid', as BasicLSTMCell has", recurrentActivation);
  }
  if (!useBias) refuse(where, 'target', 'have a bias, as BasicLSTMCell has', useBias);
  if (lstm.built) return lstm;
  const remedy = 'Give the option inputSize and call build()';
  throw new StateError({
    where,
    argument: 'target',
    expected: 'have parameters',
    received: 'a layer that is not built',
    remedy,
  });
}

/**
 * Loads weights of TensorFlow's BasicLSTMCell into an LSTM: of `tf.basicLSTMCell` of TensorFlow.js, of `BasicLSTMCell` and
 * `LSTMBlockCell` of TensorFlow 1, as models of ml5 and Magenta hold them. Their kernel has the rows of x before those of
 * h', and gates in the order input, candidate, forget, output.
 *
 * The forget gate's bias becomes the file's plus `forgetBias`, rounded once to the model's element type.
 *
 * @param target - an LSTM or an LSTMCell that is built
 * @param arrays - `kernel`, `bias`
 * @param options - `forgetBias`: default 1
 * @throws FormatError naming the array, ArgumentError, StateError before the input size is known; then nothing changes
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 2, inputSize: 3 }).build();
 * loadBasicLSTMCell(layer, { kernel: zeros([5, 8]), bias: zeros([8]) });
 * layer.cell.gate('forget').b?.get(0); // 1
 * ```
 */
export function loadBasicLSTMCell(target: Buildable, arrays: BasicLSTMArrays, options: BasicLSTMOptions = {}): void {
  const where = 'loadBasicLSTMCell';
  const cell = cellOf(where, target);
  const given = Object.entries(requireRecord(where, 'arrays', arrays, NAMES));
  const taker = new Taker(
    where,
    new Map(given.map(([name, array]) => [name, requireForeignArray(where, `arrays.${name}`, array)])),
  );
  const { forgetBias } = readOptions(where, options, OPTIONS);
  const [I, H] = [cell.inputSize!, cell.units];
  const both = taker.take('kernel', [I + H, 4 * H], cell.dtype);
  const bias = taker.take('bias', [4 * H], cell.dtype);
  const at = LAYOUT.gates.indexOf('forget') * H;
  for (let j = at; j < at + H; j++) bias[j] = bias[j]! + forgetBias;
  const [kernel, recurrentKernel] = [both.subarray(0, I * 4 * H), both.subarray(I * 4 * H)];
  assignAll(where, readGates(cell as unknown as Cell, LAYOUT, { kernel, recurrentKernel, bias }));
}
