// The GRU whose reset gate acts after the recurrent product: (G1), (G3) to (G5). `saved` holds U h' + b_u.

import type { GRUForm } from './gru-form.ts';

export const RESET_AFTER: GRUForm = {
  forward({ kernels, B, H, N, gates, saved, weights, previous, recurrent, next }, recurrentBias) {
    kernels.matmul(gates, N, recurrent, H, weights.gates, B, 2 * H, H, true);
    if (recurrentBias !== undefined) kernels.repeatRow(saved, recurrentBias.at, B, H);
    kernels.matmul(saved, H, recurrent, H, weights.candidate, B, H, H, recurrentBias !== undefined);
    kernels.gruResetAfterStepForward(gates, next.h, saved, previous.h, B, H);
  },

  backward({ kernels, B, H, N, gates, saved, weights, previous, dGates, dSaved, dStates, dRecurrent }) {
    const dh = dStates.h;
    kernels.gruResetAfterStepBackward(dGates, dSaved, dh, gates, saved, previous.h, dh, B, H);
    kernels.matmul(dRecurrent, H, dSaved, H, weights.candidate, B, H, H, true);
    kernels.matmul(dRecurrent, H, dGates, N, weights.gates, B, H, 2 * H, true);
  },

  candidateGradient(dU, { kernels, scratch, rows, H, N, recurrent, dSaved }, recurrentBias) {
    kernels.matmulGradient(dU, N, recurrent, H, dSaved, H, scratch, H, H, rows);
    if (recurrentBias !== undefined) kernels.columnSums(recurrentBias.gradientAt, dSaved, H, rows, H);
  },
};
