// Trains a SimpleRNN to add up, and draws how that went and how far its gradients reach:
//
//   npm run example plots                       writes report/plots/*.svg and report/plots/index.html
//   node docs/examples/plots.mjs docs/plots     the pictures of docs/plots.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { Adam, Dense, MeanSquaredError, randomNormal, Sequential, SimpleRNN, tensor } from 'bptt';
import { flowTriangle, gradientNorms, lossCurve, report } from 'bptt/plot';

const [T, units] = [20, 8];
const x = randomNormal([96, T, 1], { seed: 1 });
const y = tensor(x.toArray().map((row) => [row.reduce((sum, [value]) => sum + value, 0) / T]));

const layer = new SimpleRNN({ units });
const model = new Sequential([layer, new Dense({ units: 1 })], { seed: 3 });
model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError(), clip: { globalNorm: 0.2 } });
const batches = [];
const history = await model.fit(x.lo(32), y.lo(32), {
  epochs: 10,
  batchSize: 8,
  validationData: [x.hi(32), y.hi(32)],
  callbacks: [{ onBatchEnd: (log) => void batches.push(log) }],
});

/** h_1 to h_T of the first sequence. */
function hiddenStates() {
  let state = layer.cell.zeroState(1);
  return x
    .pick(0)
    .toArray()
    .map((row) => {
      [, state] = layer.cell.step(tensor([row]), state);
      return [...state.h.copy().data];
    });
}

/** ‖∂h_t/∂h_i‖ = ‖∏ diag(1 − h_j²) W_hh‖ for all pairs of steps, by the power method. */
function jacobianNorms() {
  const W = layer.cell.gate('hidden').W.hi(units, units).toArray();
  const slopes = hiddenStates().map((h) => h.map((value) => 1 - value * value));
  const forth = (v, s) => W.map((row, k) => s[k] * row.reduce((sum, w, m) => sum + w * v[m], 0));
  const back = (v, s) => W.map((_, m) => W.reduce((sum, row, k) => sum + row[m] * s[k] * v[k], 0));
  const norm = (steps) => {
    let v = W.map((_, k) => 1 + k);
    for (let turn = 0; turn < 100; turn++) {
      v = [...steps].reverse().reduce(back, steps.reduce(forth, v));
      const length = Math.hypot(...v);
      v = v.map((value) => value / length);
    }
    return Math.hypot(...steps.reduce(forth, v));
  };
  const pairs = Array.from({ length: T + 1 }, (_, to) => Array.from({ length: to + 1 }, (__, from) => [from, to]));
  return pairs.flat().map(([from, to]) => ({ from, to, row: 0, norm: norm(slopes.slice(from, to)) }));
}

const pictures = {
  loss: lossCurve(history, { batches, title: 'Mean squared error of a SimpleRNN that learns to add' }),
  'gradient-norms': gradientNorms(batches),
  'flow-triangle': flowTriangle({ name: 'simpleRNN1', jacobians: { h: jacobianNorms() } }),
};

const [given = 'plots'] = process.argv.slice(2);
const folder = given === 'plots' ? 'report/plots' : given; // by its name, it was run as an example
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(pictures)) writeFileSync(`${folder}/${name}.svg`, svg);
if (given === 'plots') writeFileSync(`${folder}/index.html`, report(history, undefined, { batches }));
console.log(`${Object.keys(pictures).length} pictures in ${folder}`);

export const result = { pictures: Object.keys(pictures), loss: history.epochs.at(-1).loss };
