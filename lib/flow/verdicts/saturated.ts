// Verdicts on saturated gates.

import type { Cell } from '../../cells/cell.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { cellState } from './cell-state.ts';
import { average, type Evidence, short } from './evidence.ts';

/** A gate is reported if at least this share of its activations is saturated. */
const MOSTLY = 0.75;
/** The same for relu, whose activations are half 0 even in a network that learns well. */
const MOSTLY_RELU = 0.95;
/** The input gate is open enough if the root mean square of c is at least this. */
const FILLED = 0.1;

/** Reports gates and cell states that are so saturated that hardly any gradient passes. */
export function saturated({ flow, cells }: Evidence): Verdict[] {
  return flow.layers.flatMap((layer) => {
    const cell = cells.get(layer.name)!;
    const gates = Object.keys(layer.gates).flatMap((gate) => {
      const activation = cell.activations[gate];
      const share = harmfulShare(cell, gate, layer);
      if (activation === undefined || !(share >= (activation === 'relu' ? MOSTLY_RELU : MOSTLY))) return [];
      return [verdict(layer, gate, share, activation === 'relu')];
    });
    return [...cellState(cell, layer), ...gates];
  });
}

/**
 * Share of harmful saturation. A fully open forget gate and a closed update gate are harmless, because they preserve
 * the past. A nearly closed input gate is harmless as long as c becomes large enough.
 */
function harmfulShare({ memory }: Cell, gate: string, { gates, cellState, T }: LayerFlow): number {
  const { saturated, histogram } = gates[gate]!;
  const { counts } = histogram;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const [low, high] = [counts[0]! / all, counts.at(-1)! / all]; // below 0.05, above 0.95
  if (memory !== undefined && gate === memory.keep) return Math.min(low, average(saturated.data));
  const filled = cellState !== undefined && cellState.rms.get(T) >= FILLED;
  if (memory !== undefined && gate === memory.write && (memory.keep === undefined || filled)) return high;
  return average(saturated.data);
}

function verdict({ name }: LayerFlow, gate: string, share: number, relu: boolean): Verdict {
  const percent = `${Math.round(100 * share)} %`;
  return {
    kind: 'saturated',
    where: name,
    finding: relu
      ? `${percent} of the activations of "${gate}" are 0, where relu passes no gradient.`
      : `${percent} of the activations of "${gate}" are saturated, so hardly any gradient passes.`,
    remedy: relu
      ? 'Lower the learning rate, or initialize the bias a little above 0.'
      : 'Scale the inputs to a variance near 1, start with smaller weights, or lower the learning rate.',
    numbers: { share: Number(short(share)) },
  };
}
