import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { refuse, requireInteger, requireOneOf, requireOptions } from '../checks.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DType, requireDType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { printed, printedAs } from './printed.ts';

const { fround } = Math;

/** Sizes of a recurrent pass: time steps, batch rows, input features, units. */
export interface PassShape {
  /** Time steps. */
  readonly T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Features of the input. */
  readonly I: number;
  /** Units. */
  readonly H: number;
}

/** Upper bounds of `arbitraries.shape`. */
export interface ShapeOptions {
  /** Default 40. */
  readonly maxT?: number;
  /** Default 4. */
  readonly maxB?: number;
  /** Default 4. */
  readonly maxI?: number;
  /** Default 5. */
  readonly maxH?: number;
}

/** Options of arbitrary numbers and tensors. */
export interface NumberOptions {
  /** Largest magnitude of ordinary numbers; default 1. */
  readonly scale?: number;
  /** Numbers are exact in it; default `'float32'`. */
  readonly dtype?: DType;
  /**
   * Which special numbers turn up among the ordinary ones: `'none'` (default); `'small'`: −0, the smallest subnormal and
   * 1e-30; `'all'`: 1e30 of either sign too.
   */
  readonly special?: 'none' | 'small' | 'all';
}

/** What `arbitraries` offers. */
export interface Arbitraries {
  /**
   * T, B, I and H from 1 on. T is often 1, 2, or beside a power of two (7, 8, 9, 31, 33), where blocks of a loop end.
   *
   * @param options - upper bounds, see ShapeOptions
   */
  shape(options?: ShapeOptions): Arbitrary<PassShape>;
  /** Scale of weights: 0.1, 0.5, 1.5, or 8, where gates saturate. */
  scale(): Arbitrary<number>;
  /**
   * A finite number: ordinary ones evenly spread over [−scale, scale], 2²¹ + 1 of them, among them 0.
   *
   * @param options - see NumberOptions
   */
  number(options?: NumberOptions): Arbitrary<number>;
  /**
   * A tensor of such numbers.
   *
   * @param shape - axis lengths
   * @param options - see NumberOptions
   */
  tensor(shape: readonly number[], options?: NumberOptions): Arbitrary<Tensor>;
  /**
   * Weights: a tensor for each name, all of one scale.
   *
   * @param shapes - shape by name
   * @param options - `dtype`; `scale`: default `arbitraries.scale()`
   */
  weights(
    shapes: Readonly<Record<string, readonly number[]>>,
    options?: Pick<NumberOptions, 'dtype' | 'scale'>,
  ): Arbitrary<Record<string, Tensor>>;
  /**
   * An input [B, T, I], small special numbers included.
   *
   * @param shape - sizes
   * @param options - see NumberOptions; `special`: default `'small'`
   */
  sequence(shape: Omit<PassShape, 'H'>, options?: NumberOptions): Arbitrary<Tensor>;
  /**
   * A state or its gradient: [B, H] for each name.
   *
   * @param names - `['h', 'c']`
   * @param shape - sizes
   * @param options - see NumberOptions
   */
  state(
    names: readonly string[],
    shape: Pick<PassShape, 'B' | 'H'>,
    options?: NumberOptions,
  ): Arbitrary<Record<string, Tensor>>;
  /**
   * A gradient of an output of a shape: entries in [−1, 1].
   *
   * @param shape - axis lengths of the output
   * @param options - see NumberOptions
   */
  cotangent(shape: readonly number[], options?: NumberOptions): Arbitrary<Tensor>;
}

/** Steps from 0 to the scale: few enough bits for float32. */
const GRID = 2 ** 20;

/** Lengths of time at which something may go wrong that goes well at others. */
const LENGTHS = [1, 2, 7, 8, 9, 31, 33] as const;

const NUMBER_OPTIONS = ['scale', 'dtype', 'special'];

function shape(options: ShapeOptions = {}): Arbitrary<PassShape> {
  const where = 'arbitraries.shape';
  const known = ['maxT', 'maxB', 'maxI', 'maxH'] as const;
  const { maxT = 40, maxB = 4, maxI = 4, maxH = 5 } = requireOptions(where, options, known);
  for (const [k, max] of [maxT, maxB, maxI, maxH].entries()) requireInteger(where, known[k]!, max);
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
  const { scale = 1, special = 'none' } = requireOptions(where, options, NUMBER_OPTIONS);
  if (!(scale > 0 && scale <= 1e30)) refuse(where, 'scale', 'be a number above 0 and at most 1e30', scale);
  const single = requireDType(where, options.dtype) === 'float32';
  requireOneOf(where, 'special', special, ['none', 'small', 'all']);
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
  const size = sizeOf(lengths);
  const double = requireDType('arbitraries.tensor', options.dtype) === 'float64';
  return fc.array(number(options), { minLength: size, maxLength: size, size: 'max' }).map((values) => {
    const data = double ? new Float64Array(values) : new Float32Array(values);
    const drawn = new Tensor({ data }, lengths);
    return printedAs(drawn, () => `tensor(${printed(drawn)})`);
  });
}

function named(
  shapes: Readonly<Record<string, readonly number[]>>,
  options: NumberOptions,
): Arbitrary<Record<string, Tensor>> {
  return fc.record(Object.fromEntries(Object.entries(shapes).map(([name, of]) => [name, tensor(of, options)])));
}

const scale = (): Arbitrary<number> => fc.constantFrom(0.1, 0.5, 1.5, 8);

/**
 * fast-check arbitraries for recurrent nets. They shrink towards one step, one unit and zeros, and yield only numbers
 * that are exact in the element type asked for; infinities and NaN are never among them.
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
  weights: (shapes, { dtype = 'float32', scale: fixed } = {}) =>
    (fixed === undefined ? scale() : fc.constant(fixed)).chain((of) => named(shapes, { dtype, scale: of })),
  sequence: ({ B, T, I }, options = {}) => tensor([B, T, I], { special: 'small', ...options }),
  state: (names, { B, H }, options = {}) => named(Object.fromEntries(names.map((name) => [name, [B, H]])), options),
  cotangent: tensor,
};
