// Trains a SimpleRNN to add up numbers, and draws its training and its gradient flow. Then trains an EncoderDecoder to
// reverse words, and draws its attention. Also draws learning rates, and a sweep over settings:
//
//   npm run example plots                       writes report/plots/*.svg and report/plots/index.html
//   node docs/examples/plots.mjs docs/plots     writes the figures of docs/plots.md, docs/learning-rates.md and docs/sweeps.md
import { mkdirSync, writeFileSync } from 'node:fs';
import {
  Adam,
  Attention,
  cosineDecay,
  cosineRestarts,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  inverseSquareRoot,
  LSTM,
  linearWarmup,
  MeanSquaredError,
  oneCycle,
  Random,
  randomNormal,
  rateRangeTest,
  Sequential,
  SimpleRNN,
  SoftmaxCrossEntropy,
  stepDecay,
  tensor,
} from 'bptt';
import { choice, haltonSampler, integer, medianPruner, parameterImportance, sweep, uniform } from 'bptt/fleet';
import { gradientFlow } from 'bptt/flow';
import {
  attentionMap,
  flowTriangle,
  gradientNorms,
  importancePlot,
  lossCurve,
  parallelCoordinates,
  rateRangePlot,
  report,
  schedulePlot,
  sweepHistory,
  sweepSlices,
} from 'bptt/plot';

const [T, units] = [20, 8];
const x = randomNormal([96, T, 1], { seed: 1 });
const y = tensor(x.toArray().map((row) => [row.reduce((sum, [value]) => sum + value, 0) / T]));

const model = new Sequential([new SimpleRNN({ units }), new Dense({ units: 1 })], { seed: 3 });
model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError(), clip: { globalNorm: 0.2 } });
const batches = [];
const history = await model.fit(x.lo(32), y.lo(32), {
  epochs: 10,
  batchSize: 8,
  validationData: [x.hi(32), y.hi(32)],
  callbacks: [{ onBatchEnd: (log) => void batches.push(log) }],
});

/** Gradient flow of the first validation sequence, with ‖∂h_t/∂h_i‖ of all pairs of steps. */
const flow = gradientFlow(model, x.hi(1), y.hi(1), { jacobians: 'triangle' });

/** Trains a net that writes words of six letters in reverse, and draws what it attends to while it reverses one. */
async function reversedWord(word) {
  const letters = 'abcdefghi';
  const random = new Random(1);
  const words = Array.from({ length: 320 }, () => Array.from({ length: 6 }, () => random.integer(letters.length)));
  const embedding = () => new Embedding({ inputDim: letters.length, outputDim: 8 });
  const gru = () => new GRU({ units: 32, returnSequences: true });
  const reverser = new EncoderDecoder({
    encoder: [embedding(), gru()],
    decoder: [embedding(), gru(), new Attention({ score: 'general' }), new Dense({ units: letters.length })],
    seed: 1,
  });
  const optimizer = new Adam({ learningRate: 0.02 });
  reverser.compile({ optimizer, loss: new SoftmaxCrossEntropy(), clip: { globalNorm: 1 } });
  await reverser.fit(tensor(words), tensor(words.map((each) => each.toReversed())), { epochs: 25 });

  const source = tensor([Array.from(word, (letter) => letters.indexOf(letter))]);
  const [[{ tokens, attention }]] = reverser.generate(source, { steps: word.length, attention: true });
  const target = tokens.map((token) => letters[token]).join('');
  return attentionMap(attention, { source: word, target, title: `Attention of a net that reverses “${word}”` });
}

const rates = {
  'step decay': stepDecay(0.01, { every: 250, factor: 0.5 }),
  'cosine with warm-up': linearWarmup(cosineDecay(0.01, { steps: 900 }), { steps: 100 }),
  'warm restarts': cosineRestarts(0.01, { steps: 200, cycleFactor: 2, peakFactor: 0.6 }),
  'one cycle': oneCycle(0.01, { steps: 1000 }),
  'inverse square root': inverseSquareRoot(0.01, { warmup: 100 }),
};

/** A range test of a net that learns means of ten numbers. */
async function rangeTest() {
  const numbers = randomNormal([256, 10, 1], { seed: 1 });
  const means = tensor(numbers.toArray().map((row) => [row.reduce((sum, [value]) => sum + value, 0) / 10]));
  const net = new Sequential([new GRU({ units: 16 }), new Dense({ units: 1 })], { seed: 1 }).build(1);
  net.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  return rateRangeTest(net, numbers, means, { from: 1e-5, to: 1 });
}

const space = {
  learningRate: uniform(1e-4, 1, { log: true }),
  units: integer(2, 32, { log: true }),
  cell: choice(['rnn', 'gru', 'lstm']),
  batchSize: integer(8, 32, { step: 8 }),
};

/** A sweep over settings of a net that adds up numbers. */
function settings() {
  const layers = { rnn: SimpleRNN, gru: GRU, lstm: LSTM };
  const objective = async ({ parameters: { learningRate, units, cell, batchSize }, report }) => {
    const net = new Sequential([new layers[cell]({ units }), new Dense({ units: 1 })], { seed: 1 });
    net.compile({ optimizer: new Adam({ learningRate }), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
    const reporter = { onEpochEnd: ({ epoch, validationLoss }) => report(epoch + 1, validationLoss) };
    const validationData = [x.hi(32), y.hi(32)];
    const { epochs } = await net.fit(x.lo(32), y.lo(32), {
      epochs: 6,
      batchSize,
      validationData,
      callbacks: [reporter],
    });
    return epochs.at(-1).validationLoss;
  };
  const pruner = medianPruner({ startupTrials: 10, warmupSteps: 2 });
  return sweep(space, objective, { sampler: haltonSampler(), pruner, trials: 60, seed: 1 });
}
const study = await settings();
const log = { yScale: 'log' };

const pictures = {
  loss: lossCurve(history, { batches, title: 'Mean squared error of a SimpleRNN that learns to add' }),
  'gradient-norms': gradientNorms(batches),
  'flow-triangle': flowTriangle(flow.layers[0]),
  schedules: schedulePlot(rates, { steps: 1000, title: 'Learning rates over 1000 steps' }),
  'rate-range': rateRangePlot(await rangeTest()),
  'attention-map': await reversedWord('abcdef'),
  'sweep-history': sweepHistory(study, log),
  'sweep-slices': sweepSlices(study, log),
  'parallel-coordinates': parallelCoordinates(study, log),
  importance: importancePlot(parameterImportance(study, { valueScale: 'log' })),
};

const [given = 'plots'] = process.argv.slice(2);
const folder = given === 'plots' ? 'report/plots' : given; // `npm run example` passes the name of the example
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(pictures)) writeFileSync(`${folder}/${name}.svg`, svg);
if (given === 'plots') writeFileSync(`${folder}/index.html`, report(history, flow, { batches, input: x.pick(0) }));
console.log(`${Object.keys(pictures).length} pictures in ${folder}`);

export const result = { pictures: Object.keys(pictures), loss: history.epochs.at(-1).loss };
