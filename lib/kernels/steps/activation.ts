// Elementwise activations: (R1) is the whole step of a SimpleRNN, (D1) is used by a dense layer.

import { dRelu, dSigmoid, dTanh } from '../activations.ts';
import { type Heap, LANES, lane, load, max, mul, type Offset, sigmoid, store, tanh } from '../lane.ts';

// Forward: y = φ(a) over n elements; y may be a. Backward: da = dy ⊙ φ′ from the output y, (R1′), (D1′); da may be dy.

export function sigmoidForward(heap: Heap, y: Offset, a: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, sigmoid(load(heap, a + j)), n - j);
}
export function sigmoidBackward(heap: Heap, da: Offset, y: Offset, dy: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES)
    store(heap, da + j, mul(load(heap, dy + j), dSigmoid(load(heap, y + j))), n - j);
}
export function tanhForward(heap: Heap, y: Offset, a: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, tanh(load(heap, a + j)), n - j);
}
export function tanhBackward(heap: Heap, da: Offset, y: Offset, dy: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES)
    store(heap, da + j, mul(load(heap, dy + j), dTanh(load(heap, y + j))), n - j);
}
export function reluForward(heap: Heap, y: Offset, a: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, max(load(heap, a + j), lane(0)), n - j);
}
export function reluBackward(heap: Heap, da: Offset, y: Offset, dy: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES)
    store(heap, da + j, mul(load(heap, dy + j), dRelu(load(heap, y + j))), n - j);
}
