// Baselines that look at the energy of frames, or at single frames. Their thresholds are the best ones on the sounds that the
// model trains on.
import { Adam, BinaryCrossEntropy, Dense, Sequential } from 'bptt';
import { BANDS } from '../../voice/features.mjs';
import { arrays } from './data.mjs';
import { errorsOf } from './errors.mjs';
import { decide } from './model.mjs';

/** The choice with which decisions have the fewest wrong frames. */
function best(sounds, choices, decideWith) {
  const wrong = choices.map((choice) => errorsOf(sounds, decideWith(sounds, choice)).wrong);
  return choices[wrong.indexOf(wrong.reduce((a, b) => Math.min(a, b)))];
}

const THRESHOLDS = Array.from({ length: 60 }, (_, k) => k / 2 - 15);

/** Speech is where the energy is above a threshold. */
function energy({ trained, heldOut }) {
  const decideWith = (sounds, threshold) =>
    sounds.map(({ levels }) => levels.map((level) => (level > threshold ? 1 : 0)));
  return decideWith(heldOut, best(trained, THRESHOLDS, decideWith));
}

/** All choices of a threshold, of frames in which the estimate of the background doubles, and of frames to hold on. */
const TRACKERS = [1, 2, 3, 4, 5, 6].flatMap((threshold) =>
  [15, 60, 240].flatMap((doubling) => [0, 2, 4, 8, 16].map((hold) => ({ threshold, doubling, hold }))),
);

/** Speech is where the energy is above that of the background, which is tracked, and some frames longer. */
function energyAboveBackground({ trained, heldOut }) {
  const decideOne = (levels, { threshold, doubling, hold }) => {
    let [floor, since] = [levels[0], Number.POSITIVE_INFINITY];
    return levels.map((level) => {
      floor = Math.min(level, floor + 1 / doubling);
      since = level - floor > threshold ? 0 : since + 1;
      return since <= hold ? 1 : 0;
    });
  };
  const decideWith = (sounds, choice) => sounds.map(({ levels }) => decideOne(levels, choice));
  return decideWith(heldOut, best(trained, TRACKERS, decideWith));
}

/** Logistic regression of the features of a frame. */
async function frameByFrame({ trained, heldOut }) {
  const model = new Sequential([new Dense({ units: 1, activation: 'sigmoid' })], { inputSize: BANDS, seed: 1 });
  const loss = new BinaryCrossEntropy({ from: 'probabilities' });
  model.compile({ optimizer: new Adam({ learningRate: 0.03 }), loss });
  const { x, y } = arrays(trained);
  await model.fit(x, y, { epochs: 20, batchSize: 16 });
  return decide(model, arrays(heldOut).x);
}

/** Names, and functions of the sounds that return decisions for the held-out ones. */
export const BASELINES = [
  { name: 'logistic regression of a frame', run: frameByFrame },
  { name: 'energy above the background', run: energyAboveBackground },
  { name: 'energy', run: energy },
];
