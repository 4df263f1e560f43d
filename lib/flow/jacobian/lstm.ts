// The Jacobian-vector product of an LSTM step.

import type { StepTangent } from '../../cells/facts.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import { dTanh } from '../../kernels/activations.ts';
import { candidateBackward } from '../../kernels/gates/candidate.ts';
import { forgetGateBackward } from '../../kernels/gates/forget.ts';
import { inputGateBackward } from '../../kernels/gates/input.ts';
import { outputGateBackward } from '../../kernels/gates/output.ts';
import { roundLike } from '../../kernels/lane.ts';
import { timesColumns } from './product.ts';

/**
 * (F3), (F4) of an LSTM, on (h, c). `kernel` is the recurrent kernel, [H, 4H]. A gate acts elementwise, and a diagonal
 * matrix equals its transpose. So the factor by which a gate's backward function multiplies a gradient is also the
 * factor of δa here. Undefined for an LSTM with other equations.
 */
export function lstmTangent({ units: H, plain }: LSTMCell, kernel: Float64Array): StepTangent | undefined {
  if (!plain) return undefined;
  const columns = { matrix: kernel, width: 4 * H, from: 0, count: 4 * H };
  const a = new Float64Array(4 * H); // U δh' of input, forget, candidate, output
  return ({ gates, saved: tanhC, previous: [, cPrev] }, previous, next) => {
    roundLike(kernel);
    timesColumns(a, previous, H, columns);
    for (let j = 0; j < H; j++) {
      const [i, f, g, o] = [gates[j]!, gates[H + j]!, gates[2 * H + j]!, gates[3 * H + j]!];
      const written = inputGateBackward(a[j]!, g, i) + candidateBackward(a[2 * H + j]!, i, g);
      const kept = forgetGateBackward(a[H + j]!, cPrev![j]!, f) + f * previous[H + j]!;
      const shown = outputGateBackward(a[3 * H + j]!, tanhC[j]!, o);
      next[H + j] = written + kept; // (F3)
      next[j] = shown + o * dTanh(tanhC[j]!) * (written + kept); // (F4)
    }
  };
}
