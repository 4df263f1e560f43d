import { refuse, requireInstance, requireNumber, requireOptions } from '../checks.ts';
import { Parameters } from '../tensor/parameters.ts';
import { clipFactor, globalClipFactor, norm2 } from './norm.ts';

/** How to clip the gradients of a model: exactly one of the three. */
export type Clipping = ClipValue | ClipNorm | ClipGlobalNorm;

/** (C1) */
export interface ClipValue {
  /** Every entry goes to [−value, value]; above 0. */
  readonly value: number;
}

/** (C2) */
export interface ClipNorm {
  /** Largest norm of each parameter's gradient; above 0. */
  readonly norm: number;
}

/** (C4) */
export interface ClipGlobalNorm {
  /** Largest norm of all gradients together; above 0. */
  readonly globalNorm: number;
}

/** Refuses what is no clipping. */
export function requireClipping(where: string, argument: string, clipping: Clipping): Clipping {
  const kinds = ['value', 'norm', 'globalNorm'] as const;
  if (typeof clipping !== 'object' || clipping === null) {
    refuse(where, argument, 'be one of { value }, { norm }, { globalNorm }', clipping);
  }
  const [kind, ...others] = Object.keys(requireOptions(where, clipping, kinds, argument));
  if (kind === undefined || others.length > 0) {
    refuse(where, argument, 'hold exactly one of value, norm, globalNorm', Object.keys(clipping));
  }
  requireNumber(where, `${argument}.${kind}`, Object.values(clipping)[0], { min: 0, minOpen: true });
  return clipping;
}

/**
 * Global norm of the gradients, in float64.
 *
 * @param parameters - of a model, layer or cell
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2 }).build();
 * dense.parameters.get('kernel').gradient.set(1, 0, 3);
 * gradientNorm(dense.parameters); // 3
 * ```
 */
export function gradientNorm(parameters: Parameters): number {
  return normOfGradients(requireParameters('gradientNorm', parameters));
}

function normOfGradients(parameters: Parameters): number {
  return rangeNorm(parameters, parameters.gradientsAt, parameters.size);
}

function requireParameters(where: string, parameters: Parameters): Parameters {
  return requireInstance(where, 'parameters', parameters, Parameters, 'be the parameters of a model, layer or cell');
}

/**
 * Clips the gradients in their buffers, in place, between a backward pass and the optimizer's step.
 *
 * @param parameters - of a model, layer or cell
 * @param clipping - `{ value }` (C1), `{ norm }` (C2, each parameter by itself) or `{ globalNorm }` (C4)
 * @returns the global norm before clipping
 * @throws ArgumentError; the gradients stay as they were
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2 }).build();
 * dense.parameters.get('kernel').gradient.set(1, 0, 3);
 * clipGradients(dense.parameters, { globalNorm: 1 });    // 3
 * dense.parameters.get('kernel').gradient.get(1, 0);     // 1
 * ```
 */
export function clipGradients(parameters: Parameters, clipping: Clipping): number {
  const norm = normOfGradients(requireParameters('clipGradients', parameters));
  requireClipping('clipGradients', 'clipping', clipping);
  applyClipping(parameters, clipping, norm);
  return norm;
}

/** Clips gradients whose global norm is known. */
export function applyClipping(parameters: Parameters, clipping: Clipping, norm: number): void {
  const { arena, gradientsAt, size } = parameters;
  if ('value' in clipping) {
    arena.kernels.clamp(gradientsAt, -clipping.value, clipping.value, size);
  } else if ('globalNorm' in clipping) {
    scaleBy(parameters, gradientsAt, size, globalClipFactor(norm, clipping.globalNorm, arena.data));
  } else {
    for (const { gradientAt, size } of parameters) {
      const own = rangeNorm(parameters, gradientAt, size);
      scaleBy(parameters, gradientAt, size, clipFactor(own, clipping.norm, arena.data));
    }
  }
}

function scaleBy({ arena }: Parameters, at: number, size: number, factor: number): void {
  if (factor !== 1) arena.kernels.scale(at, factor, size);
}

/** Squares of float32 fit float64; those of float64 may not, and then the slower, scaled sum decides. */
function rangeNorm({ arena }: Parameters, at: number, size: number): number {
  const sum = arena.kernels.sumOfSquares(at, size);
  const safe = arena.dtype === 'float32' || (sum > 1e-280 && sum < Infinity);
  return safe ? Math.sqrt(sum) : norm2(arena.data.subarray(at, at + size));
}
