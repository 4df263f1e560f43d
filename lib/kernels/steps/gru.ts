// One step of a GRU whose reset gate acts BEFORE the recurrent product, for B rows of H units.

import { candidateBackward, candidateForward } from '../gates/candidate.ts';
import { resetGateBackward, resetGateForward } from '../gates/reset.ts';
import { updateGateBackward, updateGateForward } from '../gates/update.ts';
import { add, type Heap, LANES, lane, load, mul, type Offset, store, sub } from '../lane.ts';

// gates [B, 3H] has the blocks reset, update, candidate. The candidate's matrix product needs r ⊙ h', so forward and
// backward are two kernels each, with a matrix product between them.

/** Reset and update blocks of gates: pre-activations on entry, activations on return. Writes resetH = r ⊙ h'. */
export function gruGatesForward(heap: Heap, gates: Offset, resetH: Offset, hPrev: Offset, B: Offset, H: Offset): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const at = gates + 3 * b * H + j;
      const r = resetGateForward(load(heap, at)); // (G1)
      store(heap, at, r, H - j);
      store(heap, at + H, updateGateForward(load(heap, at + H)), H - j); // (G3)
      store(heap, resetH + k, mul(r, load(heap, hPrev + k)), H - j);
    }
  }
}

/** Candidate block of gates: pre-activation on entry, activation on return. Writes h [B, H]. */
export function gruStateForward(heap: Heap, gates: Offset, h: Offset, hPrev: Offset, B: Offset, H: Offset): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const at = gates + 3 * b * H + j;
      const z = load(heap, at + H);
      const candidate = candidateForward(load(heap, at + 2 * H)); // (G2)
      store(heap, at + 2 * H, candidate, H - j);
      store(heap, h + k, add(mul(sub(lane(1), z), load(heap, hPrev + k)), mul(z, candidate)), H - j); // (G4)
    }
  }
}

/** Writes the update and candidate blocks of dGates, and dhPrev, the share of ∂L/∂h' from (G4). */
export function gruStateBackward(
  heap: Heap,
  dGates: Offset,
  dhPrev: Offset,
  gates: Offset,
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
      const z = load(heap, at + H);
      const candidate = load(heap, at + 2 * H);
      const dhk = load(heap, dh + k);
      store(heap, to + H, updateGateBackward(dhk, load(heap, hPrev + k), candidate, z), H - j); // (G3′)
      store(heap, to + 2 * H, candidateBackward(dhk, z, candidate), H - j); // (G2′)
      store(heap, dhPrev + k, mul(dhk, sub(lane(1), z)), H - j); // (G4′)
    }
  }
}

/**
 * Writes the reset block of dGates, and adds the share through r ⊙ h' to dhPrev. Reads dResetH = ∂L/∂(r ⊙ h') [B, H].
 */
export function gruGatesBackward(
  heap: Heap,
  dGates: Offset,
  dhPrev: Offset,
  gates: Offset,
  hPrev: Offset,
  dResetH: Offset,
  B: Offset,
  H: Offset,
): void {
  for (let b: Offset = 0; b < B; b++) {
    for (let j: Offset = 0; j < H; j += LANES) {
      const k = b * H + j;
      const r = load(heap, gates + 3 * b * H + j);
      const d = load(heap, dResetH + k);
      store(heap, dGates + 3 * b * H + j, resetGateBackward(d, load(heap, hPrev + k), r), H - j); // (G1′)
      store(heap, dhPrev + k, add(load(heap, dhPrev + k), mul(d, r)), H - j);
    }
  }
}
