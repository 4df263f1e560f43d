// How many training steps gradientFlow costs without Jacobians: medians of ratios of processor time, taken in turn within
// one run, so that what else the machine does hits both alike.
import { Adam, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SimpleRNN } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { MIDDLE, SMALL } from './recurrent.mjs';

const ROUNDS = 15;
const SLICE_MS = 60;

function cpuOf(run, times) {
  const { user, system } = process.cpuUsage();
  for (let k = 0; k < times; k++) run();
  const now = process.cpuUsage();
  return (now.user + now.system - user - system) / 1e3 / times;
}

function ratioOf(Layer, { B, T, I, H }) {
  const model = new Sequential([new Layer({ units: H }), new Dense({ units: 1 })]);
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, 1], { seed: 2 })];
  const [step, flow] = [() => model.trainStep(x, y), () => gradientFlow(model, x, y)];
  const times = Math.ceil(SLICE_MS / Math.max(cpuOf(step, 20), 1e-3));
  cpuOf(flow, 2 * times); // compiled before it counts
  const ratios = Array.from({ length: ROUNDS }, () => {
    const before = cpuOf(step, times);
    return cpuOf(flow, times) / before;
  });
  return ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

for (const shape of [{ B: 1, T: 100, I: 16, H: 32 }, SMALL, { B: 8, T: 40, I: 64, H: 64 }, MIDDLE]) {
  for (const Layer of [LSTM, GRU, SimpleRNN]) {
    const sizes = Object.entries(shape).flat().join(' ');
    console.log(`${Layer.name} ${sizes}: gradientFlow takes ${ratioOf(Layer, shape).toFixed(2)} training steps`);
  }
}
