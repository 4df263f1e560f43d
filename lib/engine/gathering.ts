import type { Arena } from '../memory/arena.ts';
import { zeros } from '../tensor/create.ts';
import { copyInto, type FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { batchFirst, type Signal, timeSlice } from './pass.ts';

/** A value of a whole sequence, [B, T, F], put together from what a pass holds segment by segment; or [B, F]. */
export class Gathering {
  readonly #arena: Arena;
  readonly #T: number;
  readonly #adds: boolean;
  #gathered: Tensor | undefined;

  /** @param adds - whether what comes twice for a step is added up */
  constructor(arena: Arena, T: number, adds: boolean) {
    this.#arena = arena;
    this.#T = T;
    this.#adds = adds;
  }

  /** What `signal` holds for steps [from, to). */
  take(signal: Signal, from: number, to: number): void {
    const part = batchFirst(this.#arena, signal);
    const gathered = this.array(signal);
    if (signal.T === undefined || to - from === this.#T) copyInto(gathered, part);
    else if (this.#adds) add(timeSlice(gathered, from, to), part);
    else copyInto(timeSlice(gathered, from, to), part);
  }

  /** All of it, zeros where nothing came; a copy. */
  array({ T, B, F }: Omit<Signal, 'at'>): Tensor {
    this.#gathered ??= zeros(T === undefined ? [B, F] : [B, this.#T, F], { dtype: this.#arena.dtype });
    return this.#gathered;
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
