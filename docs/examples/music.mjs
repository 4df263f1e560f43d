// Learns rags by Scott Joplin: a GRU predicts which notes begin in the next sixteenth, each with a probability of its own.
// Reports the negative log-likelihood of two held-out rags beside three baselines, writes music, and fails if the model does not
// beat all of them.
//
//   npm run example music                       takes half a minute; writes report/music/*.svg and report/music/played.mid
//   npm run example music -- --rehearse         holds out other rags, to choose the settings
//   npm run example music -- --out docs/music   writes the pictures of docs/music.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BASELINES, figuresOf } from './music/baselines.mjs';
import { readPieces, SOURCE, split } from './music/data.mjs';
import { midi } from './music/midi.mjs';
import { buildModel, outputsOf, play, SETTINGS, train } from './music/model.mjs';
import { natsChart, pianoRoll } from './music/pictures.mjs';
import { aligned } from './shared/aligned.mjs';

/** Steps of a held-out rag that the model reads, and those that it plays after them. */
const [READ, PLAYED] = [64, 64];

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/music' } },
});
const { trained, heldOut } = split(readPieces(), { rehearse: options.rehearse });
const count = (pieces) => pieces.reduce((sum, { steps }) => sum + steps.length, 0);
const titles = (pieces) => pieces.map(({ title }) => title).join(', ');
console.log(`Data: ${SOURCE}.`);
console.log(
  `Training on ${count(trained)} steps of ${titles(trained)}, in twelve keys; held out: ${count(heldOut)} of ${titles(heldOut)}.`,
);

const baselines = [];
for (const { name, learn } of BASELINES) baselines.push({ name, ...figuresOf(heldOut, await learn(trained)) });

// Train. The figures of an epoch are only shown: the result is that of the last epoch, whichever is best.
const model = buildModel();
const epochs = [];
const begun = performance.now();
await train(model, trained, ({ epoch, loss }) => {
  epochs.push({ trained: loss, heldOut: figuresOf(heldOut, outputsOf(model)) });
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const shown = `training ${loss.toFixed(3)} nats  held out ${epochs.at(-1).heldOut.nats.toFixed(3)} nats`;
  console.log(`epoch ${epoch + 1}/${SETTINGS.epochs}  ${shown}  ${seconds} s`);
});
const own = { name: 'GRU and last 16 steps', ...epochs.at(-1).heldOut };
const rows = [own, ...baselines].map(({ name, nats, found }) => [
  name,
  nats.toFixed(3),
  `${(100 * found).toFixed(1)} %`,
]);
console.log(`\nHeld-out rags:\n${aligned([['', 'nats per step', 'notes found'], ...rows])}\n`);

const piece = heldOut.at(-1);
const read = piece.steps.slice(0, READ);
const played = play(model, read, PLAYED);
mkdirSync(options.out, { recursive: true });
writeFileSync(`${options.out}/nats.svg`, natsChart(epochs, baselines));
writeFileSync(`${options.out}/roll.svg`, pianoRoll(`${piece.title}, continued`, read, played));
writeFileSync(`${options.out}/played.mid`, midi([...read, ...played]));
console.log(`Pictures: ${options.out}/nats.svg, ${options.out}/roll.svg; music: ${options.out}/played.mid`);
console.log(`Parameters of the model: ${model.parameters.size}`);

const unbeaten = baselines.filter(({ nats }) => own.nats >= nats);
if (unbeaten.length > 0) {
  console.error(`The model does not beat ${unbeaten.map(({ name }) => `"${name}"`).join(', ')}.`);
  process.exitCode = 1;
}
