// `bptt gradcheck`: every gradient of a saved model.

import { Sequential } from '../model/sequential.ts';
import { Random } from '../random/random.ts';
import { randomNormal } from '../random/random-tensors.ts';
import { zeros } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradcheck } from '../verify/gradcheck.ts';
import { readContent } from './formats.ts';
import { CommandError, type Io } from './io.ts';

interface Options {
  readonly batch: number;
  readonly steps: number;
  readonly entries: number;
  readonly tolerance: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Random inputs: features, or indices. */
function inputsOf(model: Sequential, { batch, steps, seed }: Options): Tensor {
  const { indexCount, inputSize } = model;
  if (indexCount === 0) return randomNormal([batch, steps, inputSize!], { seed, dtype: 'float64' });
  const x = zeros([batch, steps], { dtype: 'float64' });
  const random = new Random(seed);
  for (let i = 0; i < x.data.length; i++) x.data[i] = random.integer(indexCount);
  return x;
}

/** Checks the gradients of the model in a file; the exit code is 1 if one is wrong. */
export async function gradcheckFile(io: Io, file: string, options: Options): Promise<number> {
  const { model } = await readContent(file);
  if (model === undefined) throw new CommandError(`${file}: it has no model, so there are no gradients`);
  if (!(model instanceof Sequential)) {
    throw new CommandError(`${file}: gradients of a Sequential are checked, and not those of ${model.kind}`);
  }
  if (model.stateful) {
    throw new CommandError(`${file}: a stateful model gives other outputs at each pass; build it without stateful`);
  }
  const { entries: maxEntries, tolerance, seed } = options;
  const double = model.astype('float64');
  const report = gradcheck(double, { x: inputsOf(double, options), maxEntries, tolerance, seed });
  io.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${report}\n`);
  return report.passed ? 0 : 1;
}
