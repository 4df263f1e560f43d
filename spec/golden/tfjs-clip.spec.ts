import {
  type Constraint,
  clipByValue,
  clipByValueBackward,
  constrainParameters,
  Dense,
  type DType,
  globalNorm,
  maxNorm,
  minMaxNorm,
  nonNegative,
  type Tensor,
  tensor,
  unitNorm,
  zeros,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly op?: string;
  readonly ord?: number | string;
  readonly min: number;
  readonly max: number;
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: number;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy?: Tensor;
  readonly dx?: Tensor;
  readonly result?: { readonly throws: string };
}

/** TensorFlow.js adds 1e-7 to norms before it divides by them. */
const CONSTRAINTS: Readonly<Record<string, (c: Case) => Constraint>> = {
  'constraint maxNorm': ({ maxValue, axis }) => maxNorm(maxValue, { axis }),
  'constraint minMaxNorm': ({ minValue, maxValue, rate, axis }) => minMaxNorm(minValue, maxValue, { rate, axis }),
  'constraint unitNorm': ({ axis }) => unitNorm({ axis }),
  'constraint nonNeg': nonNegative,
};

function constrained(kernelConstraint: Constraint, x: Tensor, dtype: DType): Tensor {
  const [inputSize, units] = x.shape as [number, number];
  const { parameters } = new Dense({ units, inputSize, useBias: false, kernelConstraint, dtype }).build();
  const kernel = parameters.get('kernel');
  kernel.assign(x);
  constrainParameters(parameters);
  return kernel.value.copy();
}

const leftOut = [
  { reason: 'description of what tfjs lacks', when: (c: Case) => c.op === undefined, cases: 4 },
  { reason: 'equal bounds: tfjs fills NaN in as well', when: (c: Case) => c.min === 2 && c.max === 2, cases: 1 },
  { reason: 'norms other than p = 2', when: (c: Case) => c.ord === 1 || c.ord === Infinity, cases: 2 },
];
const covers = 'clipByValue and its gradient, bounds in the wrong order, nothing to clip; norm; constraints';

describeGolden<Case>('tfjs/clip_constraints.json', { covers, run: 13, leftOut }, (each) => {
  each((c, check, dtype) => {
    if (c.result?.throws !== undefined) {
      check.refused(() => clipByValue(zeros([1]), c.min, c.max));
      return;
    }
    const x = tensor(c.x, { dtype });
    if (c.op!.startsWith('constraint')) {
      check('y', constrained(CONSTRAINTS[c.op!]!(c), x, dtype), c.y);
      return;
    }
    if (c.ord !== undefined) {
      check('norm', globalNorm([x]), c.y);
      return;
    }
    check('y', clipByValue(x, c.min, c.max), c.y);
    if (c.dx) check('dx', clipByValueBackward(tensor(c.dy!, { dtype }), x, c.min, c.max), c.dx);
  });
});
