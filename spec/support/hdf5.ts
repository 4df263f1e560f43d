// Reads arrays from an HDF5 file.

import { readFileSync } from 'node:fs';
// @ts-expect-error: the package has no types
import { File } from 'jsfive';
import { Tensor } from '../../lib/tensor/tensor.ts';

interface Dataset {
  readonly shape: readonly number[];
  readonly value: readonly number[];
}

/** Returns a function that reads an array by its path in the file, in float64. */
export function openHdf5(path: URL): (name: string) => Tensor {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const file = new File(buffer.slice(byteOffset, byteOffset + byteLength)) as { get(name: string): Dataset };
  return (name) => {
    const { shape, value } = file.get(name);
    return new Tensor({ data: Float64Array.from(value) }, [...shape]);
  };
}
