// Statistics of a gate's activations.

import { type ActivationName, activationRanges } from '../cells/activations.ts';
import { zeros } from '../tensor/create.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { GateFlow } from './gradient-flow.ts';
import { BINS } from './histogram.ts';

/** A sigmoid counts as saturated if it is closer to 0 or 1 than this. */
const EDGE = 0.05;
/** A tanh counts as saturated if its absolute value is larger. */
const TANH_EDGE = 0.95;
/** The same for softsign, whose slope (1 − |y|)² is that of tanh at 0.95 here. */
const SOFTSIGN_EDGE = 0.6878;
/** A hard sigmoid is saturated at exactly 0 and 1. */
const BETWEEN = [Number.MIN_VALUE, 1 - Number.EPSILON / 2] as const;

/** Values below and above which an activation counts as saturated. */
const SATURATED: Readonly<Record<string, readonly [below: number, above: number]>> = {
  sigmoid: [EDGE, 1 - EDGE],
  tanh: [-TANH_EDGE, TANH_EDGE],
  relu: [Number.MIN_VALUE, Infinity],
  softsign: [-SOFTSIGN_EDGE, SOFTSIGN_EDGE],
  hardSigmoidFifth: BETWEEN,
  hardSigmoidSixth: BETWEEN,
};

/** Statistics of one gate, collected step by step during a pass. */
export class GateStatistics {
  readonly activation: ActivationName | undefined;
  readonly #mean: Tensor;
  readonly #saturated: Tensor;
  readonly #H: number;
  readonly #counts = new Uint32Array(BINS + 1); // one more for values equal to the upper end
  /** Sums of the current step, by unit. */
  readonly #sums: Float64Array;
  readonly #edges: Uint32Array;
  /** Number of steps counted so far. Steps of a recomputed segment are visited again. */
  #steps = 0;
  #low: number;
  #high: number;

  constructor(activation: ActivationName | undefined, T: number, H: number) {
    this.activation = activation;
    this.#H = H;
    this.#sums = new Float64Array(H);
    this.#edges = new Uint32Array(H);
    this.#mean = zeros([T, H]);
    this.#saturated = zeros([T, H]);
    [this.#low, this.#high] = this.open ? [0, 0] : activationRanges[activation!];
  }

  /** Whether `range` has to see all activations before `add`, because the range of the histogram is unknown. */
  get open(): boolean {
    return this.activation === undefined || activationRanges[this.activation][1] === Infinity;
  }

  /** Widens the histogram to include [B, H] activations. */
  range(data: FloatArray, at: number, B: number, rowStride: number): void {
    const H = this.#H;
    for (let row = 0; row < B; row++) {
      for (let j = at + row * rowStride; j < at + row * rowStride + H; j++) {
        const value = data[j]!;
        if (value > this.#high && value < Infinity) this.#high = value;
        if (value < this.#low && value > -Infinity) this.#low = value;
      }
    }
  }

  /** Counts the activations [B, H] of step t. */
  add(data: FloatArray, t: number, at: number, B: number, rowStride: number): void {
    if (t < this.#steps) return;
    this.#steps = t + 1;
    const [counts, sums, edges, low, H] = [this.#counts, this.#sums, this.#edges, this.#low, this.#H];
    const perUnit = BINS / (this.#high - low || 1);
    const [below, above] = SATURATED[this.activation ?? ''] ?? [-Infinity, Infinity];
    sums.fill(0);
    edges.fill(0);
    for (let row = 0; row < B; row++) {
      const begin = at + row * rowStride;
      for (let j = 0; j < H; j++) {
        const value = data[begin + j]!;
        sums[j]! += value;
        if (value < below || value > above) edges[j]!++;
        if (value - value === 0) counts[((value - low) * perUnit) | 0]!++; // finite
      }
    }
    const [mean, saturated] = [this.#mean.data, this.#saturated.data];
    for (let j = 0; j < H; j++) {
      mean[t * H + j] = sums[j]! / B;
      saturated[t * H + j] = edges[j]! / B;
    }
  }

  /** The statistics; undefined if the pass never reported the gate. */
  get flow(): GateFlow | undefined {
    if (this.#steps === 0) return undefined;
    const counts = Array.from(this.#counts);
    counts[BINS - 1]! += counts.pop()!;
    const histogram = { low: this.#low, high: this.#high, counts };
    return { mean: this.#mean, saturated: this.#saturated, histogram };
  }
}
