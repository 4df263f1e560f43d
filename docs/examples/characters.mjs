// Reads Moby-Dick character by character with a GRU, which predicts the next one. Reports the bits per character of
// held-out chapters beside n-grams with Kneser-Ney smoothing, writes a sample, and fails if the GRU does not beat the
// n-gram of order 3, or with --long that of order 5.
//
//   npm run example characters                            installs the text if it is missing; takes about a minute;
//                                                         writes report/characters/*.svg
//   npm run example characters -- --long                  trains a larger GRU, in about eight minutes
//   npm run example characters -- --rehearse              holds out other chapters, to choose the settings
//   npm run example characters -- --out docs/characters   writes the picture of docs/characters.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { alphabetOf, encoder, hasText, installText, readChapters, SOURCE, split } from './characters/data.mjs';
import { bits, buildModel, continueText, LONG, SETTINGS, train } from './characters/model.mjs';
import { NGrams } from './characters/ngram.mjs';
import { bitsChart } from './characters/pictures.mjs';
import { aligned } from './shared/aligned.mjs';

/** Orders of the n-grams: numbers of characters before the predicted one. The GRU has to beat the order BEATEN. */
const ORDERS = [2, 3, 4, 5, 6, 7];
const BEATEN = { short: 3, long: 5 };

const PROMPT = 'The whale ';

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: {
    long: { type: 'boolean', default: false },
    rehearse: { type: 'boolean', default: false },
    out: { type: 'string', default: 'report/characters' },
  },
});
if (!hasText() && !installText()) process.exit(1);

const parts = split(readChapters(), { rehearse: options.rehearse });
const alphabet = alphabetOf(parts.trained);
const encode = encoder(alphabet);
const heldOut = parts.heldOut.map(encode);
const symbols = encode(parts.trained.join('\n\n'));
console.log(`Data: ${SOURCE}.`);
console.log(
  `Task: the next of ${alphabet.length} symbols; training on ${symbols.length} characters, held out: ` +
    `${heldOut.flat().length} in ${heldOut.length} chapters.\n`,
);

const ngrams = new NGrams(parts.trained.map(encode), alphabet.length, ORDERS.at(-1));
const baselines = ORDERS.map((order) => ({
  name: `n-gram of order ${order}`,
  order,
  bits: ngrams.bits(heldOut, order),
}));

// Train. The bits of an epoch are only shown: the result is that of the last epoch, whichever is best.
const settings = options.long ? LONG : SETTINGS;
const model = buildModel(alphabet.length, settings);
const epochs = [];
const begun = performance.now();
await train(
  model,
  symbols,
  ({ epoch, bits: trained }) => {
    epochs.push({ trained, heldOut: bits(model, heldOut) });
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    const shown = `training ${trained.toFixed(3)} bits  held out ${epochs.at(-1).heldOut.toFixed(3)} bits`;
    console.log(`epoch ${epoch + 1}/${settings.epochs}  ${shown}  ${seconds} s`);
  },
  settings,
);
const own = { name: 'GRU', bits: epochs.at(-1).heldOut };
const beaten = baselines.find(({ order }) => order === (options.long ? BEATEN.long : BEATEN.short));
const best = baselines.toSorted((a, b) => a.bits - b.bits)[0];

const rows = [own, ...baselines].map(({ name, bits }) => [name, bits.toFixed(3)]);
console.log(`\nHeld-out chapters:\n${aligned([['', 'bits per character'], ...rows])}\n`);
const written = continueText(model, encode(PROMPT), 500).map((symbol) => alphabet[symbol]);
console.log(`The GRU continues “${PROMPT}”, at temperature 0.7:\n${PROMPT}${written.join('')}\n`);

mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/bits.svg`, bitsChart(epochs, [beaten, best]));
console.log(`Picture: ${options.out}/bits.svg; parameters of the GRU: ${model.parameters.size}`);

if (own.bits >= beaten.bits) {
  console.error(`The GRU does not beat the ${beaten.name}.`);
  process.exitCode = 1;
}
