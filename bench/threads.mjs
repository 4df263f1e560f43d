// npm run bench:threads: a training step of an LSTM on one thread and on several, in wall time.
//   npm run bench:threads -- --threads 2,8,auto   numbers of threads; default 2 and 'auto'
//   npm run bench:threads -- --shapes middle      some of the shapes
//   npm run bench:threads -- --rounds 31          default 21
// Rounds are interleaved, and the ratio is the median over rounds. After the last step all models have the same bits.
import '../scripts/vectors.mjs'; // before anything computes
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Adam, backend, LSTM, MeanSquaredError, randomNormal, Sequential } from '../dist/index.js';
import { LARGE, MIDDLE, SMALL } from './recurrent.mjs';

const SHAPES = {
  tiny: { B: 1, T: 100, I: 16, H: 32 },
  small: SMALL,
  eight: { B: 8, T: 40, I: 64, H: 64 },
  middle: MIDDLE,
  large: LARGE,
};

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2,auto' },
    shapes: { type: 'string', default: Object.keys(SHAPES).join() },
    rounds: { type: 'string', default: '21' },
    narrow: { type: 'boolean' },
  },
});
const counts = [1, ...values.threads.split(',').map((count) => (count === 'auto' ? count : Number(count)))];
const rounds = Number(values.rounds);

/** Least milliseconds of a sample. */
const SLICE = 60;

const least = (numbers) => numbers.toSorted((a, b) => a - b)[0];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds of a step, over several. */
function timeOf(contestant, steps) {
  const began = performance.now();
  for (let k = 0; k < steps; k++) contestant.step();
  return (performance.now() - began) / steps;
}

async function contest({ B, T, I, H }) {
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, T, H], { seed: 2 })];
  const contestants = counts.map((threads) => {
    const model = new Sequential([new LSTM({ units: H, returnSequences: true })], { seed: 3, threads });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
    return { threads, model, times: [], step: () => model.trainStep(x, y) };
  });
  for (const contestant of contestants) contestant.step(); // starts the workers
  await setTimeout(200);
  const steps = Math.max(1, Math.ceil(SLICE / least(contestants.map((each) => timeOf(each, 5)))));
  for (let round = 0; round < rounds + 2; round++) for (const each of contestants) each.times.push(timeOf(each, steps));
  const bytes = contestants.map(({ model }) => Buffer.from(model.toBytes()));
  if (bytes.some((each) => !each.equals(bytes[0]))) throw new Error('the bits differ');
  return contestants.map(({ threads, times }) => ({ threads, times: times.slice(2) })); // the first two warm up
}

const { name, threads } = backend();
console.log(
  `${process.version}, ${name}, ${threads} processors; ms of a step, and how many times as fast as one thread`,
);
for (const key of values.shapes.split(',')) {
  const shape = SHAPES[key];
  const [one, ...others] = await contest(shape);
  console.log(`${key}: ${Object.entries(shape).flat().join(' ')}: one thread ${median(one.times).toFixed(3)}`);
  for (const { threads: count, times } of others) {
    const ratio = median(times.map((time, k) => one.times[k] / time));
    const best = least(one.times) / least(times);
    console.log(`  ${count}: ${median(times).toFixed(3)}, ${ratio.toFixed(2)} (best against best ${best.toFixed(2)})`);
  }
}
