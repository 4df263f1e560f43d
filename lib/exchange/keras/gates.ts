// Arrays of recurrent layers that other layers and versions of Keras lay out in another way, turned into those of today's
// LSTM and GRU. Source: preprocess_weights_for_loading of Keras 2.

import type { FloatArray } from '../../tensor/storage.ts';

type Three = readonly [kernel: FloatArray, recurrentKernel: FloatArray, bias: FloatArray];

/** A new array of the type of another one. */
function like(array: FloatArray, size: number): FloatArray {
  return new (array.constructor as new (size: number) => FloatArray)(size);
}

/**
 * The arrays of an LSTM or a GRU from those of a CuDNNLSTM or CuDNNGRU. The block of each gate holds the transposed matrix
 * in the shape of the matrix itself: an [H, I] in the memory of an [I, H]. Two biases of G·H follow each other.
 *
 * @param sums - whether the layer has one bias, the sum of both: in an LSTM
 */
export function fromCudnn([kernel, recurrentKernel, bias]: Three, H: number, G: number, sums: boolean): FloatArray[] {
  return [turned(kernel, H, G), turned(recurrentKernel, H, G), sums ? summed(bias) : bias];
}

/** Turns the block of each gate in [rows, G·H]: element (r, j) is number r + rows·j of the block. */
function turned(array: FloatArray, H: number, G: number): FloatArray {
  const N = G * H;
  const rows = array.length / N;
  const result = like(array, array.length);
  for (let g = 0; g < G; g++) {
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < H; j++) {
        const place = r + rows * j;
        result[r * N + g * H + j] = array[Math.floor(place / H) * N + g * H + (place % H)]!;
      }
    }
  }
  return result;
}

/** The sum of the two halves, rounded once. */
function summed(bias: FloatArray): FloatArray {
  const half = bias.length / 2;
  const result = like(bias, half);
  for (let j = 0; j < half; j++) result[j] = bias[j]! + bias[half + j]!;
  return result;
}

/** Keras 1: the gates in the order of its arrays, and today's order. */
export const KERAS_1_GATES: Readonly<Record<string, readonly [theirs: string, ours: string]>> = {
  LSTMCell: ['icfo', 'ifco'],
  GRUCell: ['zrh', 'zrh'],
};

/**
 * The three arrays of today from those of Keras 1, which has W, U and b of each gate: [I, H], [H, H], [H].
 *
 * @param order - the gates in the order of its arrays, and today's order
 */
export function fromKeras1(
  arrays: readonly FloatArray[],
  H: number,
  [theirs, ours]: readonly [string, string],
): FloatArray[] {
  return [0, 1, 2].map((k) => {
    const blocks = [...ours].map((gate) => arrays[3 * theirs.indexOf(gate) + k]!);
    const N = blocks.length * H;
    const result = like(blocks[0]!, blocks.length * blocks[0]!.length);
    blocks.forEach((block, g) => {
      for (let at = 0; at < block.length; at++) result[Math.floor(at / H) * N + g * H + (at % H)] = block[at]!;
    });
    return result;
  });
}
