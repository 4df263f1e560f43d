// The GRU whose reset gate acts after the recurrent product: (G1), (G3) to (G5). `saved` holds U h' + b_u.

import type { GRUForm } from './gru-form.ts';

export const RESET_AFTER: GRUForm = {
  forward({ kernels, B, H, N, gates, saved, weights, previous, next }, recurrentBias) {
    kernels.matmul(gates, N, previous.h, H, weights.gates, B, 2 * H, H, true);
    if (recurrentBias !== undefined) kernels.repeatRow(saved, recurrentBias.at, B, H);
    kernels.matmul(saved, H, previous.h, H, weights.candidate, B, H, H, recurrentBias !== undefined);
    kernels.gruResetAfterStepForward(gates, next.h, saved, previous.h, B, H);
  },

  backward({ kernels, B, H, N, gates, saved, weights, previous, dGates, dSaved, dStates }) {
    const dh = dStates.h;
    kernels.gruResetAfterStepBackward(dGates, dSaved, dh, gates, saved, previous.h, dh, B, H);
    kernels.matmul(dh, H, dSaved, H, weights.candidate, B, H, H, true);
    kernels.matmul(dh, H, dGates, N, weights.gates, B, H, 2 * H, true);
  },

  candidateGradient(dU, { kernels, scratch, rows, H, N, previous, dSaved }, recurrentBias) {
    kernels.matmulGradient(dU, N, previous.h, H, dSaved, H, scratch, H, H, rows);
    if (recurrentBias !== undefined) kernels.columnSums(recurrentBias.gradientAt, dSaved, H, rows, H);
  },
};
