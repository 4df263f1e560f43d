import { requireBoolean, requireInteger, requireNumber, requireOptions } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { requireInitializerArguments } from './elementwise-initializer.ts';
import { sizeOf } from './layout.ts';
import type { Random } from './random.ts';
import type { Initializer } from './run-initializer.ts';
import { allocate, type FloatArray } from './storage.ts';

const { sqrt } = Math;

/** Options of `initializers.orthogonal`. */
export interface OrthogonalOptions {
  /** Factor on the whole matrix; 1 by default. */
  readonly gain?: number;
  /** Makes the block of each gate orthogonal on its own; false by default. */
  readonly perGate?: boolean;
}

function squaredLength(v: Float64Array, p: number, length: number): number {
  let sum = 0;
  for (let i = p; i < p + length; i++) sum += v[i]! * v[i]!;
  return sum;
}

/**
 * Takes from the vector at `p` its parts along the orthonormal vectors before it; returns its squared length. Four
 * vectors at a time, which is what makes large matrices affordable.
 */
function project(v: Float64Array, p: number, length: number): number {
  let q = 0;
  for (; q + 4 * length <= p; q += 4 * length) projectFour(v, p, q, length);
  for (; q < p; q += length) {
    let part = 0;
    for (let i = 0; i < length; i++) part += v[p + i]! * v[q + i]!;
    for (let i = 0; i < length; i++) v[p + i]! -= part * v[q + i]!;
  }
  return squaredLength(v, p, length);
}

function projectFour(v: Float64Array, p: number, q: number, length: number): void {
  const [q1, q2, q3] = [q + length, q + 2 * length, q + 3 * length];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const x = v[p + i]!;
    a += x * v[q + i]!;
    b += x * v[q1 + i]!;
    c += x * v[q2 + i]!;
    d += x * v[q3 + i]!;
  }
  for (let i = 0; i < length; i++) {
    v[p + i]! -= a * v[q + i]! + b * v[q1 + i]! + (c * v[q2 + i]! + d * v[q3 + i]!);
  }
}

/**
 * `count` <= `length` random orthonormal vectors, one after the other: normal numbers made orthogonal by
 * Gram–Schmidt. That is the QR decomposition with a positive diagonal of R, so the distribution is Haar's (Mezzadri
 * 2007). A vector that lost more than half of its squared length is projected once more, which keeps float64 accuracy
 * (Daniel, Gragg, Kaufman, Stewart 1976).
 */
function orthonormal(random: Random, count: number, length: number): Float64Array {
  const v = new Float64Array(count * length);
  for (let i = 0; i < v.length; i++) v[i] = random.normal();
  for (let p = 0; p < v.length; p += length) {
    let before = squaredLength(v, p, length);
    let after = project(v, p, length);
    for (let pass = 1; pass < 4 && after < 0.5 * before; pass++) {
      before = after;
      after = project(v, p, length);
    }
    const norm = sqrt(after);
    for (let i = 0; i < length; i++) v[p + i]! /= norm;
  }
  return v;
}

/** Writes gain times a random orthogonal [rows, columns] into the columns of `out` from `first` on. */
function writeBlock(
  out: FloatArray,
  width: number,
  first: number,
  columns: number,
  gain: number,
  random: Random,
): void {
  const rows = out.length / width;
  const wide = rows <= columns;
  const v = wide ? orthonormal(random, rows, columns) : orthonormal(random, columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      out[i * width + first + j] = gain * (wide ? v[i * columns + j]! : v[j * rows + i]!);
    }
  }
}

/**
 * A random orthogonal matrix (semi-orthogonal where it is not square): its rows or its columns, whichever are fewer,
 * are orthonormal; times `gain`. All axes but the last count as rows. Over the whole [H, G·H], as in Keras, the block
 * of a gate is not orthogonal and its rows are about 1/√G long; `perGate` makes each [H, H] block orthogonal, as in
 * Flax and Haste. Computed in float64.
 *
 * Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014.
 *
 * @param options - `gain` (1), any finite number; `perGate` (false)
 * @throws ArgumentError; when run, ShapeError for fewer than two axes, or a last axis that gates do not divide
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, recurrentInitializer: initializers.orthogonal({ perGate: true }) });
 * ```
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const where = 'initializers.orthogonal';
  const { gain = 1, perGate = false } = requireOptions(where, options, ['gain', 'perGate']);
  requireNumber(where, 'gain', gain);
  requireBoolean(where, 'perGate', perGate);
  return (shape, random, context) => {
    requireInitializerArguments(where, shape, random);
    const gates = perGate ? requireInteger(where, 'gates', context?.gates) : 1;
    const width = shape.at(-1) ?? 0;
    if (shape.length < 2 || width % gates !== 0) {
      const expected =
        shape.length < 2 ? 'have at least two axes' : `have a last axis that ${gates} gates divide evenly`;
      throw new ShapeError({ where, argument: 'shape', expected, received: `[${shape.join(', ')}]` });
    }
    const out = allocate('float64', sizeOf(shape), where);
    if (out.length === 0) return out;
    const columns = width / gates;
    for (let block = 0; block < gates; block++) writeBlock(out, width, block * columns, columns, gain, random);
    return out;
  };
}
