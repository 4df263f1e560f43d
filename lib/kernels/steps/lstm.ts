// One step of an LSTM, for B rows of H units. gates [B, 4H] has the blocks input, forget, candidate, output.

import { dTanh } from '../activations.ts';
import { candidateBackward, candidateForward } from '../gates/candidate.ts';
import { forgetGateBackward, forgetGateForward } from '../gates/forget.ts';
import { inputGateBackward, inputGateForward } from '../gates/input.ts';
import { outputGateBackward, outputGateForward } from '../gates/output.ts';
import { add, type Heap, LANES, load, mul, type Offset, store, tanh } from '../lane.ts';

/** gates: pre-activations on entry, activations on return. Writes c, tanhC, h [B, H]; reads cPrev [B, H]. */
export function lstmStepForward(
  heap: Heap,
  gates: Offset,
  c: Offset,
  tanhC: Offset,
  h: Offset,
  cPrev: Offset,
  B: Offset,
  H: Offset,
): void {
  for (let b: Offset = 0; b < B; b++) {
    const row = gates + 4 * b * H;
    for (let j: Offset = 0; j < H; j += LANES) {
      const at = row + j;
      store(heap, at, inputGateForward(load(heap, at)), H - j); // (L3)
      store(heap, at + H, forgetGateForward(load(heap, at + H)), H - j); // (L1)
      store(heap, at + 2 * H, candidateForward(load(heap, at + 2 * H)), H - j); // (L2)
      store(heap, at + 3 * H, outputGateForward(load(heap, at + 3 * H)), H - j); // (L5)
    }
    for (let j: Offset = 0; j < H; j += LANES) {
      const at = row + j;
      const k = b * H + j;
      const kept = mul(load(heap, at + H), load(heap, cPrev + k));
      const cNext = add(mul(load(heap, at), load(heap, at + 2 * H)), kept); // (L4)
      const t = tanh(cNext);
      store(heap, c + k, cNext, H - j);
      store(heap, tanhC + k, t, H - j);
      store(heap, h + k, mul(load(heap, at + 3 * H), t), H - j); // (L6)
    }
  }
}

/** Writes dGates [B, 4H]; dc [B, H] is ∂L/∂c on entry, ∂L/∂c' on return. Reads gates, tanhC, cPrev, dh. */
export function lstmStepBackward(
  heap: Heap,
  dGates: Offset,
  dc: Offset,
  gates: Offset,
  tanhC: Offset,
  cPrev: Offset,
  dh: Offset,
  B: Offset,
  H: Offset,
): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const at = gates + 4 * b * H + j;
      const to = dGates + 4 * b * H + j;
      const i = load(heap, at);
      const f = load(heap, at + H);
      const g = load(heap, at + 2 * H);
      const o = load(heap, at + 3 * H);
      const t = load(heap, tanhC + k);
      const dhk = load(heap, dh + k);
      const dcTotal = add(load(heap, dc + k), mul(mul(dhk, o), dTanh(t))); // (L6′)
      store(heap, to, inputGateBackward(dcTotal, g, i), H - j); // (L3′)
      store(heap, to + H, forgetGateBackward(dcTotal, load(heap, cPrev + k), f), H - j); // (L1′)
      store(heap, to + 2 * H, candidateBackward(dcTotal, i, g), H - j); // (L2′)
      store(heap, to + 3 * H, outputGateBackward(dhk, t, o), H - j); // (L5′)
      store(heap, dc + k, mul(dcTotal, f), H - j); // (L4′)
    }
  }
}
