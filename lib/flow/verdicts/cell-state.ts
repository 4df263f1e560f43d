// Verdict on a drifted cell state.

import type { Cell } from '../../cells/cell.ts';
import { log } from '../../kernels/log.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { average, largestOf, meanOf, short } from './evidence.ts';

/** Share of saturated tanh(c) from which on the cell state counts as drifted. */
const MOSTLY = 0.75;

/** Evidence of a drift of the cell state, and its remedy. */
export type Drift = Pick<Verdict, 'remedy' | 'numbers'>;

/**
 * Detects the internal state drift of an LSTM (Hochreiter and Schmidhuber 1997, 4): over the later half of the steps,
 * |c| has grown until tanh(c) is flat for most units and rows, so hardly any gradient flows from h to c. Returns
 * undefined without a drift.
 */
export function driftOf({ memory }: Cell, { cellState, gates, T, H }: LayerFlow): Drift | undefined {
  if (cellState === undefined) return undefined;
  const { rms, largest, saturated } = cellState;
  const share = average(saturated.data.subarray(Math.ceil((T + 1) / 2) * H));
  if (!(share >= MOSTLY)) return undefined;
  const numbers = { share: Number(short(share)), largest: largestOf(largest.data), rms: rms.get(T) };
  if (average(saturated.data.subarray(0, H)) >= MOSTLY) {
    return {
      remedy: 'The initial state has drifted already: start from zeros, or from a state after fewer steps.',
      numbers,
    };
  }
  const write = memory?.write;
  if (write === undefined) return { remedy: 'Take shorter sequences.', numbers };
  const mean = meanOf({ gates }, write);
  const suited = mean / numbers.rms; // |c| grows in proportion
  const bias = log(suited / (1 - suited));
  const remedy = `Start the ${write} gate's bias at about ${short(bias)}: its mean is ${short(mean)}, and ${short(suited)} keeps |c| near 1 over ${T} steps. Shorter sequences help too.`;
  return { remedy, numbers: { ...numbers, [write]: mean, [`${write}Bias`]: bias } };
}

/** Reports a cell state that has drifted. */
export function cellState(cell: Cell, layer: LayerFlow): Verdict[] {
  const drift = driftOf(cell, layer);
  if (drift === undefined) return [];
  const { share, largest } = drift.numbers;
  const finding = `The cell state reaches |c| = ${short(largest!)}: ${Math.round(100 * share!)} % of tanh(c) are at an end of their range over the later half of ${layer.T} steps, where hardly any gradient passes.`;
  return [{ kind: 'saturated', where: layer.name, finding, ...drift }];
}
