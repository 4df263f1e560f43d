// The LSTM with any activations, clip, peepholes and coupled gates, composed of elementwise kernels.

import type { ClippedActivation } from './clipped-activation.ts';
import type { GateActivations } from './gate-activations.ts';
import type { LSTMForm, LSTMGate } from './lstm-form.ts';
import { type CoupledGate, coupledMemory, separateMemory } from './lstm-memory.ts';
import type { Peepholes } from './peepholes.ts';

/** What an LSTM that is not plain consists of. */
export interface LSTMParts extends GateActivations {
  /** φ of c in (L6). */
  readonly output: ClippedActivation;
  /** The gates in the order of their blocks. */
  readonly gates: readonly LSTMGate[];
  /** The gate without weights. */
  readonly coupledGate: CoupledGate | undefined;
  readonly peepholes: Peepholes | undefined;
}

/** (L1) to (L10). `saved` holds φ(c). */
export function composedLSTM({ gate, candidate, output, gates: names, coupledGate, peepholes }: LSTMParts): LSTMForm {
  const shares = names.length - 2; // input and forget gate, or one of them; candidate and output gate follow
  const memory = coupledGate === undefined ? separateMemory : coupledMemory(coupledGate);
  return {
    forward({ kernels: k, B, H, N, gates: a, saved, previous, next }, m) {
      const g = a + shares * H;
      const o = a + (shares + 1) * H;
      peepholes?.forwardShares(k, a, N, previous.c, B);
      gate.forward(k, a, N, a, N, B, shares * H); // (L1), (L3)
      candidate.forward(k, g, N, g, N, B, H); // (L2)
      memory.forward(k, next.c, a, g, previous.c, B, H, N); // (L4), (L9), (L10)
      peepholes?.forwardOutput(k, o, N, next.c, B); // (L8)
      gate.forward(k, o, N, o, N, B, H); // (L5)
      output.forward(k, saved, H, next.c, H, B, H);
      k.multiply(m, H, o, N, saved, H, B, H); // (L6)
    },

    backward({ kernels: k, B, H, N, gates: a, saved, previous, dGates: da, dStates }, dm) {
      const o = a + (shares + 1) * H;
      const dg = da + shares * H;
      const dO = da + (shares + 1) * H;
      const dc = dStates.c;
      k.multiply(dO, N, dm, H, saved, H, B, H);
      gate.backward(k, dO, N, o, N, dO, N, B, H); // (L5′)
      k.multiply(dm, H, dm, H, o, N, B, H);
      output.backward(k, dm, H, saved, H, dm, H, B, H);
      k.accumulate(dc, dm, B * H); // (L6′)
      peepholes?.backwardOutput(k, dc, dO, N, B); // (L8′)
      memory.backward(k, da, dg, dc, a, a + shares * H, previous.c, B, H, N); // (L4′), (L9′), (L10′)
      gate.backward(k, da, N, a, N, da, N, B, shares * H); // (L1′), (L3′)
      candidate.backward(k, dg, N, a + shares * H, N, dg, N, B, H); // (L2′)
      peepholes?.backwardShares(k, dc, da, N, B); // (L7′)
    },
  };
}
