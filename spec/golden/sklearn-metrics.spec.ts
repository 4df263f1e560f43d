import {
  Accuracy,
  AUC,
  BitsPerCharacter,
  ConfusionMatrix,
  Coverage,
  F1,
  MAE,
  MAPE,
  MASE,
  Perplexity,
  Pinball,
  Precision,
  Recall,
  RMSE,
  SMAPE,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Averages {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

interface PerClass {
  readonly precision: Tensor;
  readonly recall: Tensor;
  readonly f1: Tensor;
}

interface Labels extends GoldenCase {
  readonly task: string;
  readonly classes: number;
  readonly y_true: Tensor;
  readonly y_pred: Tensor;
  readonly sample_weight?: Tensor;
  readonly expected: Record<string, unknown> & { readonly accuracy: number; readonly confusion_matrix: Tensor };
}

const column = (values: Tensor): Tensor =>
  tensor(
    Array.from(values.data, (v) => [v]),
    { dtype: 'float64' },
  );
const weightsOf = ({ sample_weight }: { readonly sample_weight?: Tensor }) =>
  sample_weight === undefined ? {} : { weights: sample_weight };

const METRICS = { precision: Precision, recall: Recall, f1: F1 } as const;
type Name = keyof typeof METRICS;

describeGolden<Labels>(
  'sklearn/metrics_labels.json',
  {
    covers:
      'Accuracy, ConfusionMatrix, Precision, Recall, F1: each class, macro, micro, weighted, 0/0 as 0 and 1, weights',
    run: 10,
    leftOut: [{ reason: 'several labels a row', when: (c) => c.task === 'multilabel', cases: 1 }],
  },
  (each) => {
    each(
      (c, check) => {
        const scores = zeros([c.y_pred.size, c.classes]);
        c.y_pred.data.forEach((k, i) => {
          scores.set(i, k, 1);
        });
        const options = weightsOf(c);
        check('accuracy', new Accuracy().evaluate(scores, c.y_true, options), c.expected.accuracy);
        check('counts', new ConfusionMatrix().evaluate(scores, c.y_true, options), c.expected.confusion_matrix);
        for (const name of Object.keys(METRICS) as Name[]) {
          for (const zeroDivision of [0, 1]) {
            const classes = c.expected[`per_class_zero_division_${zeroDivision}`] as PerClass | undefined;
            classes?.[name].data.forEach((value, label) => {
              const got = new METRICS[name]({ label, zeroDivision }).evaluate(scores, c.y_true, options);
              check(`${name} of ${label}, 0/0 = ${zeroDivision}`, got, value);
            });
            for (const average of ['macro', 'micro', 'weighted'] as const) {
              const key = `${average}_zero_division_${zeroDivision}`;
              if (!(key in c.expected)) continue;
              const got = new METRICS[name]({ average, zeroDivision }).evaluate(scores, c.y_true, options);
              check(`${average} ${name}`, got, (c.expected[key] as Averages)[name]);
            }
          }
        }
      },
      ['float64'],
    );
  },
);

interface Scores extends GoldenCase {
  readonly task: string;
  readonly y_true: Tensor;
  readonly scores?: Tensor;
  readonly probabilities?: Tensor;
  readonly sample_weight?: Tensor;
  readonly expected: Record<string, number> & { readonly roc_auc_per_class_ovr?: readonly number[] };
}

describeGolden<Scores>(
  'sklearn/metrics_scores.json',
  {
    covers: 'AUC with ties, weights and one against the rest, Accuracy of the k best, Perplexity, BitsPerCharacter',
    run: 10,
    leftOut: [{ reason: 'probabilities clipped', when: (c) => c.task === 'binary_probabilities', cases: 1 }],
  },
  (each) => {
    each(
      (c, check) => {
        const { expected } = c;
        if (c.scores !== undefined) {
          const got = new AUC().evaluate(column(c.scores), c.y_true, weightsOf(c));
          check('area', got, typeof expected.roc_auc === 'number' ? expected.roc_auc! : Number.NaN);
          return;
        }
        const p = c.probabilities!;
        for (const topK of [1, 2, 3]) {
          check('share', new Accuracy({ topK }).evaluate(p, c.y_true), expected[`top_${topK}`]!);
          const weighted = new Accuracy({ topK }).evaluate(p, c.y_true, weightsOf(c));
          check('weighted share', weighted, expected[`top_${topK}_weighted`]!);
        }
        const from = 'probabilities';
        check('perplexity', new Perplexity({ from }).evaluate(p, c.y_true), Math.exp(expected.log_loss!));
        const bits = new BitsPerCharacter({ from }).evaluate(p, c.y_true, weightsOf(c));
        check('bits', bits, expected.log_loss_weighted! / Math.LN2);
        expected.roc_auc_per_class_ovr!.forEach((area, k) => {
          const isClass = tensor(Array.from(c.y_true.data, (t) => Number(t === k)));
          check('one against the rest', new AUC().evaluate(column(p.pick(null, k).copy()), isClass), area);
        });
      },
      ['float64'],
    );
  },
);

interface Regression extends GoldenCase {
  readonly y_true: Tensor;
  readonly y_pred?: Tensor;
  readonly lower?: Tensor;
  readonly upper?: Tensor;
  readonly train?: Tensor;
  readonly season?: number;
  readonly sample_weight?: Tensor;
  readonly expected: Record<string, number>;
}

describeGolden<Regression>(
  'sklearn/metrics_regression.json',
  { covers: 'RMSE, MAE, MAPE, SMAPE, Pinball with weights; MASE, Coverage', run: 9 },
  (each) => {
    each(
      (c, check) => {
        const { expected } = c;
        const matrix = (t: Tensor): Tensor => (t.shape.length === 2 ? t : column(t));
        const truth = matrix(c.y_true);
        if (c.lower !== undefined) {
          const bounds = Array.from(c.lower.data, (low, k) => [low, c.upper!.data[k]!]);
          const coverage = new Coverage();
          check('coverage', coverage.evaluate(tensor(bounds, { dtype: 'float64' }), truth), expected.coverage!);
          check('width', coverage.width, expected.mean_width!);
          return;
        }
        const prediction = matrix(c.y_pred!);
        if (c.train !== undefined) {
          const mase = new MASE({ history: c.train, season: c.season! });
          check('scale', mase.scale, expected.naive_mae_of_train!);
          check('error', mase.evaluate(prediction, truth), expected.mase!);
          return;
        }
        const options = weightsOf(c);
        check('mae', new MAE().evaluate(prediction, truth, options), expected.mae!);
        check('mape', new MAPE().evaluate(prediction, truth, options), expected.mape!);
        check('mse', new RMSE().evaluate(prediction, truth, options) ** 2, expected.mse!);
        if (expected.smape !== undefined) {
          check('smape', new SMAPE().evaluate(prediction, truth), expected.smape);
        }
        for (const q of [0.1, 0.5, 0.9]) {
          const key = `pinball_${q}`;
          if (!(key in expected)) continue;
          check(key, new Pinball({ quantiles: [q] }).evaluate(prediction, truth, options), expected[key]!);
        }
      },
      ['float64'],
    );
  },
);
