import { Parameters, Tensor, WeightAverage } from '../../lib/index.ts';
import { type Check, describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly after: readonly (readonly number[])[];
}

/** Our averages for those of the peers, by the name of the case. */
const DECAYS: Readonly<Record<string, number | ((t: number) => number)>> = {
  'ema_0.9': (t) => (t === 0 ? 0 : 0.9),
  'ema_0.5': (t) => (t === 0 ? 0 : 0.5),
  equal_average: (t) => t / (t + 1),
  'ema_0.9_debiased': 0.9,
  'ema_0.5_debiased': 0.5,
  'incremental_update_0.1': (t) => (t === 0 ? 0 : 0.9),
};

const array = (values: readonly number[]): Tensor => new Tensor({ data: Float64Array.from(values) }, [values.length]);

function checkAverages({ name, after }: Case, check: Check, weights: readonly (readonly number[])[]): void {
  const average = new WeightAverage({ decay: DECAYS[name]! });
  const parameters = Parameters.of({ w: array(weights[0]!) }, { dtype: 'float64' });
  after.forEach((expected, k) => {
    parameters.get('w').assign(array(weights[k]!));
    average.add(parameters);
    average.use(parameters, () => check(`average ${k}`, parameters.get('w').value, array(expected)));
  });
}

describeGolden<Case, GoldenFile<Case> & { readonly parameters: number[][] }>(
  'torch2/weight_average.json',
  { covers: 'averages of weights, exponential and equal', run: 3 },
  (each) => each((c, check, _dtype, { parameters }) => checkAverages(c, check, parameters), ['float64']),
);

describeGolden<Case, GoldenFile<Case> & { readonly values: number[][] }>(
  'optax/ema.json',
  {
    covers: 'ema with bias correction, incremental_update',
    run: 3,
    leftOut: [{ reason: 'without bias correction', when: ({ name }) => name.endsWith('_plain'), cases: 2 }],
  },
  (each) => each((c, check, _dtype, { values }) => checkAverages(c, check, values), ['float64']),
);
