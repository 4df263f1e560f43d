// Adds numbers of up to three digits, character by character: an encoder reads "123+456", a decoder with attention writes
// "579". Reports the share of 2,000 held-out sums that are right in every digit, beside the same model without attention
// and two baselines, and fails if it is below 99 %.
//
//   npm run example addition                          takes about three minutes; writes report/addition/*.svg
//   npm run example addition -- --rehearse            holds out other sums, to choose the settings
//   npm run example addition -- --out docs/addition   writes the pictures of docs/addition.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BASELINES } from './addition/baselines.mjs';
import { drawSums, question } from './addition/data.mjs';
import { answers, attendedAnswer, buildModel, SETTINGS, share, train } from './addition/model.mjs';
import { accuracyChart, attentionPicture } from './addition/pictures.mjs';
import { aligned } from './shared/aligned.mjs';

/** The example fails below this share. */
const LEAST = 0.99;

/** The sum whose attention is drawn. It carries from both lower digits. */
const SHOWN = [467, 358];

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/addition' } },
});

const parts = drawSums({ rehearse: options.rehearse });
const { heldOut, trained } = parts;
console.log(`Task: ${question(heldOut[0])} in, its sum out, character by character.`);
console.log(`Training on ${trained.length} sums of numbers from 0 to 999, held out: ${heldOut.length} others.`);

/** Trains a model. The share of an epoch is only shown: the result is that of the last epoch, whichever is best. */
async function result(name, attends) {
  const model = buildModel({ attends });
  const shares = [];
  const begun = performance.now();
  console.log(`\n${name}`);
  await train(model, trained, ({ epoch, loss }) => {
    shares.push(share(heldOut, answers(model, heldOut)));
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    const right = (100 * shares.at(-1)).toFixed(2);
    console.log(`epoch ${epoch + 1}/${SETTINGS.epochs}  loss ${loss.toFixed(4)}  right ${right} %  ${seconds} s`);
  });
  return { name, model, shares, share: shares.at(-1), parameters: String(model.parameters.size) };
}

const attending = await result('LSTMs with attention', true);
const models = [attending, await result('LSTMs without attention', false)];
const baselines = BASELINES.map(({ name, run }) => ({ name, share: share(heldOut, run(parts)), parameters: '' }));
const rows = [...models, ...baselines].map(({ name, share, parameters }) => {
  return [name, `${(100 * share).toFixed(2)} %`, String(Math.round(heldOut.length * (1 - share))), parameters];
});
console.log(`\nHeld-out sums:\n${aligned([['', 'right', 'wrong', 'parameters'], ...rows])}\n`);

mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/accuracy.svg`, accuracyChart(models));
writeFileSync(`${options.out}/attention.svg`, attentionPicture(SHOWN, attendedAnswer(attending.model, SHOWN)));
console.log(`Pictures: ${options.out}/accuracy.svg, ${options.out}/attention.svg`);

if (attending.share < LEAST) {
  console.error(`The model adds ${(100 * attending.share).toFixed(2)} % correctly, below ${100 * LEAST} %.`);
  process.exitCode = 1;
}
