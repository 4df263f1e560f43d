// Trains a network whose gradients explode, without clipping and with clipping by global norm.
import { Dense, MeanSquaredError, randomNormal, Sequential, SGD, SimpleRNN, tensor } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { gradientNorms } from 'bptt/plot';
import { mean, row, say, scale, UNITS } from './measure.mjs';

const [T, B, STEPS, BATCHES] = [30, 32, 150, 20];
const NORM = 1.7;
const SEEDS = [1, 2, 3, 4, 5];

/** Sequences, and their sums scaled to a variance of 1. */
const batches = Array.from({ length: BATCHES }, (_, k) => {
  const x = randomNormal([B, T, 1], { sd: 0.3, seed: 7 + k });
  return [x, tensor(x.toArray().map((steps) => [steps.reduce((sum, [v]) => sum + v, 0) / (0.3 * Math.sqrt(T))]))];
});

/** Relu does not saturate, and about half of the units are active, so with this norm of W_hh gradients explode. */
function netOf(seed, { rate, clip }) {
  const layer = new SimpleRNN({ units: UNITS, activation: 'relu' });
  const model = new Sequential([layer, new Dense({ units: 1 })], { seed });
  const optimizer = new SGD({ learningRate: rate });
  model.compile({ optimizer, loss: new MeanSquaredError(), onNonFinite: 'off', ...(clip ? { clip } : {}) });
  model.build(1);
  scale(NORM)(layer);
  return model;
}

/** Logs of each training step. */
function trained(seed, way) {
  const model = netOf(seed, way);
  return Array.from({ length: STEPS }, (_, k) => model.trainStep(...batches[k % BATCHES]));
}

const WAYS = [
  { name: 'not clipped', rate: 0.01 },
  { name: 'not clipped', rate: 0.0005 },
  { name: 'clipped to global norm 1', rate: 0.01, clip: { globalNorm: 1 } },
];

/** Compares training with and without clipping, over several seeds. */
export function clipping() {
  const { verdicts, parameters } = gradientFlow(netOf(1, WAYS[0]), ...batches[0]);
  const { updateRatio } = parameters.find(({ name }) => name.endsWith('recurrentKernel'));
  const runs = WAYS.map((way) => ({ ...way, logs: SEEDS.map((seed) => trained(seed, way)) }));
  const rows = runs.map(({ name, rate, logs }) => {
    const losses = logs.map((log) => mean(log.slice(-BATCHES).map(({ loss }) => loss)));
    return row(name, rate, losses.map((loss) => say(loss)).join(', '));
  });
  const finite = ({ logs }) => logs.filter((log) => Number.isFinite(log.at(-1).loss)).length;
  const clipped = runs.at(-1).logs[0];
  const [first] = clipped;
  return {
    figures: {
      clipping: gradientNorms(
        clipped.map((log, step) => ({ step, ...log })),
        { title: 'Global norm of an exploding net’s gradients, clipped to 1' },
      ),
    },
    claims: [
      `W_hh starts as ${NORM} times an orthogonal`,
      ...rows,
      `“${verdicts[0].finding}”`,
      `${say(first.gradientNorm)} at the first step`,
      `${say(updateRatio)} times its norm`,
      `${finite(runs.at(-1))} of ${SEEDS.length} runs stay finite, without it ${finite(runs[0])}`,
    ],
  };
}
