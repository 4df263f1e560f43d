import { clipByValue, clipByValueBackward, globalNorm, type Tensor, tensor, zeros } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op?: string;
  readonly ord?: number | string;
  readonly min: number;
  readonly max: number;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy?: Tensor;
  readonly dx?: Tensor;
  readonly result?: { readonly throws: string };
}

const leftOut = [
  { reason: 'description of what tfjs lacks', when: (c: Case) => c.op === undefined, cases: 4 },
  { reason: 'constraints', when: (c: Case) => c.op!.startsWith('constraint'), cases: 7 },
  { reason: 'equal bounds: tfjs fills NaN in as well', when: (c: Case) => c.min === 2 && c.max === 2, cases: 1 },
  { reason: 'norms other than p = 2', when: (c: Case) => c.ord === 1 || c.ord === Infinity, cases: 2 },
];
const covers = 'clipByValue and its gradient, bounds in the wrong order, nothing to clip; norm';

describeGolden<Case>('tfjs/clip_constraints.json', { covers, run: 6, leftOut }, (each) => {
  each((c, check, dtype) => {
    if (c.result?.throws !== undefined) {
      check.refused(() => clipByValue(zeros([1]), c.min, c.max));
      return;
    }
    const x = tensor(c.x, { dtype });
    if (c.ord !== undefined) {
      check('norm', globalNorm([x]), c.y);
      return;
    }
    check('y', clipByValue(x, c.min, c.max), c.y);
    if (c.dx) check('dx', clipByValueBackward(tensor(c.dy!, { dtype }), x, c.min, c.max), c.dx);
  });
});
