// The usual start of a forget gate's bias.

import type { Initializer } from '../random/run-initializer.ts';
import { isFloatArray } from '../tensor/storage.ts';

/** An initializer of a bias whose elements from `first` on, `count` of them, are 1 (Jozefowicz et al. 2015). */
export function unitForget(initializer: Initializer, first: number, count: number): Initializer {
  return (...drawn) => {
    const values = initializer(...drawn);
    if (!isFloatArray(values) && !Array.isArray(values)) return values; // the caller refuses it
    return values.slice().fill(1, first, first + count);
  };
}
