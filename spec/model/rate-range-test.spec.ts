import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  cosineDecay,
  Dense,
  Dropout,
  Embedding,
  GRU,
  MeanSquaredError,
  NAdam,
  type Optimizer,
  type RateRangePoint,
  randomNormal,
  rateRangeTest,
  Sequential,
  SGD,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { rateRangePlot } from '../../lib/plot/index.ts';
import { all, groups, read, runsOf } from '../support/svg.ts';

const [x, y] = [randomNormal([40, 4, 2], { seed: 1 }), randomNormal([40, 1], { seed: 2 })];

const schedule = cosineDecay(0.1, { steps: 50 });

function make(optimizer: Optimizer, trainedSteps = 0): Sequential {
  const layers = [new GRU({ units: 4, dropout: 0.2 }), new Dropout({ rate: 0.1 }), new Dense({ units: 1 })];
  const model = new Sequential(layers, { seed: 3 }).build(2);
  model.compile({ optimizer, loss: new MeanSquaredError() });
  for (let k = 0; k < trainedSteps; k++) model.trainStep(x, y);
  return model;
}

describe('rateRangeTest', () => {
  it('trains with rates that rise by one factor, from the first to the last', async () => {
    const { points, diverged } = await rateRangeTest(make(new SGD()), x, y, { from: 1e-4, to: 1e-1, steps: 31 });
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 31 }, (_, k) => k));
    points.forEach(({ learningRate }, k) => {
      expect(learningRate / (1e-4 * 1000 ** (k / 30))).toBeCloseTo(1, 12);
    });
    expect([points[0]!.learningRate, diverged]).toEqual([1e-4, false]);
    const own = make(new SGD());
    const losses: number[] = [];
    await own.fit(x, y, {
      epochs: 20,
      callbacks: [
        {
          onBatchBegin: ({ step }, { optimizer }) => {
            optimizer.learningRate = points[step]?.learningRate ?? 0;
          },
          onBatchEnd: ({ loss }) => void losses.push(loss),
        },
      ],
    });
    expect(points.map(({ loss }) => loss)).toEqual(losses.slice(0, 31));
  });

  it('smooths the losses, and suggests a tenth of the rate of the lowest', async () => {
    const { points, suggestion } = await rateRangeTest(make(new Adam()), x, y, { steps: 40, to: 0.1 });
    let [mean, weight] = [0, 0];
    for (const { loss, smoothed } of points) {
      [mean, weight] = [0.9 * mean + 0.1 * loss, 0.9 * weight + 0.1];
      expect(smoothed).toBeCloseTo(mean / weight, 9);
    }
    const lowest = points.reduce((a, b) => (b.smoothed < a.smoothed ? b : a));
    expect(suggestion).toBe(lowest.learningRate / 10);
    expect(lowest.step).toBeGreaterThan(0);
    const rising = await rateRangeTest(make(new SGD()), x, y, { from: 1e3, to: 1e4, steps: 3 });
    expect(rising.suggestion).toBeUndefined();
  });

  it('ends when the loss diverges, and when it is not finite', async () => {
    const { points, diverged } = await rateRangeTest(make(new SGD()), x, y, { to: 1e6, steps: 60 });
    expect([diverged, points.length < 60]).toEqual([true, true]);
    for (const onNonFinite of ['throw', 'skip', 'off'] as const) {
      const model = make(new SGD());
      const bytes = model.toBytes();
      model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite });
      const bad = x.copy();
      bad.set(0, 0, 0, Number.NaN);
      const range = await rateRangeTest(model, bad, y, { batchSize: 5 });
      expect([range.diverged, range.points.length < 9]).toEqual([true, true]);
      expect(model.toBytes()).toEqual(bytes);
      expect(model.skippedSteps).toEqual({ consecutive: 0, total: 0 });
    }
  });

  it.each([
    ['Adam, new', () => new Adam({ learningRate: schedule }), 0],
    ['Adam, in use', () => new Adam({ learningRate: schedule }), 5],
    ['momentum with decay', () => new SGD({ momentum: 0.9, weightDecay: 0.1 }), 5],
    ['NAdam with a frozen layer', () => new NAdam({ groups: [{ parameters: 'gru1', frozen: true }] }), 5],
  ])('leaves the model as it was: %s', async (_, optimizer, trainedSteps) => {
    const [model, twin] = [make(optimizer(), trainedSteps), make(optimizer(), trainedSteps)];
    const memory = model.memory({ B: 4, T: 4 });
    await rateRangeTest(model, x, y, { steps: 20, to: 10 });
    expect(model).toEqual(twin); // parameters, gradients, optimizer, epoch
    expect(model.trainingStep).toBe(twin.trainingStep);
    expect(model.memory({ B: 4, T: 4 }).optimizer).toBe(memory.optimizer);
    await model.fit(x, y, { epochs: 2, batchSize: 7 });
    await twin.fit(x, y, { epochs: 2, batchSize: 7 });
    expect(model).toEqual(twin);
    expect(model.toBytes()).toEqual(twin.toBytes());
  });

  it('restores the rows of a table too', async () => {
    const made = (): Sequential => {
      const model = new Sequential([new Embedding({ inputDim: 9, outputDim: 3 }), new GRU({ units: 2 })], { seed: 1 });
      model.build(1).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
      model.trainStep(tensor([[1, 2]]), tensor([[1, 2]]));
      return model;
    };
    const [model, twin] = [made(), made()];
    await rateRangeTest(
      model,
      tensor([
        [3, 4],
        [5, 1],
      ]),
      tensor([
        [1, 2],
        [0, 1],
      ]),
      { steps: 5 },
    );
    expect(model).toEqual(twin);
  });

  it('refuses what it cannot leave as it was', async () => {
    const net = new Sequential([new Dense({ units: 1 })]);
    net.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    await expect(rateRangeTest(net, x, y)).rejects.toThrow('must follow build');
    const stateful = new Sequential([new GRU({ units: 1, stateful: true })]).build(2);
    stateful.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    await expect(rateRangeTest(stateful, x, y)).rejects.toThrow('without kept state');
    const model = make(new SGD());
    const bytes = model.toBytes();
    const wrong: Tensor = randomNormal([40, 2]);
    await expect(rateRangeTest(model, x, wrong)).rejects.toThrow();
    expect(model.toBytes()).toEqual(bytes);
  });
});

describe('rateRangePlot', () => {
  const points = [1e-3, 1e-2, 1e-1].map(
    (learningRate, step): RateRangePoint => ({ step, learningRate, loss: step, smoothed: 2 - step }),
  );

  it('draws losses by the logarithm of the rate, and names the suggestion', () => {
    const svg = rateRangePlot({ points, suggestion: 0.01, diverged: false });
    const drawn = read(svg);
    const [first, second] = groups(drawn, 'line').map(({ children }) => runsOf(children[0]!)[0]!);
    expect(first!.map(([x]) => x)[1]).toBeCloseTo((first![0]![0] + first![2]![0]) / 2, 1);
    expect([first![0]![1] > first![2]![1], second![0]![1] < second![2]![1]]).toEqual([true, true]);
    expect(all(drawn, (e) => e.attributes.class === 'legend').map((e) => e.text.trim())).toEqual([
      'each step',
      'smoothed',
      'suggested rate',
    ]);
    expect(svg).toContain('Suggested rate, a tenth of that of the lowest loss: 0.01');
    expect(rateRangePlot({ points, suggestion: undefined, diverged: true })).toContain('The loss never falls.');
  });
});
