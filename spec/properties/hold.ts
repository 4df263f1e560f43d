import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { Sequential } from '../../lib/index.ts';
import type { Layer } from '../../lib/layers/layer.ts';
import {
  type Properties,
  type RecurrentLayer,
  type RecurrentLayerOptions,
  recurrentProperties,
} from '../../lib/verify/index.ts';

/** One test for each property, on random cases. */
export function hold(properties: Properties, numRuns: number): void {
  for (const [name, property] of Object.entries(properties)) {
    test(name, () => fc.assert(property, { numRuns }));
  }
}

/** The whole suite: many small passes in float32, some in float64, some as long as the blocks of any loop. */
export function holdForLayer(
  name: string,
  make: (options: RecurrentLayerOptions) => RecurrentLayer & Layer,
  bounds: { readonly scale?: number } = {},
): void {
  const stack = (layers: Layer[], dtype: 'float32' | 'float64'): Sequential => new Sequential(layers, { dtype });
  const small = { ...bounds, maxT: 5, maxB: 3, maxI: 2, maxH: 3, stack };
  describe(`${name}, float32`, () => hold(recurrentProperties(make, small), 1000));
  describe(`${name}, float64`, () => hold(recurrentProperties(make, { ...small, dtype: 'float64' }), 100));
  describe(`${name}, up to 40 steps`, () => hold(recurrentProperties(make, bounds), 40));
}
