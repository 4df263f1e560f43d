import type { Arbitrary, IProperty } from 'fast-check';
import fc from 'fast-check';
import type { LayerPool } from '../layer-pool.ts';
import { type CaseOptions, type RecurrentCase, recurrentCase } from '../recurrent-case.ts';

/** Properties by name, each ready for `fc.assert`. */
export type Properties = Readonly<Record<string, IProperty<unknown>>>;

/** What properties of a layer are made from. */
export interface Context {
  readonly layers: LayerPool;
  readonly bounds: CaseOptions;
}

/** Random passes, with further bounds. */
export function cases({ layers, bounds }: Context, more: CaseOptions = {}): Arbitrary<RecurrentCase> {
  return recurrentCase(layers, { ...bounds, ...more });
}

/** Bounds for what holds up to rounding only: short, so that rounding does not grow, and no gate saturated. */
export const TAME: CaseOptions = { maxT: 9, scale: 0.5, special: 'none' };

/** Error allowed where the order of a sum differs, relative to the largest of its kind. */
export function roundingTolerance({ layers }: Context): number {
  return layers.dtype === 'float64' ? 1e-11 : 2e-4;
}

/** A property of one pass. */
export function passProperty(
  passes: Arbitrary<RecurrentCase>,
  check: (pass: RecurrentCase) => void,
): IProperty<unknown> {
  return fc.property(passes, check) as IProperty<unknown>;
}

/** A property of one pass and something drawn for it. */
export function drawnProperty<D>(
  passes: Arbitrary<RecurrentCase>,
  draw: (pass: RecurrentCase) => Arbitrary<D>,
  check: (pass: RecurrentCase, drawn: D) => void,
): IProperty<unknown> {
  const both = passes.chain((pass) => draw(pass).map((drawn) => ({ pass, drawn })));
  return fc.property(both, ({ pass, drawn }) => check(pass, drawn)) as IProperty<unknown>;
}

/** An order of n things. */
export function order(n: number): Arbitrary<number[]> {
  const identity = Array.from({ length: n }, (_, k) => k);
  return fc.shuffledSubarray(identity, { minLength: n, maxLength: n });
}
