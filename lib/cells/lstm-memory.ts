// How the cell state of an LSTM is computed from the old one and the candidate.

import type { Kernels } from '../kernels/contract.ts';
import type { CellMemory } from './facts.ts';

/** The gate of an LSTM that is 1 minus the other one, and has no weights. */
export type CoupledGate = 'input' | 'forget';

/** c from c' and the candidate g; `a` is the block of the first gate. Rows of gates are N apart. */
export interface LSTMMemory {
  forward(k: Kernels, c: number, a: number, g: number, cPrev: number, B: number, H: number, N: number): void;
  /** Writes the gradients of the gates and of g, not yet of their pre-activations; dc becomes ∂L/∂c'. */
  backward(
    k: Kernels,
    da: number,
    dg: number,
    dc: number,
    a: number,
    g: number,
    cPrev: number,
    B: number,
    H: number,
    N: number,
  ): void;
}

/** (L4) c = i⊙g + f⊙c' */
export const separateMemory: LSTMMemory = {
  forward(k, c, i, g, cPrev, B, H, N) {
    const f = i + H;
    k.multiply(c, H, f, N, cPrev, H, B, H);
    k.multiplyAdd(c, H, i, N, g, N, B, H);
  },
  backward(k, di, dg, dc, i, g, cPrev, B, H, N) {
    const f = i + H;
    const df = di + H;
    k.multiply(di, N, dc, H, g, N, B, H);
    k.multiply(df, N, dc, H, cPrev, H, B, H);
    k.multiply(dg, N, dc, H, i, N, B, H);
    k.multiply(dc, H, dc, H, f, N, B, H); // (L4′)
  },
};

/** (L9) f = 1 − i: c = (1 − i)⊙c' + i⊙g */
const coupledForget: LSTMMemory = {
  forward(k, c, i, g, cPrev, B, H, N) {
    k.interpolate(c, H, i, N, cPrev, H, g, N, B, H);
  },
  backward(k, di, dg, dc, i, g, cPrev, B, H, N) {
    k.interpolateBackward(di, N, dc, H, dg, N, i, N, cPrev, H, g, N, dc, H, B, H); // (L9′)
  },
};

/** (L10) i = 1 − f: c = (1 − f)⊙g + f⊙c' */
const coupledInput: LSTMMemory = {
  forward(k, c, f, g, cPrev, B, H, N) {
    k.interpolate(c, H, f, N, g, N, cPrev, H, B, H);
  },
  backward(k, df, dg, dc, f, g, cPrev, B, H, N) {
    k.interpolateBackward(df, N, dg, N, dc, H, f, N, g, N, cPrev, H, dc, H, B, H); // (L10′)
  },
};

/** The memory whose gate `coupled` is 1 minus the other. */
export function coupledMemory(coupled: CoupledGate): LSTMMemory {
  return coupled === 'forget' ? coupledForget : coupledInput;
}

/** The cell state and its gates; a gate that is not named is 1 minus the other. */
export function memoryOf(coupledGate: CoupledGate | undefined): CellMemory<'c'> {
  if (coupledGate === 'forget') return { state: 'c', write: 'input' };
  if (coupledGate === 'input') return { state: 'c', keep: 'forget' };
  return { state: 'c', keep: 'forget', write: 'input' };
}
