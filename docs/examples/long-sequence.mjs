// Trains on one sequence of 100,000 steps with 128 units within 64 MB. A full tape would need 600 MB.
import { Adam, Dense, LSTM, MeanSquaredError, randomNormal, Sequential, zeros } from 'bptt';

const [T, BUDGET, UPDATES] = [100_000, 64e6, 3];

// The target y is a moving average of x over some hundred steps.
const x = randomNormal([1, T, 1], { seed: 1 });
const y = zeros([1, T, 1]);
for (let t = 1, mean = 0; t < T; t++) {
  mean += (10 * x.get(0, t, 0) - mean) / 200;
  y.set(0, t, 0, mean);
}

const model = new Sequential([new LSTM({ units: 128, returnSequences: true }), new Dense({ units: 1 })], {
  inputSize: 1,
});
model.compile({
  optimizer: new Adam({ learningRate: 0.003 }),
  loss: new MeanSquaredError(),
  clip: { globalNorm: 1 },
  checkpoint: { memory: BUDGET },
});
const { total, segment, snapshots, recomputed } = model.memory({ B: 1, T });
const before = process.resourceUsage().maxRSS;
console.log(
  `memory() reports ${(total / 1e6).toFixed(1)} MB: segments of ${segment} steps, ${snapshots} states kept, ${recomputed} steps recomputed`,
);

const losses = [];
for (let update = 0; update < UPDATES; update++) {
  const start = performance.now();
  losses.push(model.trainStep(x, y).loss);
  console.log(
    `update ${update + 1}: loss ${losses.at(-1).toFixed(4)}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}
const allocated = model.parameters.arena.data.byteLength;
const grown = (process.resourceUsage().maxRSS - before) * 1024;
console.log(
  `allocated: ${(allocated / 1e6).toFixed(1)} MB; the process grew by ${(grown / 1e6).toFixed(0)} MB at its peak`,
);

export const result = { total, allocated, grown, losses };
