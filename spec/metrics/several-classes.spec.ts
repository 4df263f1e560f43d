import { describe, expect, it, test } from '@jest/globals';
import {
  Accuracy,
  ArgumentError,
  BinaryCrossEntropy,
  ConfusionMatrix,
  Dense,
  F1,
  type Metric,
  Precision,
  Recall,
  randomNormal,
  Sequential,
  SGD,
  tensor,
} from '../../lib/index.ts';

const scores = tensor([
  [0.9, 0.8, 0.1],
  [0.2, 0.7, 0.3],
  [0.1, 0.2, 0.6],
]);
const sequence = tensor([scores.toArray() as number[][]]);
const METRICS: Record<string, () => Metric<unknown>> = {
  Accuracy: () => new Accuracy(),
  'Accuracy of the best two': () => new Accuracy({ topK: 2 }),
  F1: () => new F1(),
  Precision: () => new Precision(),
  Recall: () => new Recall(),
  ConfusionMatrix: () => new ConfusionMatrix(),
};

describe.each(Object.entries(METRICS))('%s of rows of several labels', (_, make) => {
  test.each([
    [
      'two classes',
      [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      '[1, 1, 0] at row 1',
    ],
    [
      'the last of two after a lower one',
      [
        [1, 0, 0],
        [0, 1, 1],
        [0, 0, 1],
      ],
      '[0, 1, 1] at row 1',
    ],
    [
      'no class',
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
      '[0, 0, 0] at row 2',
    ],
    [
      'NaN',
      [
        [1, 0, 0],
        [0, Number.NaN, 1],
        [0, 0, 1],
      ],
      '[0, NaN, 1] at row 1',
    ],
  ])('refuses %s, and adds nothing', (_name, rows, received) => {
    const metric = make();
    metric.add(scores, tensor([0, 1, 2]));
    const before = metric.result();
    expect(() => metric.add(scores, tensor(rows))).toThrow(ArgumentError);
    expect(() => metric.add(scores, tensor(rows))).toThrow(`received ${received}`);
    expect(() => metric.add(scores, tensor(rows))).toThrow('add each label by itself');
    expect(metric.result()).toEqual(before);
  });

  it('takes the highest of soft targets, and anything at masked steps', () => {
    const soft = tensor([
      [0.8, 0.1, 0.1],
      [0.2, 0.5, 0.3],
      [0.1, 0.1, 0.8],
    ]);
    expect(make().evaluate(scores, soft)).toEqual(make().evaluate(scores, tensor([0, 1, 2])));
    const sequences = tensor([
      [
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
      ],
    ]);
    const gap = { mask: tensor([[0, 1, 1]]) };
    const first = tensor([
      [
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ]);
    expect(make().evaluate(sequence, first, gap)).toEqual(make().evaluate(sequence, tensor([[0, 1, 2]]), gap));
    const masked = make().evaluate(sequence, sequences, { lengths: [2] });
    expect(masked).toEqual(make().evaluate(sequence, tensor([[0, 1, 2]]), { lengths: [2] }));
    expect(() => make().evaluate(sequence, sequences)).toThrow('[1, 1, 0] at row 0, step 2');
  });
});

describe('training with such targets', () => {
  const make = (): Sequential =>
    new Sequential([new Dense({ units: 3 })], { inputSize: 2 })
      .build()
      .compile({ optimizer: new SGD(), loss: new BinaryCrossEntropy() });
  const x = randomNormal([4, 2], { seed: 1 });
  const y = tensor([
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 1],
    [0, 0, 0],
  ]);
  const message = '"metrics.f1: target" must have one highest target in each row, that of its class; received';

  it('is refused by trainStep before the step', () => {
    const model = make();
    const before = model.toBytes();
    expect(() => model.trainStep(x, y, { metrics: { f1: new F1() } })).toThrow(message);
    expect(model.toBytes()).toEqual(before);
  });

  it('is refused by fit and evaluate', async () => {
    const model = make();
    await expect(model.fit(x, y, { metrics: { f1: new F1() }, batchSize: 4 })).rejects.toThrow(message);
    expect(() => model.evaluate(x, y, { metrics: { f1: new F1() } })).toThrow('must have one highest target');
  });

  it('fits a metric that gets each label by itself', () => {
    const labels = tensor([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    const f1 = new F1();
    for (let k = 0; k < 3; k++) f1.add(scores.lo(0, k).hi(3, 1), labels.lo(0, k).hi(3, 1));
    expect(f1.result()).toBeCloseTo(6 / 7, 12); // 3 right, 1 predicted in vain, none missed
  });
});
