// Trains a SimpleRNN to add up numbers, and draws its training and its gradient flow:
//
//   npm run example plots                       writes report/plots/*.svg and report/plots/index.html
//   node docs/examples/plots.mjs docs/plots     writes the figures of docs/plots.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { Adam, Dense, MeanSquaredError, randomNormal, Sequential, SimpleRNN, tensor } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { flowTriangle, gradientNorms, lossCurve, report } from 'bptt/plot';

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

const pictures = {
  loss: lossCurve(history, { batches, title: 'Mean squared error of a SimpleRNN that learns to add' }),
  'gradient-norms': gradientNorms(batches),
  'flow-triangle': flowTriangle(flow.layers[0]),
};

const [given = 'plots'] = process.argv.slice(2);
const folder = given === 'plots' ? 'report/plots' : given; // `npm run example` passes the name of the example
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(pictures)) writeFileSync(`${folder}/${name}.svg`, svg);
if (given === 'plots') writeFileSync(`${folder}/index.html`, report(history, flow, { batches, input: x.pick(0) }));
console.log(`${Object.keys(pictures).length} pictures in ${folder}`);

export const result = { pictures: Object.keys(pictures), loss: history.epochs.at(-1).loss };
