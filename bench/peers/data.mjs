// Writes weights, inputs and gradients of a case to files that all engines read.
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
 * Reorders the columns of [rows, G·H] to another library's order of gates.
 *
 * @param {Float32Array} values - in our order
 * @param {number[]} order - entry k: the index of our block for the other's block k
 * @param {number[]} negated - our blocks to be negated: the update gate, whose z is 1 − z in other libraries
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

/** Transposes [rows, columns] to [columns, rows]. */
export function transposed(values, rows, columns) {
  return Float32Array.from({ length: values.length }, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
}

/** Converts [B, T, F] to [T, B, F]; with B and T exchanged, the reverse. */
export function timeMajor(values, B, T) {
  const F = values.length / (B * T);
  const out = new Float32Array(values.length);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) out.set(values.subarray((b * T + t) * F, (b * T + t + 1) * F), (t * B + b) * F);
  }
  return out;
}
