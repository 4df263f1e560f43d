// The exams: network and training settings, the paper's results, and the targets.
import { Adam, MeanSquaredError, SoftmaxCrossEntropy } from 'bptt';
import { markAdding, markEmbeddedReber, markTemporalOrder } from './marks.mjs';
import { lstm, simpleRNN } from './nets.mjs';
import { drawAdding } from './tasks/adding.mjs';
import { drawEmbeddedReber } from './tasks/embedded-reber.mjs';
import { drawTemporalOrder } from './tasks/temporal-order.mjs';

const atMost = (limit) => (wrong) => wrong <= limit;
const moreThanHalf = (wrong, tested) => wrong > tested / 2;

const training = { optimizer: () => new Adam(), clip: { globalNorm: 1 } };
/** Settings shared by the tasks of 100 steps. */
const longLag = { ...training, batchSize: 8, rate: ({ spent }) => 1 - spent, tested: 2560, seeds: 10 };

const adding = {
  ...longLag,
  task: 'adding, T = 100',
  draw: drawAdding,
  mark: markAdding,
  loss: new MeanSquaredError(),
  learningRate: 7e-3,
  budget: 74_000,
  stop: { streak: 2000, meanError: 0.006 },
};

const temporalOrder = {
  ...longLag,
  task: 'temporal order, 6a',
  draw: drawTemporalOrder,
  mark: markTemporalOrder,
  loss: new SoftmaxCrossEntropy(),
  learningRate: 1e-2,
  budget: 31_390,
  stop: { streak: 12000, meanError: 0.005 },
};

/**
 * `succeeds` decides whether a seed succeeds, by its number of wrong test sequences. `requiredShare` is the share of
 * seeds that have to succeed. With `retest`, a network that fails is trained further and tested again.
 */
export const EXAMS = [
  {
    ...adding,
    name: 'adding',
    net: 'LSTM',
    model: lstm({ units: 8, inputs: 2, outputs: 1, bias: { forget: 5, input: -3 } }),
    success: 'at most 3 wrong',
    succeeds: atMost(3),
    requiredShare: 0.9,
    published: '74,000 sequences, 1 wrong',
  },
  {
    ...adding,
    name: 'adding-simple-rnn',
    net: 'SimpleRNN',
    model: simpleRNN({ units: 8, inputs: 2, outputs: 1 }),
    success: 'more than half wrong',
    succeeds: moreThanHalf,
    requiredShare: 1,
    published: 'none',
  },
  {
    ...temporalOrder,
    name: 'temporal-order',
    net: 'LSTM',
    model: lstm({ units: 8, inputs: 8, outputs: 4, bias: { forget: 5, input: -3 } }),
    success: 'at most 3 wrong',
    succeeds: atMost(3),
    requiredShare: 1,
    published: '31,390 sequences, 1 wrong',
  },
  {
    name: 'embedded-reber',
    task: 'embedded Reber grammar',
    net: 'LSTM',
    draw: drawEmbeddedReber,
    mark: markEmbeddedReber,
    model: lstm({ units: 16, inputs: 7, outputs: 7, returnSequences: true, bias: { forget: 3, input: -1 } }),
    ...training,
    loss: new SoftmaxCrossEntropy(),
    batchSize: 1,
    learningRate: 1e-2,
    rate: ({ streak }) => (1 - streak) ** 2,
    budget: 25_000,
    stop: { streak: 2500, meanError: Infinity },
    tested: 1000,
    retest: true,
    seeds: 30,
    success: 'none wrong',
    succeeds: atMost(0),
    requiredShare: 1,
    mostSequences: 8440,
    published: '8,440 sequences, 100 %',
  },
];
