// The GRU with any activations and clip, composed of elementwise kernels; the reset gate acts after the recurrent product.

import type { GateActivations } from './gate-activations.ts';
import type { GRUForm } from './gru-form.ts';
import { RESET_AFTER } from './gru-reset-after.ts';

/** (G1), (G3) to (G5), with these activations. `saved` holds s = U h' + b_u. */
export function composedAfter({ gate, candidate }: GateActivations): GRUForm {
  return {
    forward({ kernels: k, B, H, N, gates: r, saved, weights, previous, recurrent, next }, recurrentBias) {
      const z = r + H;
      const g = r + 2 * H;
      k.matmul(r, N, recurrent, H, weights.gates, B, 2 * H, H, true);
      if (recurrentBias !== undefined) k.repeatRow(saved, recurrentBias.at, B, H);
      k.matmul(saved, H, recurrent, H, weights.candidate, B, H, H, recurrentBias !== undefined);
      gate.forward(k, r, N, r, N, B, 2 * H); // (G1), (G3)
      k.multiplyAdd(g, N, r, N, saved, H, B, H);
      candidate.forward(k, g, N, g, N, B, H); // (G5)
      k.interpolate(next.h, H, z, N, previous.h, H, g, N, B, H); // (G4)
    },

    backward(step) {
      const { kernels: k, B, H, N, gates: r, saved, weights, previous } = step;
      const { dGates: dr, dSaved, dStates, dRecurrent } = step;
      const z = r + H;
      const g = r + 2 * H;
      const dz = dr + H;
      const dg = dr + 2 * H;
      const dh = dStates.h;
      k.interpolateBackward(dz, N, dh, H, dg, N, z, N, previous.h, H, g, N, dh, H, B, H); // (G4′)
      candidate.backward(k, dg, N, g, N, dg, N, B, H); // (G2′)
      k.multiply(dSaved, H, dg, N, r, N, B, H); // (G5′)
      k.multiply(dr, N, dg, N, saved, H, B, H);
      gate.backward(k, dr, N, r, N, dr, N, B, 2 * H); // (G1′), (G3′)
      k.matmul(dRecurrent, H, dSaved, H, weights.candidate, B, H, H, true);
      k.matmul(dRecurrent, H, dr, N, weights.gates, B, H, 2 * H, true);
    },

    candidateGradient: RESET_AFTER.candidateGradient,
  };
}
