import { expect } from '@jest/globals';
import { type DType, type Sequential, tensor } from '../../../lib/index.ts';
import { kerasExpected } from '../../support/keras-files.ts';

/** The largest difference of the outputs of a model from those in Keras' equations. */
export function differenceFrom(file: string, model: Sequential, dtype: DType): number {
  const { x, y } = kerasExpected(file);
  const [output, expected] = [model.predict(tensor(x as number[], { dtype })), tensor(y as number[], { dtype })];
  expect(output.shape).toEqual(expected.shape);
  return Math.max(...output.data.map((value, k) => Math.abs(value - expected.data[k]!)));
}
