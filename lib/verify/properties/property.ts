// Helpers to create properties.

import type { Arbitrary, IProperty } from 'fast-check';
import fc from 'fast-check';
import type { LayerPool } from '../layer-pool.ts';
import { type CaseOptions, type RecurrentCase, recurrentCase } from '../recurrent-case.ts';

/** Properties by name, each ready for `fc.assert`. */
export type Properties = Readonly<Record<string, IProperty<unknown>>>;

/** What the properties of a layer are created from. */
export interface Context {
  readonly layers: LayerPool;
  readonly bounds: CaseOptions;
}

/** Random passes, within the bounds of the context and further ones. */
export function cases({ layers, bounds }: Context, more: CaseOptions = {}): Arbitrary<RecurrentCase> {
  return recurrentCase(layers, { ...bounds, ...more });
}

/**
 * Bounds for properties that hold only up to rounding: short sequences, which limit the growth of rounding errors, and
 * small weights, which do not saturate gates.
 */
export const TAME: CaseOptions = { maxT: 9, scale: 0.5, special: 'none' };

/** Tolerance for sums in different orders, relative to the largest value of the array. */
export function roundingTolerance({ layers }: Context): number {
  return layers.dtype === 'float64' ? 1e-11 : 2e-4;
}

/** Creates a property of one pass. */
export function passProperty(
  passes: Arbitrary<RecurrentCase>,
  check: (pass: RecurrentCase) => void,
): IProperty<unknown> {
  return fc.property(passes, check) as IProperty<unknown>;
}

/** Creates a property of one pass and of a value generated for it. */
export function drawnProperty<D>(
  passes: Arbitrary<RecurrentCase>,
  draw: (pass: RecurrentCase) => Arbitrary<D>,
  check: (pass: RecurrentCase, drawn: D) => void,
): IProperty<unknown> {
  const both = passes.chain((pass) => draw(pass).map((drawn) => ({ pass, drawn })));
  return fc.property(both, ({ pass, drawn }) => check(pass, drawn)) as IProperty<unknown>;
}

/** A permutation of the numbers from 0 to n − 1. */
export function order(n: number): Arbitrary<number[]> {
  const identity = Array.from({ length: n }, (_, k) => k);
  return fc.shuffledSubarray(identity, { minLength: n, maxLength: n });
}
