// Writes docs/golden.md from what the golden specs measure: node spec/golden/table.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'golden-'));
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [...flags, jest, 'spec/golden'], {
  cwd: ROOT,
  env: { ...process.env, GOLDEN_TABLE: folder },
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);

const PEERS = ['torch', 'torch2', 'tfjs', 'keras', 'onnx', 'onnx2', 'onnxruntime', 'torch-onnx', 'optax', 'sklearn'];
const rank = ({ name }) => PEERS.indexOf(name.split('/')[0]);
const files = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
rmSync(folder, { recursive: true });

const figure = (error) => (error === undefined ? '–' : error === 0 ? '0' : error.toExponential(1));
const rows = files.map(({ name, origin, covers, run, total, leftOut, worst }) => {
  const peer = `${origin.peer} ${origin.version.replace(/^.*@([0-9a-f]{7}).*$/, 'at $1')}`;
  const left = leftOut.map(({ reason, cases }) => `${cases} ${reason}`).join('; ') || '–';
  return [name, peer, covers, `${run} of ${total}`, left, figure(worst.float64), figure(worst.float32)];
});
const head = ['file', 'peer', 'covers', 'cases run', 'cases not run', 'worst error float64', 'worst error float32'];
const line = (cells) => `| ${cells.join(' | ')} |`;
const all = files.reduce((sum, { run }) => sum + run, 0);

writeFileSync(
  join(ROOT, 'docs/golden.md'),
  `# Golden values

Golden values are outputs and gradients that other libraries computed. This page lists them and the errors of this library against
them: ${all} cases in float64, and in float32 where the table has a figure. An error is the largest |ours − theirs| of an array,
divided by the array's largest magnitude if that is above 1. The table shows the array with the largest error of each file. PyTorch
computed in float64. The others computed in float32, so both columns show their rounding, or the rounding of figures that were
printed with few digits. \`torch2\` is a newer version of PyTorch.

${line(head)}
${line(head.map(() => '---'))}
${rows.map(line).join('\n')}

\`spec/golden/\` has the specs and the files of PyTorch and TensorFlow.js. \`node spec/golden/table.mjs\` writes this page. Our
single bias is the sum of PyTorch's two biases. The update gates of PyTorch, Keras and ONNX weight the old state, ours the new candidate;
the specs negate the gate's weights, bias and gradients.

Five figures are larger than the rest:

- \`torch/rnn_basic.json\`: the derivative of a saturated unit, 1 − y², comes from a y within rounding of ±1. Weights of 40 show this
  in float32.
- \`tfjs/optim.json\`: TensorFlow.js keeps Adam's β₂ᵗ in float32, which makes its steps smaller by a share of 6.5e-6. With the same
  rounding, our error is 1.9e-7.
- \`torch2/activations2.json\`: PyTorch's derivative of its hard sigmoid is 1/6 rounded to float32.
- \`optax/optimizers.json\`: optax rounds the bias correction of Adam to float32 in the cases of a schedule and of several gradients.
- \`keras/\`: Keras' tests print losses and weights with four digits.

## Networks that others trained

The specs load the weights of these networks into layers of this library. A peer recorded the outputs, or plain arithmetic in float64
computes the equations of the network without code of this library. The errors are those of the outputs, in float32.

| network | licence | layers | compared with | covers | worst error |
| --- | --- | --- | --- | --- | --- |
| breizhn/DTLN, part 1: a noise suppressor | MIT | 2 LSTM(128), Dense | ONNX Runtime | 300 streamed frames; states passed in and out | 8.6e-7 |
| minimaxir/reactionrnn: reactions to a text | MIT | GRU(256) with hard sigmoids, Dense | plain arithmetic | 3 texts of 40 characters | 2.3e-6 |
| Kyubyong/g2p: phonemes of words | Apache-2.0 | encoder: Embedding, GRU(256) with reset after; decoder: Embedding, GRU(256), Dense | plain arithmetic | phonemes of 20 new words, one of them as published; logits of all steps | 8.3e-7 |
| ml5js/ml5-data-and-models: characters of Shakespeare | MIT | Embedding, 2 LSTM(128), Dense | plain arithmetic | 300 streamed characters, greedy and sampled; logits of all steps | 4.9e-7 |
`,
);
