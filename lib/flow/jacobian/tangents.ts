// Finds the Jacobian-vector product of a cell's step: declared by the cell, or one for the cells of the library.

import type { Cell } from '../../cells/cell.ts';
import type { StepTangent } from '../../cells/facts.ts';
import { GRUCell } from '../../cells/gru-cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { simpleActivation } from '../facts.ts';
import { gruTangent } from './gru.ts';
import { lstmTangent } from './lstm.ts';
import { simpleRnnTangent } from './simple-rnn.ts';

type MakeTangent = (cell: never, recurrentKernel: Float64Array) => StepTangent | undefined;

/**
 * Tangents of the library's cells, by forward step. They are here and not in the cells, so that a bundle without
 * `bptt/flow` does not contain them.
 */
const OF_STEPS: ReadonlyMap<Cell['forwardStep'], MakeTangent> = new Map<Cell['forwardStep'], MakeTangent>([
  [LSTMCell.prototype.forwardStep, lstmTangent],
  [GRUCell.prototype.forwardStep, gruTangent],
]);

/** A copy of the weights on h' [H, G·H], in float64. */
export function recurrentKernelOf(cell: Cell): Float64Array {
  return Float64Array.from(cell.parameters.get('recurrentKernel').value.copy().data);
}

/** The Jacobian-vector product of a cell's step; undefined for a cell that declares none, and for clipped ones. */
export function tangentOf(cell: Cell): StepTangent | undefined {
  if (cell.tangent !== undefined) return cell.tangent(recurrentKernelOf(cell));
  const activation = simpleActivation(cell);
  if (cell instanceof SimpleRNNCell && cell.clip !== undefined) return undefined;
  if (activation !== undefined) return simpleRnnTangent(cell.units, activation, recurrentKernelOf(cell));
  return OF_STEPS.get(cell.forwardStep)?.(cell as never, recurrentKernelOf(cell));
}
