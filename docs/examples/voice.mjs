// Detects speech in noise, frame by frame, with a small GRU that a page runs in an AudioWorklet. All sound is synthetic. Reports
// wrong frames and F1 scores on held-out sounds beside baselines, and fails if more than 12 % of the frames are wrong.
//
//   npm run example voice                       takes about ten seconds; writes report/voice/*
//   npm run example voice -- --rehearse         holds out other sounds, to choose the settings
//   npm run example voice -- --out docs/voice   writes the model and the pictures of docs/voice.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hashOf } from '../playground/hash.mjs';
import { detect } from '../voice/detector.mjs';
import { BUILT_IN } from '../voice/settings.mjs';
import { makeSound } from '../voice/sound.mjs';
import { aligned } from './shared/aligned.mjs';
import { BASELINES } from './voice/baselines.mjs';
import { arrays, makeSounds } from './voice/data.mjs';
import { errorsOf } from './voice/errors.mjs';
import { buildModel, decide, SETTINGS, train } from './voice/model.mjs';
import { errorChart, soundPicture } from './voice/pictures.mjs';

/** The example fails above this share of wrong frames. */
const MOST = 0.12;

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/voice' } },
});
const parts = makeSounds({ rehearse: options.rehearse });
const { trained, heldOut } = parts;
const framesOf = (sounds) => sounds.reduce((sum, { frames }) => sum + frames.length, 0);
console.log(
  `Training on ${trained.length} sounds with ${framesOf(trained)} frames; held out: ${heldOut.length} with ${framesOf(heldOut)}.`,
);

// Train. No epoch is selected: the result is that of the last one.
const model = buildModel();
const begun = performance.now();
await train(model, arrays(trained), ({ epoch, loss }) => {
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  if ((epoch + 1) % 10 === 0)
    console.log(`epoch ${epoch + 1}/${SETTINGS.epochs}  loss ${loss.toFixed(4)}  ${seconds} s`);
});
const unseen = arrays(heldOut);
const results = [{ name: `GRU of ${SETTINGS.units} units`, decisions: decide(model, unseen.x) }];
for (const { name, run } of BASELINES) results.push({ name, decisions: await run(parts) });

const percent = (share) => `${(100 * share).toFixed(2)} %`;
const rows = results.map(({ name, decisions }) => {
  const { wrong, misses, alarms, f1 } = errorsOf(heldOut, decisions);
  return [name, percent(wrong), percent(misses), percent(alarms), percent(f1)];
});
console.log(`\nHeld-out sounds:\n${aligned([['', 'wrong frames', 'misses', 'false alarms', 'F1'], ...rows])}\n`);

const shown = heldOut.findIndex(({ background, decibels }) => background === 'notes' && decibels === 5);
const probabilities = model.predict(unseen.x.lo(shown).hi(1)).toArray()[0].flat();
const bytes = model.toBytes();
mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/voice.safetensors`, bytes);
writeFileSync(`${options.out}/errors.svg`, errorChart(heldOut, results));
writeFileSync(`${options.out}/sound.svg`, soundPicture(heldOut[shown], probabilities));
const hash = hashOf(new Uint8Array(detect(bytes, makeSound(BUILT_IN).samples).buffer));
console.log(
  `${options.out}/voice.safetensors: ${model.parameters.size} parameters, ${bytes.length} bytes. ` +
    `Hash of its outputs for the sound of the page: ${hash}`,
);

const { wrong } = errorsOf(heldOut, results[0].decisions);
if (wrong > MOST) {
  console.error(`The model has ${percent(wrong)} wrong frames, above ${percent(MOST)}.`);
  process.exitCode = 1;
}
