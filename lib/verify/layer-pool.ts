// A pool of layers for properties, so that each size is created once.

import { refuse } from '../checks.ts';
import type { DType } from '../tensor/storage.ts';
import type { PassShape } from './arbitrary-options.ts';
import type { MakeRecurrentLayer, RecurrentLayer } from './recurrent-layer.ts';

/** Layers by size. Layers are reused, because creating one takes longer than a pass. */
export class LayerPool {
  readonly make: MakeRecurrentLayer;
  readonly dtype: DType;
  readonly #layers: Map<string, RecurrentLayer> = new Map();

  constructor(make: MakeRecurrentLayer, dtype: DType) {
    this.make = make;
    this.dtype = dtype;
  }

  /** Returns a built layer of a size, with the weights and states of its last use. */
  borrow({ I, H }: Pick<PassShape, 'I' | 'H'>, returnSequences: boolean): RecurrentLayer {
    const key = `${I} ${H} ${returnSequences}`;
    const known = this.#layers.get(key);
    if (known !== undefined) return known;
    const layer = this.make({ units: H, inputSize: I, seed: 0, dtype: this.dtype, returnSequences });
    if (typeof layer?.build !== 'function') refuse('recurrentProperties', 'make', 'return a layer', layer);
    layer.build(I);
    this.#layers.set(key, layer);
    return layer;
  }
}
