// Baselines that classify each frame by itself. They know more than the model: the times of all phones they train on.
import { Adam, Dense, Sequential, SoftmaxCrossEntropy, tensor } from 'bptt';
import { collapse } from './collapse.mjs';
import { CLASSES } from './phones.mjs';

/** Runs of fewer frames are no phones. Chosen with `--rehearse`. */
const SHORTEST = { template: 3, regression: 2 };

const scaled = (frame, scale) => frame.map((value, band) => (value - scale[band].mean) / scale[band].deviation);

/** Each frame is the class whose mean spectrum is the nearest. */
function nearestTemplate({ trained, heldOut }, scale) {
  const sums = Array.from({ length: CLASSES }, () => ({ count: 0, values: scale.map(() => 0) }));
  for (const { frames, times } of trained) {
    for (const [t, frame] of frames.entries()) {
      const sum = sums[times[t]];
      sum.count++;
      for (const [band, value] of scaled(frame, scale).entries()) sum.values[band] += value;
    }
  }
  const templates = sums.map(({ count, values }) => values.map((value) => value / count));
  const distanceTo = (template, frame) => template.reduce((sum, value, band) => sum + (value - frame[band]) ** 2, 0);
  const nearest = (frame) => {
    const distances = templates.map((template) => distanceTo(template, frame));
    return distances.indexOf(distances.reduce((a, b) => Math.min(a, b)));
  };
  return heldOut.map(({ frames }) =>
    collapse(
      frames.map((frame) => nearest(scaled(frame, scale))),
      SHORTEST.template,
    ),
  );
}

/** The features of a frame with those of the two before and the two after. */
function surroundings(frames, scale) {
  const rows = frames.map((frame) => scaled(frame, scale));
  return rows.map((_, t) => [-2, -1, 0, 1, 2].flatMap((d) => rows[Math.min(Math.max(t + d, 0), rows.length - 1)]));
}

/** Softmax regression of each frame from five frames. */
async function softmaxRegression({ trained, heldOut }, scale) {
  const inputs = (utterances) => tensor(utterances.flatMap(({ frames }) => surroundings(frames, scale)));
  const model = new Sequential([new Dense({ units: CLASSES })], { seed: 1 });
  model.compile({ optimizer: new Adam({ learningRate: 3e-3 }), loss: new SoftmaxCrossEntropy() });
  await model.fit(inputs(trained), tensor(trained.flatMap(({ times }) => times)), { epochs: 5, batchSize: 64 });
  const logits = model.predict(inputs(heldOut)).toArray();
  const classes = logits.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b))));
  let from = 0;
  return heldOut.map(({ frames }) => {
    from += frames.length;
    return collapse(classes.slice(from - frames.length, from), SHORTEST.regression);
  });
}

/** Names, and functions of the utterances and the scale of features that return the labels of the held-out ones. */
export const BASELINES = [
  { name: 'softmax regression, with times', run: softmaxRegression },
  { name: 'nearest template, with times', run: nearestTemplate },
];
