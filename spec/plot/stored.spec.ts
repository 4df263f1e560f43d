import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type FlowRecord, type GradientFlow, gradientFlow, recordFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type BatchLog,
  Dense,
  GRU,
  type History,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import {
  attentionMap,
  eigenvalues,
  flowTriangle,
  gateActivations,
  gradientNorms,
  histograms,
  lineChart,
  lossCurve,
  report,
  stateGradients,
} from '../../lib/plot/index.ts';

// What is drawn from JSON is what is drawn from the objects themselves.

interface Run {
  readonly history: History;
  readonly batches: readonly BatchLog[];
  readonly records: readonly FlowRecord[];
  readonly flow: GradientFlow;
}

const [N, T, I] = [12, 9, 2];
const x = randomNormal([N, T, I], { seed: 1 });
const y = zeros([N, 1]);
/** Data in which a number is NaN: all of its losses, norms and gates are. */
const holed = x.copy();
holed.set(5, 3, 1, Number.NaN);

async function train(inputs: Tensor, learningRate: number, validated: boolean): Promise<Run> {
  const layers = [
    new SimpleRNN({ units: 4, returnSequences: true, activation: 'relu' }),
    new LSTM({ units: 3, returnSequences: true }),
    new GRU({ units: 3 }),
    new Dense({ units: 1 }),
  ];
  const model = new Sequential(layers, { seed: 2 });
  const optimizer = learningRate < 1 ? new Adam({ learningRate }) : new SGD({ learningRate });
  model.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 }, onNonFinite: 'skip' });
  const batches: BatchLog[] = [];
  const recorder = recordFlow(model, { every: 2, jacobians: 'triangle' });
  const history = await model.fit(inputs, y, {
    epochs: 3,
    batchSize: 4,
    callbacks: [recorder, { onBatchEnd: (log) => void batches.push(log) }],
    ...(validated ? { validationData: [inputs, y] as const } : {}),
  });
  const flow = gradientFlow(model, inputs, y, { jacobians: 'triangle' });
  return { history, batches, records: recorder.records, flow };
}

/** Through JSON and back. */
function stored<V>(value: V): V {
  return JSON.parse(JSON.stringify(value)) as V;
}

const runs = new Map<string, Run>();
beforeAll(async () => {
  runs.set('a training', await train(x, 0.01, true));
  runs.set('a training without validation', await train(x, 0.01, false));
  runs.set('a training with NaN', await train(holed, 0.01, true));
});

const FIGURES: Readonly<Record<string, (run: Run, through: typeof stored) => string>> = {
  lossCurve: ({ history, batches }, through) => lossCurve(through(history), { batches: through(batches) }),
  gradientNorms: ({ batches }, through) => gradientNorms(through(batches)),
  'gradientNorms of epochs': ({ history }, through) => gradientNorms(through(history.epochs)),
  stateGradients: ({ flow }, through) => stateGradients(through(flow)),
  'stateGradients of c': ({ flow }, through) => stateGradients(through(flow), { state: 'c' }),
  flowTriangle: ({ flow }, through) => flowTriangle(through(flow.layers[0]!)),
  'flowTriangle of bounds': ({ flow }, through) => flowTriangle(through(flow.layers[0]!), { quantity: 'bound' }),
  'flowTriangle of c': ({ flow }, through) =>
    flowTriangle(through(flow).layers[1]!, { state: 'c', quantity: 'directPath' }),
  gateActivations: ({ flow }, through) => gateActivations(through(flow.layers[1]!), { input: through(x.pick(0)) }),
  'gateActivations, saturated': ({ flow }, through) =>
    gateActivations(through(flow).layers[2]!, { quantity: 'saturated' }),
  attentionMap: (_, through) =>
    attentionMap(
      through(
        tensor([
          [1, 0, 0],
          [0.25, 0.5, 0.25],
        ]),
      ),
    ),
  eigenvalues: ({ flow }, through) => eigenvalues(through(flow.layers[0]!)),
  histograms: ({ records }, through) => histograms(through(records), { parameter: 'lstm1.kernel' }),
  'report of a flow': ({ history, flow }, through) =>
    report(through(history), through(flow), { input: through(x.pick(1)) }),
  'report of records': ({ history, records, batches }, through) =>
    report(through(history), through(records), { batches: through(batches) }),
  'report of a history': ({ history }, through) => report(through(history)),
};

describe.each(['a training', 'a training without validation', 'a training with NaN'])('%s in JSON', (name) => {
  it.each(Object.keys(FIGURES))('draws the same: %s', (figure) => {
    const draw = FIGURES[figure]!;
    expect(draw(runs.get(name)!, stored)).toBe(draw(runs.get(name)!, (value) => value));
  });
});

describe('numbers that JSON has no word for', () => {
  it('the stored results contain such numbers', () => {
    const { history, flow } = stored(runs.get('a training with NaN')!);
    expect(history.epochs[0]!.validationLoss).toBe('NaN');
    expect(flow.loss).toBe('NaN');
    expect(JSON.stringify(runs.get('a training with NaN')!)).not.toContain('null');
    expect(JSON.stringify(runs.get('a training')!)).not.toContain('null');
    expect(JSON.stringify(runs.get('a training')!)).toContain('"Infinity"');
  });

  it.each(['loss', 'gradientNorm', 'layers', 'parameters', 'verdicts'] as const)(
    'are spelled in parts of a flow: %s',
    (part) => {
      const { flow } = runs.get('a training with NaN')!;
      expect(stored({ part: flow[part] }).part).toEqual(
        part === 'loss' || part === 'gradientNorm' ? null : stored(flow)[part],
      );
    },
  );

  it('lines read such numbers', () => {
    const points = (value: unknown) => [
      {
        name: 'a',
        points: [
          [0, 1],
          [1, value],
          [2, 3],
        ] as [number, number][],
      },
    ];
    expect(lineChart(points('Infinity'))).toBe(lineChart(points(Infinity)));
    expect(lineChart(points('NaN'))).toBe(lineChart(points(Number.NaN)));
  });
});

describe('results for people', () => {
  it('a history prints a row for each epoch', () => {
    const { history } = runs.get('a training')!;
    const lines = inspect(history).split('\n');
    expect(lines[0]).toBe('History of 3 epochs');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(
      /^ {2}epoch {2}0 {2}loss +[\d.]+ {2}validation loss +[\d.]+ {2}gradient norm +[\d.]+ {2}learning rate {2}0\.01 {2}skipped {2}0$/,
    );
    expect(String(runs.get('a training without validation')!.history)).not.toContain('validation');
  });

  it('a flow prints its layers and verdicts', () => {
    const { flow } = runs.get('a training')!;
    const lines = String(flow).split('\n');
    expect(lines[0]).toMatch(/^Gradient flow, loss [\d.e-]+, gradient norm [\d.e-]+, 11 parameters$/);
    expect(lines[1]).toMatch(
      /^ {2}simpleRNN1 {2}SimpleRNN {2}\[12, 9, 4\] {2}rate +[\d.]+ {2}horizon +([\d.]+|Infinity)$/,
    );
    expect(lines).toHaveLength(4 + Math.max(1, flow.verdicts.length));
    expect(inspect(flow)).toBe(String(flow));
  });
});
