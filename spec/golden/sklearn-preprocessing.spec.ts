import { MinMaxScaler, StandardScaler, type Tensor, tensor } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly scaler: string;
  readonly config: { with_mean?: boolean; with_std?: boolean; feature_range?: [number, number]; clip?: boolean };
  readonly x: Tensor;
  readonly new: Tensor;
  readonly sample_weight?: unknown;
  readonly blocks?: unknown;
  readonly expected: Readonly<Record<string, Tensor>>;
}

const leftOut = [
  { reason: 'other scalers', when: (c: Case) => !/^(Standard|MinMax)/.test(c.scaler), cases: 2 },
  { reason: 'sample weights', when: (c: Case) => c.sample_weight !== undefined, cases: 1 },
  { reason: 'several calls of fit that add up', when: (c: Case) => c.blocks !== undefined, cases: 3 },
];
const covers = 'StandardScaler and MinMaxScaler: constant features, NaN, one row, clipping, large offsets';

function numbersOf(c: Case): readonly [StandardScaler | MinMaxScaler, Record<string, readonly number[]>] {
  const { with_mean: withMean, with_std: withStd, feature_range: featureRange, clip } = c.config;
  const x = tensor(c.x, { dtype: 'float64' });
  if (c.scaler === 'StandardScaler') {
    const scaler = new StandardScaler({ withMean: withMean!, withStd: withStd! }).fit(x);
    const { mean, variance, scale } = scaler;
    return [scaler, { mean, var: variance, scale }];
  }
  const scaler = new MinMaxScaler({ featureRange: featureRange!, clip: clip! }).fit(x);
  return [scaler, { data_min: scaler.dataMin, data_max: scaler.dataMax, scale: scaler.scale }];
}

describeGolden<Case>('sklearn/preprocessing.json', { covers, run: 16, leftOut }, (each) => {
  each(
    (c, check) => {
      const [scaler, numbers] = numbersOf(c);
      for (const [name, list] of Object.entries(numbers)) {
        if (c.expected[name]) check(name, list, Array.from(c.expected[name]!.data));
      }
      const transformed = scaler.transform(tensor(c.x, { dtype: 'float64' }));
      check('transformed', transformed, c.expected.transformed!);
      check('new_transformed', scaler.transform(c.new), c.expected.new_transformed!);
      check('inverse_of_transformed', scaler.inverseTransform(transformed), c.expected.inverse_of_transformed!);
    },
    ['float64'],
  );
});
