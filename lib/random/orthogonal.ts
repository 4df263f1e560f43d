// The orthogonal initializer.

import { requireBoolean, requireInteger } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { number, optional, readOptions, type Schema } from '../options.ts';
import { sizeOf } from '../tensor/layout.ts';
import { allocate, dtypeOf, type FloatArray, requireDType } from '../tensor/storage.ts';
import { requireInitializerArguments } from './elementwise-initializer.ts';
import { withOrthonormal } from './householder.ts';
import type { Random } from './random.ts';
import type { Initializer } from './run-initializer.ts';

/** Options of `initializers.orthogonal`. */
export interface OrthogonalOptions {
  /** Factor on every value; 1 by default. */
  readonly gain?: number;
  /** Whether to make the block of each gate orthogonal instead of the whole matrix; false by default. */
  readonly perGate?: boolean;
}

const OPTIONS: Schema<OrthogonalOptions> = {
  gain: optional(number(), 1),
  perGate: optional(requireBoolean, false),
};

/** Writes gain times a random orthogonal matrix [rows, columns] to `out`, from column `first`. */
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
  const [n, m] = wide ? [rows, columns] : [columns, rows];
  const [step, next] = wide ? [width, 1] : [1, width];
  withOrthonormal(random, n, m, dtypeOf(out), (data, at, signs) => {
    for (let i = 0; i < n; i++) {
      const factor = gain * signs[i]!;
      for (let j = 0; j < m; j++) out[first + i * step + j * next] = factor * data[at + i * m + j]!;
    }
  });
}

/**
 * `gain` times a random orthogonal matrix. If the matrix is not square, its rows or its columns, whichever are fewer,
 * are orthonormal. All axes but the last count as rows. Without `perGate`, the whole matrix [H, G·H] is orthogonal, as
 * in Keras; then the block of a single gate is not, and its rows have a norm of about 1/√G. With `perGate`, each block
 * [H, H] is orthogonal, as in Flax and Haste. The matrix is computed in the parameter's element type, and orthogonal up
 * to rounding.
 *
 * Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014.
 *
 * @param options - `gain`: any finite number, 1 by default; `perGate`: false by default
 * @throws ArgumentError. The initializer throws ShapeError for fewer than two axes, or if the number of gates does not
 *   divide the last axis
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, recurrentInitializer: initializers.orthogonal({ perGate: true }) });
 * ```
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const where = 'initializers.orthogonal';
  const { gain, perGate } = readOptions(where, options, OPTIONS);
  return (given, random, context) => {
    const shape = requireInitializerArguments(where, given, random);
    const gates = perGate ? requireInteger(where, 'gates', context?.gates) : 1;
    const width = shape.at(-1) ?? 0;
    if (shape.length < 2 || width % gates !== 0) {
      const expected =
        shape.length < 2 ? 'have at least two axes' : `have a last axis that ${gates} gates divide evenly`;
      throw new ShapeError({ where, argument: 'shape', expected, received: `[${shape.join(', ')}]` });
    }
    const out = allocate(requireDType(where, 'dtype', context?.dtype ?? 'float64'), sizeOf(shape), where);
    if (out.length === 0) return out;
    const columns = width / gates;
    for (let block = 0; block < gates; block++) writeBlock(out, width, block * columns, columns, gain, random);
    return out;
  };
}
