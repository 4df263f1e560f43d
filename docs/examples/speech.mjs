// Reads phones from synthetic speech with a convolution and GRUs in both directions, which `CTCLoss` trains on labels without
// their times. Reports the label error rate on 400 held-out utterances beside two baselines that know all times, and fails if
// it is above 10 %.
//
//   npm run example speech                        takes less than a minute; writes report/speech/*.svg
//   npm run example speech -- --rehearse          holds out other utterances, to choose the settings
//   npm run example speech -- --out docs/speech   writes the pictures of docs/speech.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { softmax } from 'bptt';
import { aligned } from './shared/aligned.mjs';
import { BASELINES } from './speech/baselines.mjs';
import { arrays, makeUtterances, repeats, scaleOf } from './speech/data.mjs';
import { errorsOf } from './speech/errors.mjs';
import { buildModel, readWith, SETTINGS, train } from './speech/model.mjs';
import { errorChart, utterancePicture } from './speech/pictures.mjs';

/** The example fails above this label error rate. */
const MOST = 0.1;

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/speech' } },
});
const parts = makeUtterances({ rehearse: options.rehearse });
const { trained, heldOut } = parts;
const scale = scaleOf(trained);
const [known, unseen] = [arrays(trained, scale), arrays(heldOut, scale)];
const frames = known.lengths.reduce((sum, length) => sum + length, 0);
console.log(
  `Training on ${trained.length} utterances of as many speakers, ${(frames / trained.length).toFixed(0)} frames each on average; ` +
    `held out: ${heldOut.length} of others, with ${heldOut.reduce((sum, { labels }) => sum + labels.length, 0)} phones.`,
);

// Train. The error of an epoch is only shown: the result is that of the last epoch, whichever is best.
const model = buildModel();
const epochs = [];
const begun = performance.now();
await train(model, known, ({ epoch, loss }) => {
  epochs.push(errorsOf(heldOut, readWith(model, unseen)));
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const rate = (100 * epochs.at(-1).rate).toFixed(2);
  console.log(`epoch ${epoch + 1}/${SETTINGS.epochs}  loss ${loss.toFixed(4)}  label errors ${rate} %  ${seconds} s`);
});
const read = readWith(model, unseen);
const beam = readWith(model, unseen, { strategy: 'beam' });
const baselines = [];
for (const { name, run } of BASELINES) {
  baselines.push({ name, ...errorsOf(heldOut, await run(parts, scale)) });
}
const results = [
  { name: 'CTC, best path', ...epochs.at(-1) },
  { name: 'CTC, beam of 16', ...errorsOf(heldOut, beam) },
  ...baselines,
];
const rows = results.map(({ name, rate, right }) => [
  name,
  `${(100 * rate).toFixed(2)} %`,
  `${(100 * right).toFixed(2)} %`,
]);
console.log(`\nHeld-out utterances:\n${aligned([['', 'label errors', 'without errors'], ...rows])}\n`);

const shown = heldOut.findIndex((each) => repeats(each) && each.labels.length >= 6); // whether it was read rightly or not
const { x, lengths } = arrays([heldOut[shown]], scale);
const [probabilities] = softmax(model.predict(x, { lengths })).toArray();
mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/errors.svg`, errorChart(epochs, baselines));
writeFileSync(`${options.out}/utterance.svg`, utterancePicture(heldOut[shown], probabilities, read[shown]));
console.log(`Pictures: ${options.out}/errors.svg, ${options.out}/utterance.svg; parameters: ${model.parameters.size}`);

if (results[0].rate > MOST) {
  console.error(`The model has ${(100 * results[0].rate).toFixed(2)} % label errors, above ${100 * MOST} %.`);
  process.exitCode = 1;
}
