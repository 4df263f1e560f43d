// fast-check arbitraries for recurrent networks.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { reading, refuse, requireEntries, requireRecord } from '../checks.ts';
import { readOptions } from '../options.ts';
import { requireIntegers, sizeOf } from '../tensor/layout.ts';
import { Tensor } from '../tensor/tensor.ts';
import { lengths, mask } from './arbitrary-masks.ts';
import {
  NUMBER_OPTIONS,
  type NumberOptions,
  type PassShape,
  SEQUENCE_OPTIONS,
  SHAPE_OPTIONS,
  type ShapeOptions,
  SIZES,
  WEIGHT_OPTIONS,
} from './arbitrary-options.ts';
import { printed, printedAs } from './printed.ts';

const { fround } = Math;

/** The generators of `arbitraries`. */
export interface Arbitraries {
  /**
   * T, B, I and H, each at least 1. T is often 1, 2, or near a power of two (7, 8, 9, 31, 33), where loops over blocks
   * often have errors.
   *
   * @param options - upper bounds, see ShapeOptions
   */
  shape(options?: ShapeOptions): Arbitrary<PassShape>;
  /** Scale of weights: 0.1, 0.5, 1.5, or 8. At 8, gates saturate. */
  scale(): Arbitrary<number>;
  /**
   * A finite number. Ordinary numbers are chosen from 2²¹ + 1 evenly spaced ones in [−scale, scale], which include 0.
   *
   * @param options - see NumberOptions
   */
  number(options?: NumberOptions): Arbitrary<number>;
  /**
   * A tensor whose elements are numbers of `arbitraries.number`.
   *
   * @param shape - axis lengths
   * @param options - see NumberOptions
   */
  tensor(shape: readonly number[], options?: NumberOptions): Arbitrary<Tensor>;
  /**
   * Weights: a tensor for each name, all with the same scale.
   *
   * @param shapes - shape by name
   * @param options - `dtype`; `scale`: default `arbitraries.scale()`
   */
  weights(
    shapes: Readonly<Record<string, readonly number[]>>,
    options?: Pick<NumberOptions, 'dtype' | 'scale'>,
  ): Arbitrary<Record<string, Tensor>>;
  /**
   * An input [B, T, I], including small special numbers.
   *
   * @param shape - sizes
   * @param options - see NumberOptions; `special`: default `'small'`
   */
  sequence(shape: Omit<PassShape, 'H'>, options?: NumberOptions): Arbitrary<Tensor>;
  /**
   * A state or its gradient: [B, H] for each name.
   *
   * @param names - `['h', 'c']`; or features by name, `{ h: 2, c: 3 }`, for states of different widths
   * @param shape - B, and H for a list of names
   * @param options - see NumberOptions
   */
  state(
    names: readonly string[] | Readonly<Record<string, number>>,
    shape: Pick<PassShape, 'B'> & Partial<Pick<PassShape, 'H'>>,
    options?: NumberOptions,
  ): Arbitrary<Record<string, Tensor>>;
  /**
   * The gradient of an output: a tensor with entries in [−1, 1].
   *
   * @param shape - axis lengths of the output
   * @param options - see NumberOptions
   */
  cotangent(shape: readonly number[], options?: NumberOptions): Arbitrary<Tensor>;
  /**
   * Lengths of the rows of a batch, for the option `lengths`: B integers from 0 to T, which shrink towards T.
   *
   * @param shape - sizes
   */
  lengths(shape: Pick<PassShape, 'B' | 'T'>): Arbitrary<number[]>;
  /**
   * Which steps of a batch count, for the option `mask`: B rows of T booleans, with padding at the right or at the left, with
   * gaps, or without any step that counts. They shrink towards rows without masked steps.
   *
   * @param shape - sizes
   */
  mask(shape: Pick<PassShape, 'B' | 'T'>): Arbitrary<boolean[][]>;
}

/** Number of intervals from 0 to the scale. Their ends are exact in float32. */
const GRID = 2 ** 20;

/** Sequence lengths that are likely to reveal errors. */
const LENGTHS = [1, 2, 7, 8, 9, 31, 33] as const;

/** Largest number of elements of a tensor. More would take minutes to generate. */
const MOST = 2 ** 20;

function shape(options: ShapeOptions = {}): Arbitrary<PassShape> {
  const where = 'arbitraries.shape';
  const { maxT, maxB, maxI, maxH } = readOptions(where, options, SHAPE_OPTIONS);
  const lengths = LENGTHS.filter((length) => length <= maxT);
  return fc.record({
    T: fc.oneof({ withCrossShrink: true }, fc.integer({ min: 1, max: maxT }), fc.constantFrom(...lengths)),
    B: fc.integer({ min: 1, max: maxB }),
    I: fc.integer({ min: 1, max: maxI }),
    H: fc.integer({ min: 1, max: maxH }),
  });
}

function number(options: NumberOptions = {}): Arbitrary<number> {
  const where = 'arbitraries.number';
  const { scale, special, dtype } = readOptions(where, options, NUMBER_OPTIONS);
  const single = dtype === 'float32';
  const ordinary = fc.integer({ min: -GRID, max: GRID }).map((k) => {
    const value = k * (scale / GRID);
    return single ? fround(value) : value;
  });
  if (special === 'none') return ordinary;
  const small = [-0, single ? 2 ** -149 : Number.MIN_VALUE, 1e-30];
  const numbers = [...small, ...(special === 'all' ? [1e30, -1e30] : [])].map((v) => (single ? fround(v) : v));
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 9, arbitrary: ordinary },
    { weight: 1, arbitrary: fc.constantFrom(...numbers) },
  );
}

function tensor(lengths: readonly number[], options: NumberOptions = {}): Arbitrary<Tensor> {
  return tensorAs('arbitraries.tensor', 'shape', lengths, options);
}

function tensorAs(
  where: string,
  argument: string,
  lengths: readonly number[],
  options: NumberOptions,
): Arbitrary<Tensor> {
  const size = sizeOf(requireIntegers(where, argument, lengths, 0));
  if (size > MOST) refuse(where, argument, `have at most ${MOST} elements`, lengths);
  const checked = readOptions(where, options, NUMBER_OPTIONS);
  const double = checked.dtype === 'float64';
  return fc.array(number(checked), { minLength: size, maxLength: size, size: 'max' }).map((values) => {
    const data = double ? new Float64Array(values) : new Float32Array(values);
    const drawn = new Tensor({ data }, lengths);
    return printedAs(drawn, () => `tensor(${printed(drawn)})`);
  });
}

function named(
  where: string,
  argument: string,
  shapes: Readonly<Record<string, readonly number[]>>,
  options: NumberOptions,
): Arbitrary<Record<string, Tensor>> {
  const entries = reading(where, argument, () =>
    Object.entries(requireRecord(where, argument, shapes, Object.keys(shapes ?? {}))),
  );
  return fc.record(
    Object.fromEntries(entries.map(([name, of]) => [name, tensorAs(where, `${argument}.${name}`, of, options)])),
  );
}

function weights(
  shapes: Readonly<Record<string, readonly number[]>>,
  options: Pick<NumberOptions, 'dtype' | 'scale'> = {},
): Arbitrary<Record<string, Tensor>> {
  const where = 'arbitraries.weights';
  const { dtype, scale: fixed } = readOptions(where, options, WEIGHT_OPTIONS);
  named(where, 'shapes', shapes, { dtype, scale: fixed ?? 1 }); // refuses invalid shapes at once
  return (fixed === undefined ? scale() : fc.constant(fixed)).chain((of) =>
    named(where, 'shapes', shapes, { dtype, scale: of }),
  );
}

function sequence(shape: Omit<PassShape, 'H'>, options: NumberOptions = {}): Arbitrary<Tensor> {
  const where = 'arbitraries.sequence';
  const { B, T, I } = readOptions(where, shape, SIZES, 'shape');
  return tensorAs(where, 'shape', [B!, T!, I!], readOptions(where, options, SEQUENCE_OPTIONS));
}

function state(
  names: readonly string[] | Readonly<Record<string, number>>,
  shape: Pick<PassShape, 'B'> & Partial<Pick<PassShape, 'H'>>,
  options: NumberOptions = {},
): Arbitrary<Record<string, Tensor>> {
  const where = 'arbitraries.state';
  const { B, H } = readOptions(where, shape, SIZES, 'shape');
  const widths = widthsOf(where, names, H!);
  return named(where, 'shape', Object.fromEntries(widths.map(([name, width]) => [name, [B!, width]])), options);
}

function widthsOf(where: string, names: Parameters<typeof state>[0], H: number): (readonly [string, number])[] {
  const expected = 'be an array of strings, or an object of numbers';
  if (reading(where, 'names', () => Array.isArray(names))) {
    const listed = requireEntries(where, 'names', names as readonly string[], expected);
    if (!listed.every((name) => typeof name === 'string')) refuse(where, 'names', expected, names);
    return listed.map((name) => [name, H]);
  }
  if (typeof names !== 'object' || names === null) refuse(where, 'names', expected, names);
  return reading(where, 'names', () => Object.entries(names as Readonly<Record<string, number>>));
}

function cotangent(shape: readonly number[], options: NumberOptions = {}): Arbitrary<Tensor> {
  return tensorAs('arbitraries.cotangent', 'shape', shape, options);
}

const scale = (): Arbitrary<number> => fc.constantFrom(0.1, 0.5, 1.5, 8);

/**
 * fast-check arbitraries for recurrent networks. They shrink towards one step, one unit and zeros. All numbers are
 * finite and exact in the requested element type.
 *
 * @example
 * ```ts
 * const passes = arbitraries.shape({ maxT: 9 }).chain((shape) => arbitraries.sequence(shape));
 * fc.assert(fc.property(passes, (x) => new LSTM({ units: 2 }).forward(x).data.every(Number.isFinite)));
 * ```
 */
export const arbitraries: Arbitraries = {
  shape,
  scale,
  number,
  tensor,
  weights,
  sequence,
  state,
  cotangent,
  lengths,
  mask,
};
