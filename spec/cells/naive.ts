import type { Cell } from '../../lib/index.ts';
import { randomNormal } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';

export function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}

/** W·[h, x] + b of one gate for one row: the equations as they are printed, one unit at a time. */
export function affine(cell: Cell, gate: string, h: readonly number[], x: readonly number[]): number[] {
  const { W, b } = cell.gate(gate);
  const joined = [...h, ...x];
  return h.map((_, unit) =>
    joined.reduce((sum, value, k) => sum + W.get(unit, k) * value, b === undefined ? 0 : b.get(unit)),
  );
}

export function rowsOf(tensor: Tensor): number[][] {
  return tensor.toArray() as number[][];
}

/** Puts random numbers into all parameters, so that no bias stays zero. */
export function scatter(cell: Cell, seed: number): void {
  let stream = seed;
  for (const parameter of cell.parameters) {
    stream++;
    const { shape, dtype } = parameter.value;
    parameter.assign(randomNormal(shape, { sd: 0.7, seed: stream, dtype }));
  }
}
