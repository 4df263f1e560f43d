import type { Clipping } from '../../lib/clip/clip-gradients.ts';
import {
  clipByGlobalNorm,
  clipByValue,
  clipByValueBackward,
  clipGradients,
  globalNorm,
  Parameters,
  pNormClipping,
  type Tensor,
  zeros,
} from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { float64 } from '../support/compare.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op: 'clip_grad_norm_' | 'clip_grad_value_' | 'clamp';
  readonly list: string;
  readonly max_norm: number;
  readonly norm_type?: number;
  readonly total_norm: number;
  readonly clip_value: number;
  readonly clipped: readonly Tensor[];
  readonly raises?: string;
  readonly min: number;
  readonly max: number;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy: Tensor;
  readonly dx: Tensor;
}
interface File extends GoldenFile<Case> {
  readonly lists: Readonly<Record<string, readonly Tensor[]>>;
}

const leftOut = [
  { reason: 'error_if_nonfinite', when: (c: Case) => c.raises !== undefined, cases: 6 },
  {
    reason: "infinite norm, or one whose powers overflow: torch makes zeros, we make TensorFlow's NaN",
    when: (c: Case) => c.total_norm === Infinity,
    cases: 15,
  },
];
const covers =
  'clip_grad_norm_ (p = 1, 2, 3, ∞), clip_grad_value_, clamp and its gradient; zero, tiny, huge, infinite, NaN';

/** What `clipGradients` leaves of gradients that lie in parameters, and the norm it returns. */
function inParameters(list: readonly Tensor[], clipping: Clipping): { norm: number; clipped: Tensor[] } {
  const start = Object.fromEntries(list.map(({ shape }, k) => [`p${k}`, zeros(shape)]));
  const parameters = Parameters.of(start, { dtype: 'float64' });
  list.forEach((values, k) => {
    assign(parameters.get(`p${k}`).gradient, values);
  });
  const norm = clipGradients(parameters, clipping);
  return { norm, clipped: [...parameters].map(({ gradient }) => float64(gradient)) };
}

/**
 * torch scales by min(1, c / (norm + 1e-6)), we by c / max(norm, c) as TensorFlow does: what torch expects, times the
 * one factor over the other.
 */
function withoutEpsilon({ clipped, max_norm: c, total_norm: norm }: Case): Tensor[] {
  const ratio = c / Math.max(norm, c) / Math.min(1, c / (norm + 1e-6));
  return clipped.map((array) => {
    const values = float64(array);
    values.data.forEach((v, j) => {
      values.data[j] = v * ratio;
    });
    return values;
  });
}

describeGolden<Case, File>('torch/clip.json', { covers, run: 98, leftOut }, (each) => {
  each(
    (c, check, _dtype, { lists }) => {
      if (c.op === 'clamp') {
        check('y', clipByValue(c.x, c.min, c.max), c.y);
        check('dx', clipByValueBackward(c.dy, c.x, c.min, c.max), c.dx);
        return;
      }
      const list = lists[c.list]!;
      const expectList = (how: string, got: readonly Tensor[], expected: readonly Tensor[]): void =>
        list.forEach((_, k) => {
          check(`${how}: array ${k}`, got[k]!, expected[k]!);
        });
      if (c.op === 'clip_grad_value_') {
        const values = list.map((array) => clipByValue(array, -c.clip_value, c.clip_value));
        expectList('clipByValue', values, c.clipped);
        expectList('clipGradients', inParameters(list, { value: c.clip_value }).clipped, c.clipped);
        return;
      }
      const expected = withoutEpsilon(c);
      if (c.norm_type !== 2) {
        const clipping = pNormClipping(c.max_norm, { p: c.norm_type! });
        expectList('pNormClipping', inParameters(list, clipping).clipped, expected);
        return;
      }
      const [clipped, norm] = clipByGlobalNorm(list, c.max_norm);
      const gradients = inParameters(list, { globalNorm: c.max_norm });
      check('globalNorm', globalNorm(list), c.total_norm);
      check('norm of clipByGlobalNorm', norm, c.total_norm);
      check('norm of clipGradients', gradients.norm, c.total_norm);
      expectList('clipByGlobalNorm', clipped, expected);
      expectList('clipGradients', gradients.clipped, expected);
    },
    ['float64'],
  ); // the lists hold 1e103
});
