// Products with the Jacobian of a single step.

import type { Cell } from '../../cells/cell.ts';
import type { StepTangent, StepValues } from '../../cells/facts.ts';
import { StepBack } from './step-back.ts';
import { tangentOf } from './tangents.ts';

/** Products with J = ∂next/∂previous, [S·H, S·H], of single steps of a layer. */
export interface LayerProducts {
  /** S·H */
  readonly size: number;
  /** next = J·previous */
  forward(values: StepValues, previous: Float64Array, next: Float64Array): void;
  /** vector ← Jᵀ·vector */
  backward(values: StepValues, vector: Float64Array): void;
  /** J, row-major. */
  matrix(values: StepValues): Float64Array;
}

/**
 * Returns the products of a cell. Products with J use the cell's tangent, if it has one; otherwise J is built from
 * backward steps.
 */
export function layerProducts(cell: Cell): LayerProducts {
  const size = cell.states.length * cell.units;
  const tangent = tangentOf(cell);
  return tangent === undefined ? byMatrices(cell, size) : byTangents(cell, size, tangent);
}

function byTangents(cell: Cell, size: number, forward: StepTangent): LayerProducts {
  const back = new StepBack(cell, 1);
  const column = new Float64Array(size);
  const unit = new Float64Array(size);
  const matrix = (values: StepValues): Float64Array => {
    const J = new Float64Array(size * size);
    for (let c = 0; c < size; c++) {
      unit.fill(0)[c] = 1;
      forward(values, unit, column);
      for (let r = 0; r < size; r++) J[r * size + c] = column[r]!;
    }
    return J;
  };
  return { size, forward, backward: (values, vector) => back.run(values, vector), matrix };
}

function byMatrices(cell: Cell, size: number): LayerProducts {
  const back = new StepBack(cell, size);
  const matrix = (values: StepValues): Float64Array => {
    const J = new Float64Array(size * size); // row r: Jᵀ·(unit vector r)
    for (let r = 0; r < size; r++) J[r * size + r] = 1;
    back.run(values, J);
    return J;
  };
  const kept = keptFor(matrix); // each J is multiplied with many vectors
  return {
    size,
    matrix,
    forward: (values, previous, next) => {
      const J = kept(values);
      for (let r = 0; r < size; r++) {
        let sum = 0;
        for (let c = 0; c < size; c++) sum += J[r * size + c]! * previous[c]!;
        next[r] = sum;
      }
    },
    backward: (values, vector) => {
      const J = kept(values);
      const before = vector.slice();
      vector.fill(0);
      for (let r = 0; r < size; r++) {
        for (let c = 0; c < size; c++) vector[c]! += J[r * size + c]! * before[r]!;
      }
    },
  };
}

function keptFor(make: (values: StepValues) => Float64Array): (values: StepValues) => Float64Array {
  const kept = new WeakMap<StepValues, Float64Array>();
  return (values) => {
    const found = kept.get(values) ?? make(values);
    kept.set(values, found);
    return found;
  };
}
