// The GRU with any activations and clip, composed of elementwise kernels; the reset gate acts before the recurrent product.

import type { GateActivations } from './gate-activations.ts';
import type { GRUForm } from './gru-form.ts';
import { RESET_BEFORE } from './gru-reset-before.ts';

/** (G1) to (G4), with these activations. `saved` holds r⊙h'. */
export function composedBefore({ gate, candidate }: GateActivations): GRUForm {
  return {
    forward({ kernels: k, B, H, N, gates: r, saved, weights, previous, recurrent, next }) {
      const z = r + H;
      const g = r + 2 * H;
      k.matmul(r, N, recurrent, H, weights.gates, B, 2 * H, H, true);
      gate.forward(k, r, N, r, N, B, 2 * H); // (G1), (G3)
      k.multiply(saved, H, r, N, recurrent, H, B, H);
      k.matmul(g, N, saved, H, weights.candidate, B, H, H, true);
      candidate.forward(k, g, N, g, N, B, H); // (G2)
      k.interpolate(next.h, H, z, N, previous.h, H, g, N, B, H); // (G4)
    },

    backward(step) {
      const { kernels: k, B, H, N, gates: r, weights, previous, recurrent } = step;
      const { dGates: dr, dSaved, dStates, dRecurrent } = step;
      const z = r + H;
      const g = r + 2 * H;
      const dz = dr + H;
      const dg = dr + 2 * H;
      const dh = dStates.h;
      k.interpolateBackward(dz, N, dh, H, dg, N, z, N, previous.h, H, g, N, dh, H, B, H); // (G4′)
      candidate.backward(k, dg, N, g, N, dg, N, B, H); // (G2′)
      k.matmul(dSaved, H, dg, N, weights.candidate, B, H, H, false);
      k.multiply(dr, N, dSaved, H, recurrent, H, B, H);
      k.multiplyAdd(dRecurrent, H, dSaved, H, r, N, B, H);
      gate.backward(k, dr, N, r, N, dr, N, B, 2 * H); // (G1′), (G3′)
      k.matmul(dRecurrent, H, dr, N, weights.gates, B, H, 2 * H, true);
    },

    candidateGradient: RESET_BEFORE.candidateGradient,
  };
}
