// Weights, inputs and gradients of a case on disk, for every engine the same.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const fileOf = (folder, name) => path.join(folder, `${name}.f32`);

/** Writes arrays by name, row-major. */
export function writeArrays(folder, arrays) {
  for (const [name, values] of Object.entries(arrays)) writeFileSync(fileOf(folder, name), Float32Array.from(values));
}

export function readArray(folder, name) {
  const bytes = readFileSync(fileOf(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/**
 * Columns of [rows, G·H] by another library's order of gates.
 *
 * @param {Float32Array} values - in our order
 * @param {number[]} order - entry k: which of our blocks is the other's block k
 * @param {number[]} negated - blocks of ours that change their sign: the update gate, whose z is 1 − z elsewhere
 */
export function reorder(values, rows, H, order, negated = []) {
  const width = order.length * H;
  return Float32Array.from({ length: rows * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const ours = order[Math.floor(column / H)];
    const value = values[row * width + ours * H + (column % H)];
    return negated.includes(ours) ? -value : value;
  });
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values, rows, columns) {
  return Float32Array.from({ length: values.length }, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
}

/** [B, T, F] to [T, B, F], and back with B and T exchanged. */
export function timeMajor(values, B, T) {
  const F = values.length / (B * T);
  const out = new Float32Array(values.length);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) out.set(values.subarray((b * T + t) * F, (b * T + t + 1) * F), (t * B + b) * F);
  }
  return out;
}
