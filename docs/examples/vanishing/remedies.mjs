// Measures whether remedies help to learn a long dependency: to output the sign of the first of 40 inputs, where the
// others are noise.
import {
  Adam,
  Dense,
  GRU,
  initializers,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SimpleRNN,
  tensor,
} from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { biasOf, row, say, UNITS } from './measure.mjs';

const [T, B, BATCHES, STEPS] = [40, 16, 20, 200];
const SEEDS = [1, 2, 3];

/** Draws sequences and signs. */
function drawn(rows, seed) {
  const x = randomNormal([rows, T, 1], { sd: 0.3, seed });
  const signs = Array.from({ length: rows }, (_, b) => (b % 2 === 0 ? 1 : -1));
  for (const [b, sign] of signs.entries()) x.set(b, 0, 0, sign);
  return [x, tensor(signs.map((sign) => [sign]))];
}

const batches = Array.from({ length: BATCHES }, (_, k) => drawn(B, 100 + k));
const others = drawn(64, 99);

/** Trains a network. */
function trained({ layer, prepare = () => {}, rate = 0.01 }, seed) {
  const recurrent = layer();
  const model = new Sequential([recurrent, new Dense({ units: 1 })], { seed });
  model.compile({ optimizer: new Adam({ learningRate: rate }), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  model.build(1);
  prepare(recurrent);
  for (let k = 0; k < STEPS; k++) model.trainStep(...batches[k % BATCHES]);
  return model;
}

/** Loss on sequences not used for training. A network that always outputs 0 has a loss of 1. */
const lossOf = (net, seed) => trained(net, seed).evaluate(...others);

const radiusOf = (model) => gradientFlow(model, ...others, { spectrum: true }).layers[0].recurrent.spectralRadius;

const uniform = initializers.uniform({ low: -1 / Math.sqrt(UNITS), high: 1 / Math.sqrt(UNITS) });
const plain = { layer: () => new SimpleRNN({ units: UNITS, recurrentInitializer: uniform }) };
const lstm = (bias) => ({ layer: () => new LSTM({ units: UNITS }), prepare: biasOf('forget', bias) });
const gru = (bias) => ({ layer: () => new GRU({ units: UNITS }), prepare: biasOf('update', bias) });

const fast = { ...plain, rate: 0.03 };

/** The remedies: the network, and its settings without and with the remedy. */
const REMEDIES = [
  ['three times the learning rate', 'SimpleRNN, W_hh uniform in ±1/√H', plain, fast],
  ['W_hh orthogonal', 'SimpleRNN, W_hh uniform in ±1/√H', plain, { layer: () => new SimpleRNN({ units: UNITS }) }],
  ['forget bias 3', 'LSTM, forget bias 0', lstm(0), lstm(3)],
  ['update bias −3', 'GRU, update bias 0', gru(0), gru(-3)],
];

/** Returns one table row per remedy, with the losses without and with it. */
export function remedies() {
  const losses = (net) => SEEDS.map((seed) => say(lossOf(net, seed))).join(', ');
  const rows = REMEDIES.map(([name, net, without, having]) => row(name, net, losses(without), losses(having)));
  const radii = (net) => SEEDS.map((seed) => say(radiusOf(trained(net, seed)))).join(', ');
  const learned = `spectral radii of ${radii(plain)} after 200 steps, at three times the rate ${radii(fast)}`;
  return { figures: {}, claims: [...rows, learned] };
}
