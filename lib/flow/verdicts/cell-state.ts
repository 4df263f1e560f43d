// Verdict on a drifted cell state.

import type { Cell } from '../../cells/cell.ts';
import { log } from '../../kernels/log.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { average, largestOf, meanOf, short } from './evidence.ts';

/** The cell state counts as drifted if at least this share of tanh(c) is saturated. */
const MOSTLY = 0.75;

/** Evidence of a drift of the cell state, and its remedy. */
export type Drift = Pick<Verdict, 'remedy' | 'numbers'>;

/**
 * Detects the internal state drift of an LSTM (Hochreiter and Schmidhuber 1997, section 4): in the second half of the
 * steps,
 * |c| is so large that tanh(c) is saturated for most units and rows, and hardly any gradient flows from h to c. Returns
 * undefined if there is no drift.
 */
export function driftOf({ memory }: Cell, { cellState, gates, T, H }: LayerFlow): Drift | undefined {
  if (cellState === undefined) return undefined;
  const { rms, largest, saturated } = cellState;
  const share = average(saturated.data.subarray(Math.ceil((T + 1) / 2) * H));
  if (!(share >= MOSTLY)) return undefined;
  const numbers = { share: Number(short(share)), largest: largestOf(largest.data), rms: rms.get(T) };
  if (average(saturated.data.subarray(0, H)) >= MOSTLY) {
    return {
      remedy: 'The initial state has already drifted: start from zeros, or from a state after fewer steps.',
      numbers,
    };
  }
  const write = memory?.write;
  if (write === undefined) return { remedy: 'Train on shorter sequences.', numbers };
  const mean = meanOf({ gates }, write);
  const suited = mean / numbers.rms; // |c| grows in proportion
  const bias = log(suited / (1 - suited));
  const remedy = `Initialize the ${write} gate's bias to about ${short(bias)}: the gate's mean is ${short(mean)}, and ${short(suited)} keeps |c| near 1 over ${T} steps. Shorter sequences help, too.`;
  return { remedy, numbers: { ...numbers, [write]: mean, [`${write}Bias`]: bias } };
}

/** Reports a cell state that has drifted. */
export function cellState(cell: Cell, layer: LayerFlow): Verdict[] {
  const drift = driftOf(cell, layer);
  if (drift === undefined) return [];
  const { share, largest } = drift.numbers;
  const finding = `The cell state reaches |c| = ${short(largest!)}: in the second half of ${layer.T} steps, ${Math.round(100 * share!)} % of tanh(c) are saturated, so hardly any gradient passes.`;
  return [{ kind: 'saturated', where: layer.name, finding, ...drift }];
}
