// One step of a GRU whose reset gate acts AFTER the recurrent product, for B rows of H units.

import { candidateBackward, candidateForward } from '../gates/candidate.ts';
import { resetGateBackward, resetGateForward } from '../gates/reset.ts';
import { updateGateBackward, updateGateForward } from '../gates/update.ts';
import { add, type Heap, LANES, lane, load, mul, type Offset, store, sub } from '../lane.ts';

// gates [B, 3H] has the blocks reset, update, candidate. recurrent [B, H] = U h' + b_u is the recurrent part of the
// candidate.

/** gates: pre-activations on entry (the candidate's without its recurrent part), activations on return. Writes h. */
export function gruResetAfterStepForward(
  heap: Heap,
  gates: Offset,
  h: Offset,
  recurrent: Offset,
  hPrev: Offset,
  B: Offset,
  H: Offset,
): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const at = gates + 3 * b * H + j;
      const r = resetGateForward(load(heap, at)); // (G1)
      const z = updateGateForward(load(heap, at + H)); // (G3)
      const candidate = candidateForward(add(load(heap, at + 2 * H), mul(r, load(heap, recurrent + k)))); // (G5)
      store(heap, at, r, H - j);
      store(heap, at + H, z, H - j);
      store(heap, at + 2 * H, candidate, H - j);
      store(heap, h + k, add(mul(sub(lane(1), z), load(heap, hPrev + k)), mul(z, candidate)), H - j); // (G4)
    }
  }
}

/** Writes dGates [B, 3H], dRecurrent [B, H] and dhPrev, the share of ∂L/∂h' from (G4). */
export function gruResetAfterStepBackward(
  heap: Heap,
  dGates: Offset,
  dRecurrent: Offset,
  dhPrev: Offset,
  gates: Offset,
  recurrent: Offset,
  hPrev: Offset,
  dh: Offset,
  B: Offset,
  H: Offset,
): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const at = gates + 3 * b * H + j;
      const to = dGates + 3 * b * H + j;
      const r = load(heap, at);
      const z = load(heap, at + H);
      const candidate = load(heap, at + 2 * H);
      const dhk = load(heap, dh + k);
      const dCandidate = candidateBackward(dhk, z, candidate); // (G2′)
      store(heap, to, resetGateBackward(dCandidate, load(heap, recurrent + k), r), H - j); // (G1′)
      store(heap, to + H, updateGateBackward(dhk, load(heap, hPrev + k), candidate, z), H - j); // (G3′)
      store(heap, to + 2 * H, dCandidate, H - j);
      store(heap, dRecurrent + k, mul(dCandidate, r), H - j); // (G5′)
      store(heap, dhPrev + k, mul(dhk, sub(lane(1), z)), H - j); // (G4′)
    }
  }
}
