// A caller's array [B, T, F], filled segment by segment from an arena.

import type { Arena } from '../memory/arena.ts';
import type { FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { allocate, type DType, type FloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { copyOut, type SignalPart, type SignalShape, signalSize } from './signal.ts';

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

  /** Writes part of the sequence. */
  write(part: SignalPart): void {
    copyOut(this.#arena, part, this.#array, this.#accumulates && part.T !== undefined);
  }
}

/** Zeros of the shape of a signal, as the caller holds them: [B, T, F] or [B, F]. Errors name `where` and `argument`. */
export function zerosOf(signal: SignalShape, dtype: DType, where: string, argument: string): Tensor {
  const { T, B, F } = signal;
  const data = allocate(dtype, signalSize(signal), where, argument);
  return new Tensor({ data }, T === undefined ? [B, F] : [B, T, F]);
}

/** A time-major array as the caller would hold it, [B, T, F] or [B, F]: outputs of all time steps are copied at once. */
export function timeMajorView(data: FloatArray, { T, B, F }: SignalShape): Tensor {
  return T === undefined ? new Tensor({ data }, [B, F]) : new Tensor({ data }, [B, T, F], [F, B * F, 1]);
}
