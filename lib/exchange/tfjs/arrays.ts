// The arrays of a TensorFlow.js model, with quantized ones as TensorFlow.js computes them.

import { FormatError } from '../../errors.ts';
import { decodeElements } from '../elements.ts';
import type { ForeignArray, ForeignArrays, ForeignData } from '../foreign-array.ts';
import type { JsonObject } from '../keras-layers/config.ts';
import { shortName } from '../taker.ts';
import { entriesWithBytes, groupsOf, type TfjsWeights, type WeightEntry } from './manifest.ts';

const { round } = Math;

/** w = scale·n + min, rounded to float32, or to an integer. */
function dequantized({ dtype, quantization }: WeightEntry, data: ForeignData): ForeignData {
  const { scale, min } = quantization!;
  const values = dtype === 'int32' ? new Int32Array(data.length) : new Float32Array(data.length);
  for (let k = 0; k < data.length; k++) {
    const value = (data[k] as number) * scale + min;
    values[k] = dtype === 'int32' ? round(value) : value;
  }
  return values;
}

function arrayOf(where: string, entry: WeightEntry, bytes: Uint8Array): ForeignArray {
  const { name, shape, dtype, quantization } = entry;
  const data = decodeElements(bytes, quantization?.dtype ?? dtype, true, (expected, received) => {
    throw new FormatError({ where, argument: shortName(name), expected, received });
  });
  if (quantization === undefined || quantization.dtype === 'float16') return { shape, dtype, data };
  return { shape, dtype, data: dequantized(entry, data) };
}

/** The arrays of a model.json by name, without the state of an optimizer. */
export function arraysOf(where: string, model: JsonObject, weights: TfjsWeights): ForeignArrays {
  const arrays = new Map<string, ForeignArray>();
  for (const [entry, bytes] of entriesWithBytes(where, groupsOf(where, model), weights)) {
    if (entry.isOptimizer) continue;
    if (arrays.has(entry.name)) {
      const received = `${shortName(entry.name)} twice`;
      throw new FormatError({ where, argument: 'modelJson', expected: 'name each weight once', received });
    }
    arrays.set(entry.name, arrayOf(where, entry, bytes));
  }
  return arrays;
}
