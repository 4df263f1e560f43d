// Small matrices as arrays of rows, and tensors of them.
import { randomNormal, tensor } from 'bptt';

export const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, v, k) => sum + v * vector[k], 0));
export const timesTransposed = (matrix, vector) =>
  matrix[0].map((_, k) => matrix.reduce((sum, row, j) => sum + row[k] * vector[j], 0));
export const plus = (...vectors) => vectors[0].map((_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0));
export const product = (a, b) => a.map((v, k) => v * b[k]);
export const zerosLike = (value) => (Array.isArray(value) ? value.map(zerosLike) : 0);

/** matrix += column·rowᵀ */
export function addOuter(matrix, column, row) {
  for (const [j, v] of column.entries()) for (const [k, w] of row.entries()) matrix[j][k] += v * w;
}

/** vector += other */
export function addTo(vector, other) {
  for (const [k, v] of other.entries()) vector[k] += v;
}

/** Normal random numbers, float64. */
export const random = (shape, seed) => randomNormal(shape, { sd: 0.7, seed, dtype: 'float64' });

/** Arrays of all tensors by their names, or tensors of all arrays. */
export const toArrays = (tensors) => mapped(tensors, (value) => value.toArray());
export const toTensors = (arrays) => mapped(arrays, (value) => tensor(value, { dtype: 'float64' }));

function mapped(record, how) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, how(value)]));
}
