// The GRU whose reset gate acts before the recurrent product: (G1) to (G4). `saved` holds r⊙h'.

import type { GRUForm } from './gru-form.ts';

export const RESET_BEFORE: GRUForm = {
  forward({ kernels, B, H, N, gates, saved, weights, previous, recurrent, next }) {
    kernels.matmul(gates, N, recurrent, H, weights.gates, B, 2 * H, H, true);
    kernels.gruGatesForward(gates, saved, recurrent, B, H);
    kernels.matmul(gates + 2 * H, N, saved, H, weights.candidate, B, H, H, true);
    kernels.gruStateForward(gates, next.h, previous.h, B, H);
  },

  backward({ kernels, B, H, N, gates, weights, previous, recurrent, dGates, dSaved, dStates, dRecurrent }) {
    const dh = dStates.h;
    kernels.gruStateBackward(dGates, dh, gates, previous.h, dh, B, H);
    kernels.matmul(dSaved, H, dGates + 2 * H, N, weights.candidate, B, H, H, false);
    kernels.gruGatesBackward(dGates, dRecurrent, gates, recurrent, dSaved, B, H);
    kernels.matmul(dRecurrent, H, dGates, N, weights.gates, B, H, 2 * H, true);
  },

  candidateGradient(dU, { kernels, scratch, rows, H, N, saved, dGates }) {
    kernels.matmulGradient(dU, N, saved, H, dGates + 2 * H, N, scratch, H, H, rows);
  },
};
