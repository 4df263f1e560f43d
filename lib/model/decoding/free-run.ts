// Free running: a decoder that reads what it wrote.

import { zerosOf } from '../../engine/sequence-buffer.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { DecoderSteps } from './decoder-steps.ts';

/** Writes `steps` time steps of features, [rows, steps, F], of which each is the input of the next. */
export function freeRunFrom(where: string, decoder: DecoderSteps, start: readonly number[], steps: number): Tensor {
  const { rows: B, outputSize: F } = decoder;
  const outputs = zerosOf({ B, T: steps, F }, decoder.dtype, where, 'steps');
  const input = new Float64Array(B * F);
  const rows = Int32Array.from({ length: B }, (_, row) => row);
  for (const row of rows) input.set(start, row * F);
  for (let t = 0; t < steps; t++) {
    if (t > 0) decoder.follow(rows);
    decoder.next(input);
    for (const row of rows) {
      const output = decoder.output(row);
      input.set(output, row * F);
      outputs.data.set(output, (row * steps + t) * F);
    }
  }
  return outputs;
}
