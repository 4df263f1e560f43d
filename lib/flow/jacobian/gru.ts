// The Jacobian-vector product of a GRU step.

import type { StepTangent } from '../../cells/facts.ts';
import type { GRUCell } from '../../cells/gru-cell.ts';
import { candidateBackward } from '../../kernels/gates/candidate.ts';
import { resetGateBackward } from '../../kernels/gates/reset.ts';
import { updateGateBackward } from '../../kernels/gates/update.ts';
import { roundLike } from '../../kernels/lane.ts';
import { timesColumns } from './product.ts';

/**
 * (F5) of a GRU, with (F6) or (F7) for δa of the candidate. `kernel` is the recurrent kernel, [H, 3H]. As in the LSTM,
 * the backward functions of the gates also give the forward-mode factors. Undefined for other activations and for a clip.
 */
export function gruTangent({ units: H, resetAfter, plain }: GRUCell, kernel: Float64Array): StepTangent | undefined {
  if (!plain) return undefined;
  const gatesOf = { matrix: kernel, width: 3 * H, from: 0, count: 2 * H };
  const candidateOf = { matrix: kernel, width: 3 * H, from: 2 * H, count: H };
  const a = new Float64Array(2 * H); // U δh' of reset and update
  const reset = new Float64Array(H); // δ(r⊙h'), or δ of r with U h' + b_u held
  const aCandidate = new Float64Array(H);
  return ({ gates, saved, previous: [hPrev] }, previous, next) => {
    roundLike(kernel);
    timesColumns(a, previous, H, gatesOf);
    const operand = resetAfter ? saved : hPrev!; // the factor of r
    for (let j = 0; j < H; j++) reset[j] = resetGateBackward(a[j]!, operand[j]!, gates[j]!);
    if (resetAfter) {
      timesColumns(aCandidate, previous, H, candidateOf);
      for (let j = 0; j < H; j++) aCandidate[j] = gates[j]! * aCandidate[j]! + reset[j]!; // (F7)
    } else {
      for (let j = 0; j < H; j++) reset[j]! += gates[j]! * previous[j]!;
      timesColumns(aCandidate, reset, H, candidateOf); // (F6)
    }
    for (let j = 0; j < H; j++) {
      const [z, candidate] = [gates[H + j]!, gates[2 * H + j]!];
      const updated = updateGateBackward(a[H + j]!, hPrev![j]!, candidate, z);
      next[j] = (1 - z) * previous[j]! + updated + candidateBackward(aCandidate[j]!, z, candidate); // (F5)
    }
  };
}
