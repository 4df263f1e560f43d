// Baselines that count, and the figures of a forecast.
import { tensor } from 'bptt';
import { inAllKeys, notesOf, PITCHES, wholePiece } from './data.mjs';
import { loss, outputsOf, trainedLinear } from './model.mjs';

const logit = (yes, all) => Math.log((yes + 0.5) / (all - yes + 0.5));

/** The rows of all pieces in all keys. */
const rowsOf = (pieces) => pieces.flatMap(inAllKeys).map(({ steps }) => steps.map(notesOf));

/** How often each pitch begins. */
function frequencies(pieces) {
  const rows = rowsOf(pieces).flat();
  const logits = Array.from({ length: PITCHES }, (_, k) =>
    logit(
      rows.reduce((sum, row) => sum + row[k], 0),
      rows.length,
    ),
  );
  return ({ steps }) => tensor([steps.slice(1).map(() => logits)]);
}

/** Steps before: a beat, a bar and two bars. */
const BEFORE = [4, 8, 16];

/** For pitch k of step t, in which of the steps before it began, as a number from 0 to 7. */
const patternOf = (rows, t, k) => BEFORE.reduce((sum, d, i) => sum + ((rows[t - d]?.[k] ?? 0) << i), 0);

/** How often a pitch begins, by whether it did a beat, a bar and two bars before. */
function repetitions(pieces) {
  const counts = Array.from({ length: 2 ** BEFORE.length }, () => ({ yes: 0, all: 0 }));
  for (const rows of rowsOf(pieces)) {
    for (let t = 1; t < rows.length; t++) {
      for (let k = 0; k < PITCHES; k++) {
        const count = counts[patternOf(rows, t, k)];
        count.all++;
        count.yes += rows[t][k];
      }
    }
  }
  const logits = counts.map(({ yes, all }) => logit(yes, all));
  return ({ steps }) => {
    const rows = steps.map(notesOf);
    const forecast = (t) => Array.from({ length: PITCHES }, (_, k) => logits[patternOf(rows, t, k)]);
    return tensor([rows.slice(1).map((_, t) => forecast(t + 1))]);
  };
}

/** Names, and functions of the pieces to train on. Each returns a function of a piece that returns logits of its notes. */
export const BASELINES = [
  { name: 'logistic regression on 16 steps', learn: async (pieces) => outputsOf(await trainedLinear(pieces)) },
  { name: 'same pitch 4, 8, 16 steps before', learn: repetitions },
  { name: 'frequency of each pitch', learn: frequencies },
];

/** Share of the notes of a step that are among its n most probable pitches, where n is their number; sums over all steps. */
function found(logits, rows) {
  let [hits, all] = [0, 0];
  for (const [t, row] of rows.entries()) {
    const notes = row.reduce((sum, note) => sum + note, 0);
    const order = Array.from(row.keys()).sort((a, b) => logits[t][b] - logits[t][a]);
    hits += order.slice(0, notes).filter((k) => row[k] === 1).length;
    all += notes;
  }
  return { hits, all };
}

/** Figures over all steps of pieces: the negative log-likelihood of a step in nats, and the share of notes that are found. */
export function figuresOf(pieces, outputs) {
  let [nats, steps, hits, all] = [0, 0, 0, 0];
  for (const piece of pieces) {
    const { y } = wholePiece(piece);
    const logits = outputs(piece);
    const count = y.shape[1];
    nats += count * loss.evaluate(logits, y).loss;
    steps += count;
    const counted = found(logits.toArray()[0], y.toArray()[0]);
    hits += counted.hits;
    all += counted.all;
  }
  return { nats: nats / steps, found: hits / all };
}
