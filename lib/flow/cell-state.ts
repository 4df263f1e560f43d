// Statistics of an LSTM's cell state.

import { zeros } from '../tensor/create.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { CellStateFlow } from './gradient-flow.ts';

const { abs, max, sqrt } = Math;

/** artanh 0.95: tanh(c) counts as saturated if |c| is larger. */
const TANH_EDGE = 1.8317808230648231;

/** Collects the size of an LSTM's c and the saturation of tanh(c), for each slot. */
export class CellStateStatistics {
  readonly flow: CellStateFlow;
  readonly #H: number;
  readonly #edges: Uint32Array;

  constructor(T: number, H: number) {
    const dtype = 'float64';
    this.#H = H;
    this.#edges = new Uint32Array(H);
    this.flow = {
      rms: zeros([T + 1], { dtype }),
      largest: zeros([T + 1], { dtype }),
      saturated: zeros([T + 1, H]),
    };
  }

  /** Adds c [B, H] of a slot. A slot that was added before is replaced. */
  look(data: FloatArray, slot: number, at: number, B: number): void {
    const [H, edges] = [this.#H, this.#edges.fill(0)];
    let [largest, sum] = [0, 0];
    for (let row = 0; row < B; row++) {
      for (let j = 0; j < H; j++) {
        const size = abs(data[at + row * H + j]!);
        largest = max(largest, size); // NaN stays NaN
        sum += size * size;
        if (size > TANH_EDGE) edges[j]!++;
      }
    }
    const { rms, largest: most, saturated } = this.flow;
    rms.data[slot] = sqrt(sum / (B * H));
    most.data[slot] = largest;
    for (let j = 0; j < H; j++) saturated.data[slot * H + j] = edges[j]! / B;
  }
}
