// Reads handwritten digits row by row with bidirectional GRUs: sequences of differing lengths to classes. Reports the
// accuracy on 2,000 held-out digits beside that of three baselines, and fails if it is below 97 %.
//
//   npm run example digits                        installs the digits if they are missing; takes about a minute;
//                                                 writes report/digits/*.svg
//   npm run example digits -- --rehearse          holds out other digits, to choose the settings
//   npm run example digits -- --out docs/digits   writes the pictures of docs/digits.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BASELINES } from './digits/baselines.mjs';
import { hasDigits, readDigits, SOURCE, sequences, split, targets } from './digits/data.mjs';
import { installDigits } from './digits/install.mjs';
import { accuracy, buildModel, readWith, SETTINGS, train } from './digits/model.mjs';
import { accuracyChart, misreadSheet } from './digits/pictures.mjs';
import { resultTable } from './digits/table.mjs';

/** The example fails below this accuracy. */
const LEAST = 0.97;

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/digits' } },
});
if (!hasDigits() && !installDigits()) process.exit(1);

const parts = split(readDigits(), { rehearse: options.rehearse });
const { trained, heldOut } = parts;
const [known, unseen] = [sequences(trained), sequences(heldOut)];
const lengths = [...known.lengths, ...unseen.lengths].sort((a, b) => a - b);
console.log(`Data: ${SOURCE}.`);
console.log(
  `Task: ${lengths[0]} to ${lengths.at(-1)} rows of 28 pixels in, one of ten digits out; training on ` +
    `${trained.length} digits, held out: ${heldOut.length}.`,
);

// Train. The accuracy of an epoch is only shown: the result is that of the last epoch, whichever is best.
const model = buildModel();
const epochs = [];
const begun = performance.now();
await train(model, known, targets(trained), ({ epoch, loss }) => {
  epochs.push(accuracy(heldOut, readWith(model, unseen)));
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const share = (100 * epochs.at(-1)).toFixed(2);
  console.log(`epoch ${epoch + 1}/${SETTINGS.epochs}  loss ${loss.toFixed(4)}  held out ${share} %  ${seconds} s`);
});
const read = readWith(model, unseen);
const own = { name: 'bidirectional GRUs', parameters: model.parameters.size, share: accuracy(heldOut, read) };

const baselines = [];
for (const { name, run } of BASELINES) {
  const { parameters, read } = await run(parts);
  baselines.push({ name, parameters, share: accuracy(heldOut, read) });
}
console.log(`\nHeld-out digits:\n${resultTable([own, ...baselines], heldOut.length)}\n`);

const misread = heldOut.map((each, i) => ({ ...each, read: read[i] })).filter(({ digit, read }) => digit !== read);
misread.sort((a, b) => a.digit - b.digit || a.read - b.read);
mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/accuracy.svg`, accuracyChart(epochs, baselines));
writeFileSync(`${options.out}/misread.svg`, misreadSheet(misread, heldOut.length));
console.log(`Pictures: ${options.out}/accuracy.svg, ${options.out}/misread.svg`);

if (own.share < LEAST) {
  console.error(`The model reads ${(100 * own.share).toFixed(2)} % correctly, below ${100 * LEAST} %.`);
  process.exitCode = 1;
}
