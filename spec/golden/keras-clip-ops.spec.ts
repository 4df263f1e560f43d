import { expect } from '@jest/globals';
import {
  clipByAverageNorm,
  clipByGlobalNorm,
  clipByNorm,
  clipByNormBackward,
  clipByValue,
  clipByValueBackward,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import type { DType } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: string;
  readonly x: Tensor;
  readonly list: readonly (Tensor | null)[];
  readonly min: number | Tensor;
  readonly max: number | Tensor;
  readonly clip_norm: number;
  readonly axes?: readonly number[];
  readonly expected: Tensor | readonly (Tensor | null)[];
  readonly expected_norm: number;
  readonly raises?: string;
}

function ones({ size, shape }: Tensor, dtype: DType): Tensor {
  const values = tensor(new Float64Array(size).fill(1), { dtype });
  expect(values.shape).toEqual(shape);
  return values;
}

/** Every operation on one array. */
const OPERATIONS: Readonly<Record<string, (c: Case, x: Tensor, dtype: DType) => Tensor>> = {
  clip_by_value: (c, x) => clipByValue(x, c.min, c.max),
  'clip_by_value gradient': (c, x, dtype) => clipByValueBackward(ones(c.x, dtype), x, c.min, c.max),
  clip_by_norm: (c, x) => clipByNorm(x, c.clip_norm, c.axes === undefined ? {} : { axes: c.axes }),
  'clip_by_norm gradient': (c, x, dtype) => clipByNormBackward(ones(c.x, dtype), x, c.clip_norm),
  clip_by_average_norm: (c, x) => clipByAverageNorm(x, c.clip_norm),
};

const covers = "TensorFlow's own tests of clip_by_value, _norm, _global_norm, _average_norm and their gradients";

describeGolden<Case>('keras/tf_clip_ops.json', { covers, run: 29 }, (each) => {
  each((c, check, dtype) => {
    if (c.op === 'clip_by_global_norm') {
      const list = c.list.map((array) => array && tensor(array, { dtype }));
      const [clipped, norm] = clipByGlobalNorm(list, c.clip_norm);
      check('norm', norm, c.expected_norm);
      expect(clipped).toHaveLength(c.list.length);
      (c.expected as (Tensor | null)[]).forEach((expected, k) => {
        if (expected === null) expect(clipped[k]).toBeNull();
        else check(`array ${k}`, clipped[k]!, expected);
      });
      return;
    }
    const got = (): Tensor => OPERATIONS[c.op]!(c, tensor(c.x, { dtype }), dtype);
    if (c.raises === undefined) check('result', got(), c.expected as Tensor);
    else check.refused(got);
  });
});
