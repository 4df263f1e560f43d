import { GRUCell } from '../../cells/gru-cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { activationOf } from '../gate-statistics.ts';
import type { GateFlow, LayerFlow, Verdict } from '../gradient-flow.ts';
import { average, type Evidence, short } from './evidence.ts';

/** Share of saturated activations from which on a gate hardly learns. */
const MOSTLY = 0.75;
/** Half of all relu are at 0 in a net that learns well: only nearly all are a finding. */
const MOSTLY_RELU = 0.95;

/** Gates whose weights get hardly any gradient, because their activation is flat where it stands. */
export function saturated({ flow, cells }: Evidence): Verdict[] {
  return flow.layers.flatMap((layer) => {
    const cell = cells.get(layer.name)!;
    return Object.entries(layer.gates).flatMap(([gate, each]) => {
      const activation = activationOf(cell, gate);
      const share = harmfulShare(cell, gate, each);
      if (activation === undefined || !(share >= (activation === 'relu' ? MOSTLY_RELU : MOSTLY))) return [];
      return [verdict(layer, gate, share, activation === 'relu')];
    });
  });
}

/** A forget gate that is open, and an update gate that is shut, hold on to the past: that is no fault. */
function harmfulShare(cell: unknown, gate: string, { saturated, histogram: { counts } }: GateFlow): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (cell instanceof LSTMCell && gate === 'forget') return counts[0]! / all; // below 0.05
  if (cell instanceof GRUCell && gate === 'update') return counts.at(-1)! / all; // above 0.95
  return average(saturated.data);
}

function verdict({ name }: LayerFlow, gate: string, share: number, relu: boolean): Verdict {
  const percent = `${Math.round(100 * share)} %`;
  return {
    kind: 'saturated',
    where: name,
    finding: relu
      ? `${percent} of the activations of "${gate}" are 0, where relu passes no gradient.`
      : `${percent} of the activations of "${gate}" are at an end of their range, where hardly any gradient passes.`,
    remedy: relu
      ? 'Lower the learning rate, or start the bias a little above 0.'
      : 'Scale the inputs to a variance near 1, start with smaller weights, or lower the learning rate.',
    numbers: { share: Number(short(share)) },
  };
}
