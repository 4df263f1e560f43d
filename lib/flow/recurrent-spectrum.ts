// The spectrum of W_hh.

import type { Cell } from '../cells/cell.ts';
import { Tensor } from '../tensor/tensor.ts';
import { simpleActivation } from './facts.ts';
import type { RecurrentSpectrum } from './gradient-flow.ts';
import { eigenvalues } from './jacobian/eigenvalues.ts';
import { singularValues } from './jacobian/singular-values.ts';
import { recurrentKernelOf } from './jacobian/tangents.ts';

/** Eigenvalues and singular values of W_hh, computed from its stored transpose, which has the same ones. */
export function recurrentSpectrum(cell: Cell): RecurrentSpectrum | undefined {
  if (simpleActivation(cell) === undefined) return undefined;
  const { units: H } = cell;
  const W = recurrentKernelOf(cell);
  const values = eigenvalues(W, H);
  const singular = singularValues(W, H);
  const [real, imaginary] = [values[0]!, values[1]!];
  return {
    eigenvalues: new Tensor({ data: values }, [H, 2]),
    spectralRadius: Math.sqrt(real * real + imaginary * imaginary),
    singularValues: new Tensor({ data: singular }, [H]),
    norm: singular[0]!,
  };
}
