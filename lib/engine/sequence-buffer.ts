// A caller's array [B, T, F], filled segment by segment from an arena.

import type { Arena } from '../memory/arena.ts';
import { copyInto, type FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { allocate, type DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { batchFirst, type Signal, type SignalShape, signalSize, timeSlice } from './signal.ts';

/** Assembles a value of the whole sequence, [B, T, F], from its segments; or copies one of shape [B, F]. */
export class SequenceBuffer {
  readonly #arena: Arena;
  readonly #array: FloatNdArrayLike;
  readonly #accumulates: boolean;

  /** @param accumulates - whether a second value of a time step is added to the first */
  constructor(arena: Arena, array: FloatNdArrayLike, accumulates = false) {
    this.#arena = arena;
    this.#array = array;
    this.#accumulates = accumulates;
  }

  /** Writes what `signal` holds to time steps [from, to). */
  write(signal: Signal, from: number, to: number): void {
    const part = batchFirst(this.#arena, signal);
    const target = signal.T === undefined ? this.#array : timeSlice(this.#array, from, to);
    if (this.#accumulates && signal.T !== undefined) add(target, part);
    else copyInto(target, part);
  }
}

function add(to: FloatNdArrayLike, from: FloatNdArrayLike): void {
  const [B, T, F] = to.shape as [number, number, number];
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const i = to.offset + b * to.stride[0]! + t * to.stride[1]!;
      const k = from.offset + b * from.stride[0]! + t * from.stride[1]!;
      for (let f = 0; f < F; f++) to.data[i + f]! += from.data[k + f]!;
    }
  }
}

/** Zeros of the shape of a signal, as the caller holds them: [B, T, F] or [B, F]. Errors name `where` and `argument`. */
export function zerosOf(signal: SignalShape, dtype: DType, where: string, argument: string): Tensor {
  const { T, B, F } = signal;
  const data = allocate(dtype, signalSize(signal), where, argument);
  return new Tensor({ data }, T === undefined ? [B, F] : [B, T, F]);
}
